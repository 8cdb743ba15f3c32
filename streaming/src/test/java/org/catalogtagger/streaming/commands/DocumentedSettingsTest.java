package org.catalogtagger.streaming.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.catalogtagger.cli.SettingsFile;
import org.catalogtagger.streaming.settings.StreamSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Settings, topics, reasons and metrics that the documents name are those of the job. */
class DocumentedSettingsTest {
    private static final JsonNode DEFAULTS =
            SettingsFile.parse("defaults", StreamSettings.defaultsYaml()).tree();
    private static final String LEAST = "{kafka: {bootstrapServers: 'localhost:9092'}, model: {bundle: my-model}}";

    static List<Document> documents() {
        return Document.all();
    }

    @ParameterizedTest
    @MethodSource("documents")
    void settingsFilesAreTaken(Document document) {
        for (String yaml : document.blocks("yaml")) {
            SettingsFile block = SettingsFile.parse(document.toString(), yaml);
            boolean flinks = block.tree().fieldNames().next().contains(".");
            if (flinks) {
                block.tree().fieldNames().forEachRemaining(key -> assertThat(FlinkOptions.isKnown(key))
                        .as(key)
                        .isTrue());
            } else {
                String all =
                        block.over(SettingsFile.parse("least", LEAST)).tree().toString();
                assertThatCode(() -> StreamSettings.parse(document.toString(), all))
                        .as(yaml)
                        .doesNotThrowAnyException();
            }
        }
    }

    /** {@code drift.windowTags}, or {@code corrections.after} within its own section. */
    @ParameterizedTest
    @MethodSource("documents")
    void settingsAreThere(Document document) {
        Set<String> paths = paths("", DEFAULTS, new TreeSet<>());
        for (String span : Document.spans(document.prose())) {
            String head = span.split("\\.", 2)[0];
            boolean dotted = span.matches("[a-zA-Z]+(\\.[a-zA-Z]+)+") && !span.matches(".*\\.jsonl?");
            if (dotted && paths.stream().anyMatch(path -> ("." + path + ".").contains("." + head + "."))) {
                assertThat(paths).as(span).anyMatch(path -> ("." + path).endsWith("." + span));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("documents")
    void flinksSettingsAreThere(Document document) {
        for (String span : Document.spans(document.prose())) {
            if (span.matches("(execution|taskmanager|jobmanager|classloader|env|state|high-availability)\\.[\\w.-]+")) {
                assertThat(FlinkOptions.isKnown(span)).as(span).isTrue();
            }
        }
    }

    @Test
    void theTopicsAreThoseOfTheSettings() {
        Set<String> topics = new TreeSet<>();
        DEFAULTS.get("kafka").properties().stream()
                .filter(setting -> setting.getKey().endsWith("Topic"))
                .forEach(setting -> topics.add(setting.getValue().asText()));
        assertThat(firstColumn("Topics")).containsExactlyInAnyOrderElementsOf(topics);
    }

    @Test
    void theReasonsAreThoseOfTheCode() throws IOException {
        String section = Document.read("streaming/README.md").section("Topics");
        String reasons = section.substring(section.indexOf("Reasons:"), section.indexOf("What bounds a record:"));
        List<String> named = Document.spans(reasons).stream()
                .filter(span -> span.matches("[a-z]+(-[a-z]+)*"))
                .toList();
        assertThat(named).hasSizeGreaterThan(10);
        assertThat(literals()).containsAll(named);
    }

    /** What they are told apart by stands before the name: {@code reason_rejected_total}. */
    @Test
    void theMetricsAreThoseOfTheCode() throws IOException {
        List<String> named = firstColumn("Prometheus");
        assertThat(named).hasSizeGreaterThan(20);
        Set<String> literals = literals();
        assertThat(named).allSatisfy(name -> assertThat(literals)
                .anyMatch(literal -> literal.contains("_") && ("_" + name).endsWith("_" + literal)));
        List<String> registered = Document.found("\\.(?:counter|gauge|histogram)\\(\\s*\"([a-z_]+)\"", sources());
        assertThat(registered).hasSizeGreaterThan(15).allSatisfy(metric -> assertThat(named)
                .anyMatch(name -> ("_" + name).endsWith("_" + metric)));
    }

    private static List<String> firstColumn(String section) {
        List<String> cells = Document.found(
                "(?m)^\\| (`[^|]+) \\|", Document.read("streaming/README.md").section(section));
        return cells.stream().flatMap(cell -> Document.spans(cell).stream()).toList();
    }

    private static Set<String> literals() throws IOException {
        return new HashSet<>(Document.found("\"([a-z_-]+)\"", sources()));
    }

    /** Of both modules, without their tests. */
    private static String sources() throws IOException {
        List<Path> files = new ArrayList<>();
        for (String module : List.of("streaming", "training")) {
            try (Stream<Path> main = Files.find(
                    Document.ROOT.resolve(module + "/src/main/java"),
                    12,
                    (file, attributes) -> attributes.isRegularFile())) {
                main.forEach(files::add);
            }
        }
        StringBuilder all = new StringBuilder();
        for (Path file : files) {
            all.append(Files.readString(file));
        }
        return all.toString();
    }

    private static Set<String> paths(String parent, JsonNode node, Set<String> into) {
        for (var child : node.properties()) {
            into.add(parent + child.getKey());
            paths(parent + child.getKey() + ".", child.getValue(), into);
        }
        // They have no default.
        into.addAll(Set.of("kafka.bootstrapServers", "model.bundle"));
        return into;
    }
}
