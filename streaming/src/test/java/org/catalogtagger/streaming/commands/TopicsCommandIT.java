package org.catalogtagger.streaming.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.streaming.quickstart.LocalKafka;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code tagger topics} on a fresh broker. */
class TopicsCommandIT {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private LocalKafka kafka;
    private Path config;

    @BeforeEach
    void startKafka() throws Exception {
        kafka = LocalKafka.start(folder.resolve("kafka"));
        config = Files.writeString(
                folder.resolve("stream.yaml"),
                "kafka: {bootstrapServers: '%s'}\nmodel: {bundle: none}\n".formatted(kafka.bootstrapServers()));
    }

    @AfterEach
    void stopKafka() {
        kafka.close();
    }

    @Test
    void makesThemAllAndFindsThemRight() throws Exception {
        assertThat(topics()).isEqualTo(1);
        assertThat(states()).hasSize(11).containsValue("missing");
        assertThat(err.toString()).contains("--create makes them");

        assertThat(topics("--create", "--partitions", "3")).isZero();
        assertThat(topics()).isZero();
        Map<String, JsonNode> found = found();
        assertThat(field(found, "product-images", "partitions").asInt()).isEqualTo(3);
        assertThat(field(found, "product-tags", "partitions").asInt()).isEqualTo(3);
        assertThat(field(found, "accuracy-metrics", "partitions").asInt()).isEqualTo(1);
        assertThat(field(found, "drift-acceptances", "partitions").asInt()).isEqualTo(1);
        assertThat(field(found, "model-releases", "cleanup").asText()).isEqualTo("compact");
        assertThat(field(found, "model-baselines", "cleanup").asText()).isEqualTo("compact");
        assertThat(field(found, "product-images-rejected", "maxMessageBytes").asInt())
                .isGreaterThan(field(found, "product-images", "maxMessageBytes").asInt());
    }

    @Test
    void namesWhatIsWrongAndLeavesItAsItIs() throws Exception {
        kafka.createTopics(List.of("product-images", "model-releases"), 2);
        assertThat(topics("--create")).isEqualTo(1);
        assertThat(out.toString()).contains("model-releases: cleanup.policy is delete and must be compact");
        assertThat(states()).containsEntry("model-releases", "wrong").containsEntry("product-tags", "ok");
        assertThat(field(found(), "product-tags", "partitions").asInt()).isEqualTo(2);
        assertThat(err.toString()).contains("kafka-configs.sh");
    }

    @Test
    void theJobNamesTheCommandThatMakesTheImagesTopic() throws Exception {
        TinyModel.save(folder.resolve("model"), 1);
        Files.writeString(
                config,
                "kafka: {bootstrapServers: '%s'}\nmodel: {bundle: '%s'}\n"
                        .formatted(kafka.bootstrapServers(), folder.resolve("model")));
        assertThat(run("stream", "--config", config.toString())).isEqualTo(1);
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .contains("no topic product-images", "tagger topics --config FILE --create");
    }

    private int topics(String... more) {
        String[] command = new String[] {
            "topics",
            "--config",
            config.toString(),
            "--json",
            folder.resolve("t.json").toString()
        };
        return run(Stream.concat(Arrays.stream(command), Arrays.stream(more)).toArray(String[]::new));
    }

    private int run(String... arguments) {
        CommandLine commandLine = Tagger.commandLine();
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(err, true));
        return commandLine.execute(arguments);
    }

    private Map<String, JsonNode> found() throws Exception {
        Map<String, JsonNode> topics = new HashMap<>();
        Json.MAPPER
                .readTree(folder.resolve("t.json").toFile())
                .forEach(topic -> topics.put(topic.path("topic").asText(), topic));
        return topics;
    }

    private static JsonNode field(Map<String, JsonNode> topics, String topic, String field) {
        return topics.getOrDefault(topic, MissingNode.getInstance()).path(field);
    }

    private Map<String, String> states() throws Exception {
        Map<String, String> states = new HashMap<>();
        found().forEach((name, topic) -> states.put(name, topic.path("state").asText()));
        return states;
    }
}
