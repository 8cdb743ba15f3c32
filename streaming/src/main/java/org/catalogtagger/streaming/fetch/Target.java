package org.catalogtagger.streaming.fetch;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.catalogtagger.streaming.fetch.FetchException.Reason;

/**
 * Where a URI leads, taken apart once: what the allow-list is asked about is what is connected to or opened.
 *
 * @param uri absolute; of HTTP in ASCII
 * @param scheme in lower case
 * @param host in lower case, or the bucket of an object store; empty for local files
 * @param port -1 where the scheme has none
 */
record Target(URI uri, String scheme, String host, int port) {
    private static final int MAX_LENGTH = 8 << 10;

    /** Names, IPv4 and IPv6 addresses; java.net.URI has no host for names with an underscore, which are in use. */
    private static final Pattern HOST_AND_PORT =
            Pattern.compile("([a-z0-9._-]+|\\[[0-9a-f:.]+])(?::(\\d{1,5}))?", Pattern.CASE_INSENSITIVE);

    private static final int MAX_PORT = 65535;

    /**
     * The URI that an event's value is.
     *
     * @param uriList {@code text/uri-list} (RFC 2483): lines, of which those that begin with {@code #} are comments
     * @throws FetchException if it is not exactly one that can be fetched
     */
    static Target single(byte[] uriList) throws FetchException {
        List<String> uris = new String(uriList, StandardCharsets.UTF_8)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList();
        if (uris.size() != 1) {
            throw bad("%d URIs where one is due".formatted(uris.size()));
        }
        String text = uris.get(0);
        if (text.length() > MAX_LENGTH) {
            throw bad("a URI of %,d characters; the limit is %,d".formatted(text.length(), MAX_LENGTH));
        }
        try {
            return of(new URI(text));
        } catch (URISyntaxException e) {
            throw new FetchException(Reason.BAD_URI, "no URI: " + e.getMessage(), e);
        }
    }

    /**
     * Where a URI leads.
     *
     * @throws FetchException if it cannot be fetched, whatever is allowed
     */
    static Target of(URI uri) throws FetchException {
        if (uri.getScheme() == null || uri.isOpaque()) {
            throw bad("no absolute URI: " + uri);
        }
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        if (uri.getPath() != null && uri.getPath().chars().anyMatch(Character::isISOControl)) {
            throw bad("a control character in the path of " + uri);
        }
        if (uri.getRawAuthority() != null && uri.getRawAuthority().contains("@")) {
            throw new FetchException(Reason.NOT_ALLOWED, "it carries a user's name or password before its host");
        }
        if (scheme.equals("http") || scheme.equals("https")) {
            return overHttp(uri, scheme);
        }
        if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw bad("a file has no query or fragment (in its name ? is %%3F, # is %%23): %s".formatted(uri));
        }
        String authority = uri.getRawAuthority();
        return new Target(uri, scheme, authority == null ? "" : authority.toLowerCase(Locale.ROOT), -1);
    }

    private static Target overHttp(URI uri, String scheme) throws FetchException {
        Matcher matcher = HOST_AND_PORT.matcher(uri.getRawAuthority() == null ? "" : uri.getRawAuthority());
        if (!matcher.matches()) {
            throw bad("no host name in ASCII, alone or with a port, in " + uri);
        }
        int port = scheme.equals("http") ? 80 : 443;
        if (matcher.group(2) != null) {
            port = Integer.parseInt(matcher.group(2));
        }
        if (port < 1 || port > MAX_PORT) {
            throw bad("no port has the number %d: %s".formatted(port, uri));
        }
        return new Target(
                URI.create(uri.toASCIIString()), scheme, matcher.group(1).toLowerCase(Locale.ROOT), port);
    }

    /**
     * Where a redirect leads.
     *
     * @param location as the server says it
     */
    Target redirect(String location) throws FetchException {
        try {
            return of(uri.resolve(new URI(location)));
        } catch (URISyntaxException | IllegalArgumentException e) {
            throw new FetchException(Reason.FAILED, uri + " redirects to no URI: " + location, e);
        }
    }

    boolean isHttp() {
        return scheme.equals("http") || scheme.equals("https");
    }

    /** The path as it is written; at least {@code /}. */
    String rawPath() {
        String path = uri.getRawPath();
        return path == null || path.isEmpty() ? "/" : path;
    }

    @Override
    public String toString() {
        return uri.toString();
    }

    private static FetchException bad(String detail) {
        return new FetchException(Reason.BAD_URI, detail);
    }
}
