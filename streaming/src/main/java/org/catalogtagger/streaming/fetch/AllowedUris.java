package org.catalogtagger.streaming.fetch;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An allow-list of URIs, each entry a scheme, a host and perhaps the beginning of a path:
 *
 * <pre>
 * https://images.example.com            every path of that host
 * https://*.example.com/products        of every host under example.com, what is under /products
 * http://intranet:8080
 * file:///data/images                   what truly lies in that folder: links that lead out of it do not count
 * s3://bucket/products
 * </pre>
 */
public final class AllowedUris {
    private final List<Entry> entries;

    private record Entry(String scheme, String host, int port, String path) {}

    /**
     * Reads the entries.
     *
     * @throws IllegalArgumentException naming the entry that is none
     */
    public AllowedUris(List<String> entries) {
        this.entries = entries.stream().map(AllowedUris::entry).toList();
    }

    private static Entry entry(String text) {
        // URI.getHost has no name for a wildcard.
        URI uri;
        try {
            uri = URI.create(text.replace("://*.", "://any.")).normalize();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "'%s' is not a scheme, a host and a path, https://images.example.com say".formatted(text), e);
        }
        String scheme = lower(uri.getScheme());
        if (scheme.isEmpty() || (lower(uri.getHost()).isEmpty() && pathOf(uri).equals("/") && !scheme.equals("file"))) {
            throw new IllegalArgumentException(
                    "'%s' is not a scheme, a host and a path, https://images.example.com say".formatted(text));
        }
        String host = lower(hostOf(uri));
        return new Entry(
                scheme, text.contains("://*.") ? "*" + host.substring("any".length()) : host, port(uri), pathOf(uri));
    }

    /** Whether an entry covers a URI as it is written; a file's links are not looked at. */
    boolean cover(URI uri) {
        return entries.stream().anyMatch(entry -> covers(entry, uri.normalize()));
    }

    /** Whether an entry covers a file, wherever links lead. */
    boolean coverFile(Path file) throws IOException {
        Path real = file.toRealPath();
        for (Entry entry : entries) {
            if (entry.scheme.equals("file") && real.startsWith(realPath(Path.of(entry.path)))) {
                return true;
            }
        }
        return false;
    }

    private static Path realPath(Path allowed) {
        try {
            return allowed.toRealPath();
        } catch (IOException e) {
            // Not there: nothing is in it.
            return allowed;
        }
    }

    private static boolean covers(Entry entry, URI uri) {
        return uri.getRawUserInfo() == null
                && entry.scheme.equals(lower(uri.getScheme()))
                && hostMatches(entry, lower(hostOf(uri)))
                && entry.port == port(uri)
                && isUnder(entry.path, pathOf(uri));
    }

    private static boolean hostMatches(Entry entry, String host) {
        return entry.host.startsWith("*.") ? host.endsWith(entry.host.substring(1)) : entry.host.equals(host);
    }

    private static boolean isUnder(String allowed, String path) {
        if (path.contains("/../") || path.endsWith("/..")) {
            return false;
        }
        return path.equals(allowed) || path.startsWith(allowed.endsWith("/") ? allowed : allowed + "/");
    }

    private static String hostOf(URI uri) {
        // Object stores' buckets may be no legal host names.
        return uri.getHost() == null ? orEmpty(uri.getRawAuthority()) : uri.getHost();
    }

    /** Decoded, so that an encoded "../" does not pass for a name. */
    private static String pathOf(URI uri) {
        String path = orEmpty(uri.getPath());
        return path.isEmpty() ? "/" : path;
    }

    private static int port(URI uri) {
        if (uri.getPort() != -1) {
            return uri.getPort();
        }
        return switch (lower(uri.getScheme())) {
            case "http" -> 80;
            case "https" -> 443;
            default -> -1;
        };
    }

    private static String lower(@Nullable String text) {
        return orEmpty(text).toLowerCase(Locale.ROOT);
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
