package org.catalogtagger.streaming.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The rule for paths against all servers that one can think of: each a sequence of readings, tried out by brute force. */
class PathPrefixPropertyTest {
    private static final PathPrefix PRODUCTS = new PathPrefix("/a/products/");

    /** What a server may make of a path before it opens it, in any order, up to four of them. */
    private static final List<UnaryOperator<String>> READINGS = List.of(
            path -> URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8),
            path -> path.replace('\\', '/'),
            path -> path.replaceAll(";[^/]*", ""),
            path -> path.replaceAll("/+", "/"),
            path -> path.replaceAll("[ ]+(?=/|$)", ""));

    @Property(tries = 5000)
    void whatIsCoveredLiesUnderThePrefixInEveryReading(@ForAll("paths") String path) {
        if (PRODUCTS.covers(path)) {
            assertThat(readings(path))
                    .allSatisfy(read -> assertThat(resolved(read) + "/").startsWith("/a/products/"));
        }
    }

    @Property(tries = 1000)
    void plainNamesAreCoveredIfTheyBeginWithThePrefix(@ForAll("plainPaths") String path) {
        assertThat(PRODUCTS.covers(path)).isEqualTo((path + "/").startsWith("/a/products/"));
    }

    @Provide
    Arbitrary<String> paths() {
        Arbitrary<String> piece = Arbitraries.of(
                "/",
                ".",
                "..",
                "a",
                "products",
                ";",
                "x",
                "\\",
                "%",
                "25",
                "2e",
                "2f",
                "5c",
                "3b",
                "%2e",
                "%2E%2e",
                "%2f",
                "%252e",
                "%252f",
                "%3b",
                "%5c",
                "/..",
                "/products",
                "%20",
                "/../",
                "%2fproducts");
        return piece.list()
                .ofMaxSize(8)
                .map(pieces -> String.join("", pieces))
                .map(rest -> "/a/products" + rest)
                .map(PathPrefixPropertyTest::withoutBrokenEscapes);
    }

    @Provide
    Arbitrary<String> plainPaths() {
        return Arbitraries.of("a", "products", "b", "1.jpg", "productsecret", "x-y_z")
                .list()
                .ofMinSize(1)
                .ofMaxSize(5)
                .map(names -> "/" + String.join("/", names));
    }

    /** Such URIs java.net.URI refuses. */
    private static String withoutBrokenEscapes(String path) {
        return path.replaceAll("%(?![0-9a-fA-F]{2})", "%25");
    }

    private static Set<String> readings(String path) {
        Set<String> all = new HashSet<>(Set.of(path));
        for (int i = 0; i < 4; i++) {
            all.addAll(all.stream()
                    .flatMap(read -> READINGS.stream().map(reading -> read(reading, read)))
                    .collect(Collectors.toSet()));
        }
        return all;
    }

    private static String read(UnaryOperator<String> reading, String path) {
        try {
            return reading.apply(path);
        } catch (IllegalArgumentException e) {
            // Such a server refuses it.
            return path;
        }
    }

    private static String resolved(String path) {
        ArrayDeque<String> segments = new ArrayDeque<>();
        for (String segment : Arrays.stream(path.toLowerCase(Locale.ROOT).split("/"))
                .filter(segment -> !segment.isEmpty())
                .toList()) {
            if (segment.equals("..")) {
                segments.pollLast();
            } else if (!segment.equals(".")) {
                segments.add(segment);
            }
        }
        return "/" + String.join("/", segments);
    }
}
