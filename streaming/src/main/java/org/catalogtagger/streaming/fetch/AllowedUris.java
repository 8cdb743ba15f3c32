package org.catalogtagger.streaming.fetch;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

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

    /** {@code folder} as it is written, for files. */
    private record Entry(String scheme, String host, int port, PathPrefix path, String folder) {}

    /**
     * Reads the entries.
     *
     * @throws IllegalArgumentException naming the entry that is none
     */
    public AllowedUris(List<String> entries) {
        this.entries = entries.stream().map(AllowedUris::entry).toList();
    }

    private static Entry entry(String text) {
        boolean wildcard = text.contains("://*.");
        Target target;
        try {
            target = Target.of(
                    URI.create(text.replaceFirst("://\\*\\.", "://any.")).normalize());
        } catch (IllegalArgumentException | FetchException e) {
            throw none(text);
        }
        if (target.host().isEmpty() != target.scheme().equals("file")) {
            throw none(text);
        }
        String host = wildcard ? "*" + target.host().substring("any".length()) : target.host();
        return new Entry(
                target.scheme(),
                host,
                target.port(),
                new PathPrefix(target.rawPath()),
                target.uri().getPath());
    }

    private static IllegalArgumentException none(String text) {
        return new IllegalArgumentException(
                "'%s' is not a scheme, a host and a path, https://images.example.com say".formatted(text));
    }

    /** Whether an entry covers a URI as it is written; a file's links are not looked at. */
    boolean cover(Target target) {
        return entries.stream().anyMatch(entry -> covers(entry, target));
    }

    private static boolean covers(Entry entry, Target target) {
        return entry.scheme.equals(target.scheme())
                && hostMatches(entry.host, target.host())
                && entry.port == target.port()
                && entry.path.covers(target.rawPath());
    }

    private static boolean hostMatches(String allowed, String host) {
        return allowed.startsWith("*.") ? host.endsWith(allowed.substring(1)) : allowed.equals(host);
    }

    /**
     * Whether an entry covers a file.
     *
     * @param file where its links lead in truth
     */
    boolean coverReal(Path file) {
        return entries.stream()
                .filter(entry -> entry.scheme.equals("file"))
                .anyMatch(entry -> file.startsWith(realPath(Path.of(entry.folder))));
    }

    private static Path realPath(Path allowed) {
        try {
            return allowed.toRealPath();
        } catch (IOException e) {
            // Not there: nothing is in it.
            return allowed;
        }
    }
}
