package org.catalogtagger.streaming.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Links lead somewhere, names name what there is, and nothing is said twice. */
class DocumentsTest {
    private static final int SHORT = 150;

    /** What is shorter than this many characters may be said twice. */
    private static final int SENTENCE = 50;

    static List<Document> documents() {
        return Document.all();
    }

    @Test
    void theReadmeIsForNewcomers() {
        assertThat(Document.read("README.md").text().lines().count()).isLessThan(SHORT);
        assertThat(documents()).hasSizeGreaterThan(10);
    }

    @ParameterizedTest
    @MethodSource("documents")
    void linksLeadSomewhere(Document document) throws IOException {
        List<String> dead = new ArrayList<>();
        for (String link : document.links()) {
            if (!link.matches("https?://.*") && !leads(document.path(), link)) {
                dead.add(link);
            }
        }
        assertThat(dead).isEmpty();
    }

    /** In the alert rules, comments and messages of all that is not Markdown. */
    @Test
    void mentionsOfDocumentsLeadSomewhere() throws IOException {
        List<String> dead = new ArrayList<>();
        int mentions = 0;
        for (Path file : sources()) {
            for (String mention : Document.found(
                    "(?<![\\w/])((?:[a-z]+/)?(?:src/site/|deploy/|streaming/|training/)[\\w/-]*\\.md(?:#[\\w-]+)?)",
                    Files.readString(file))) {
                mentions++;
                Path module = Document.ROOT.resolve(
                        Document.ROOT.relativize(file).getName(0).toString());
                if (!leads(Document.ROOT.resolve("x"), mention) && !leads(module.resolve("x"), mention)) {
                    dead.add(file + ": " + mention);
                }
            }
        }
        assertThat(dead).isEmpty();
        assertThat(mentions).isGreaterThan(20);
    }

    @ParameterizedTest
    @MethodSource("documents")
    void namedFilesAndClassesAreThere(Document document) throws IOException {
        for (String span : Document.spans(document.prose())) {
            if (span.matches("(deploy|streaming|training|\\.ci|\\.mvn)/[\\w./-]+|\\./mvnw")) {
                assertThat(Document.ROOT.resolve(span)).exists();
            }
        }
        String sources =
                String.join("\n", sources().stream().map(Path::toString).toList());
        for (String name : Document.found("(org\\.catalogtagger(?:\\.\\w+)+)", document.text())) {
            assertThat(sources).contains(name.replace('.', '/'));
        }
    }

    /** It is built, and run, by {@code .ci/documents}. */
    @Test
    void whatIsShownOfTheExampleStandsInIt() throws IOException {
        Document document = Document.read("streaming/README.md");
        Path example = Document.ROOT.resolve("streaming/examples/embedding");
        String code = Files.readString(example.resolve("src/main/java/example/TagFolder.java"));
        assertThat(document.blocks("java")).singleElement().asString().satisfies(block -> assertThat(unindented(code))
                .contains(unindented(block)));
        assertThat(document.blocks("xml")).singleElement().asString().satisfies(block -> assertThat(
                        unindented(Files.readString(example.resolve("pom.xml"))))
                .contains(unindented(block)));
    }

    private static String unindented(String text) {
        return text.replaceAll("(?m)^ +", "");
    }

    @Test
    void nothingIsSaidTwice() {
        Map<String, String> said = new HashMap<>();
        List<String> twice = new ArrayList<>();
        for (Document document : documents()) {
            String text = document.prose().replaceAll("\n(?=[-#|])|\n\n", "\0").replaceAll("\\s+", " ");
            for (String sentence : text.split("(?<=[.:;]) |\0", -1)) {
                String former = sentence.length() < SENTENCE ? null : said.put(sentence, document.toString());
                if (former != null) {
                    twice.add(former + " and " + document + ": " + sentence);
                }
            }
        }
        assertThat(twice).isEmpty();
        assertThat(said).hasSizeGreaterThan(200);
    }

    /** Whether a link of a file leads to a file and, if it names one, a heading in it. */
    private static boolean leads(Path from, String link) throws IOException {
        String[] parts = link.split("#", 2);
        Path file = parts[0].isEmpty() ? from : from.resolveSibling(parts[0]).normalize();
        return Files.exists(file)
                && (parts.length == 1
                        || new Document(file, Files.readString(file)).anchors().contains(parts[1]));
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.find(Document.ROOT, 14, (file, attributes) -> attributes.isRegularFile())) {
            return files.filter(file -> file.toString().matches(".*\\.(java|yaml|xml|ftl|html)"))
                    .filter(file -> !file.toString().matches(".*/(target|shared|\\.git)/.*"))
                    .toList();
        }
    }
}
