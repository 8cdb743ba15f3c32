package org.catalogtagger.streaming.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** What the documents let one type is taken; {@code .ci/documents} runs their shell blocks. */
class DocumentedCommandsTest {
    private static final Pattern COMMAND = Pattern.compile("(?:deploy/bin/)?tagger (?=[a-z-]).*");

    /** What stands for a value in the documents, where the command takes no such text. */
    private static final Map<String, String> VALUES = Map.of("N", "8", "TIME", "2026-01-31T00:00:00Z");

    /** Of Java, Maven, kcat, kubectl, Docker and Kafka's tools. */
    private static final Set<String> OPTIONS_OF_OTHERS = Set.of(
            "--add-opens",
            "--enable-native-access",
            "--configDir",
            "--describe",
            "--group",
            "--members",
            "--from-literal",
            "--type",
            "--build",
            "--detach",
            "--entrypoint",
            "--rm",
            "--scale",
            "--volumes");

    private static final CommandLine TAGGER = Tagger.commandLine();

    static List<Document> documents() {
        return Document.all();
    }

    @ParameterizedTest
    @MethodSource("documents")
    void shellLinesAreTaken(Document document) {
        document.shellLines().stream()
                .filter(line -> COMMAND.matcher(line).matches())
                .forEach(line -> assertThatCode(() -> parse(line)).as(line).doesNotThrowAnyException());
    }

    @ParameterizedTest
    @MethodSource("documents")
    void commandsInTheTextAreTaken(Document document) {
        for (String span : Document.spans(document.prose())) {
            if (COMMAND.matcher(span).matches()) {
                try {
                    parse(span);
                } catch (CommandLine.MissingParameterException e) {
                    // A mention leaves out what is not its point.
                } catch (CommandLine.ParameterException e) {
                    throw new AssertionError(span + ": " + e.getMessage(), e);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("documents")
    void optionsInTheTextAreThere(Document document) {
        Set<String> there = commands(TAGGER)
                .flatMap(command -> command.getCommandSpec().optionsMap().keySet().stream())
                .collect(Collectors.toSet());
        there.addAll(OPTIONS_OF_OTHERS);
        assertThat(there)
                .containsAll(Document.found(
                        "(?:^| )(--[a-zA-Z][a-zA-Z-]+)", String.join("\n", Document.spans(document.prose()))));
    }

    private static Stream<CommandLine> commands(CommandLine command) {
        return Stream.concat(
                Stream.of(command),
                command.getSubcommands().values().stream().flatMap(DocumentedCommandsTest::commands));
    }

    /** And so each command is run by CI. */
    @Test
    void everyCommandHasItsShellBlock() {
        Set<String> shown = documents().stream()
                .flatMap(document -> document.shellLines().stream())
                .filter(line -> COMMAND.matcher(line).matches())
                .map(line -> line.split(" ", 3)[1])
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(shown)
                .containsExactlyInAnyOrderElementsOf(TAGGER.getSubcommands().keySet());
    }

    @ParameterizedTest
    @MethodSource("documents")
    void benchmarksAreThere(Document document) throws IOException {
        Set<String> there = benchmarks();
        assertThat(there).hasSizeGreaterThan(10);
        Stream.concat(document.shellLines().stream(), Document.spans(document.prose()).stream())
                .filter(line -> line.matches("(deploy/bin/)?bench [a-z-]+"))
                .forEach(line -> assertThat(there).contains(line.replaceFirst(".* ", "")));
    }

    private static void parse(String line) {
        String[] words =
                Document.found(
                                "(\"[^\"]*\"|\\S+)",
                                COMMAND.matcher(line)
                                        .results()
                                        .findFirst()
                                        .orElseThrow()
                                        .group())
                        .stream()
                        .skip(1)
                        .map(word -> word.replace("\"", ""))
                        .map(word -> VALUES.getOrDefault(word, word))
                        .toArray(String[]::new);
        TAGGER.parseArgs(words);
    }

    /** {@code SomeNameBenchmark} is {@code some-name}, as {@code deploy/bin/bench} has it. */
    private static Set<String> benchmarks() throws IOException {
        try (Stream<Path> files = Files.find(
                Document.ROOT, 12, (file, attributes) -> file.toString().endsWith("Benchmark.java"))) {
            return files.map(file -> file.getFileName().toString().replace("Benchmark.java", ""))
                    .map(name -> name.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT))
                    .collect(Collectors.toSet());
        }
    }
}
