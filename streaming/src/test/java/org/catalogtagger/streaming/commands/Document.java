package org.catalogtagger.streaming.commands;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A Markdown file of the repository, as far as the tests look into it. */
record Document(Path path, String text) {
    static final Path ROOT = Path.of("..");

    private static final Pattern FENCE = Pattern.compile("^```(\\w*)\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern SPAN = Pattern.compile("`([^`]+)`");
    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("^#+ (.+)$", Pattern.MULTILINE);

    /** A fenced block; {@code language} is empty if none is said. */
    record Block(String language, String text) {}

    static Document read(String path) {
        Path file = ROOT.resolve(path);
        try {
            return new Document(file, Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All that are in the repository, but for what builds and tests leave there. */
    static List<Document> all() {
        try (Stream<Path> files = Files.find(ROOT, 8, (file, attributes) -> attributes.isRegularFile())) {
            return files.map(file -> ROOT.relativize(file).toString())
                    .filter(file -> file.endsWith(".md") && !file.matches("(.*/)?(target|shared|\\..*)/.*"))
                    .sorted()
                    .map(Document::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The blocks in one language. */
    List<String> blocks(String language) {
        return FENCE.matcher(text)
                .results()
                .filter(block -> block.group(1).equals(language))
                .map(block -> block.group(2))
                .toList();
    }

    /** The text without its blocks. */
    String prose() {
        return FENCE.matcher(text).replaceAll("");
    }

    /** One section's text without its blocks, up to the next heading. */
    String section(String heading) {
        String after = prose().split("(?m)^#+ " + Pattern.quote(heading) + "$", 2)[1];
        return after.split("(?m)^#+ ", 2)[0];
    }

    /** What stands in code font in a text, line breaks as spaces. */
    static List<String> spans(String prose) {
        return SPAN.matcher(prose)
                .results()
                .map(span -> span.group(1).replaceAll("\\s+", " "))
                .toList();
    }

    List<String> links() {
        return LINK.matcher(prose()).results().map(link -> link.group(1)).toList();
    }

    /** What links to its headings end in, as GitHub makes it of them. */
    Set<String> anchors() {
        return HEADING.matcher(prose())
                .results()
                .map(heading -> heading.group(1).toLowerCase(Locale.ROOT))
                .map(heading -> heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    /** The lines of its shell blocks, those that go on ({@code \}) joined. */
    List<String> shellLines() {
        return blocks("sh").stream()
                .flatMap(block -> block.replace("\\\n", " ").lines())
                .filter(line -> !line.isBlank())
                .toList();
    }

    /** The first groups of all matches. */
    static List<String> found(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }

    @Override
    public String toString() {
        return ROOT.relativize(path).toString();
    }
}
