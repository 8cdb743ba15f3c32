package org.catalogtagger.deploy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.catalogtagger.streaming.commands.Tagger;
import org.catalogtagger.streaming.quickstart.LocalKafka;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The topics are those that {@code tagger topics --create} makes, by a real broker's word. */
class TopicsIT {
    /** What {@link LocalKafka} and the cluster take by default. */
    private static final long LARGEST = 20 << 20;

    @TempDir
    private Path folder;

    private record Topic(int partitions, String cleanup, long maxMessageBytes) {}

    @Test
    void areThoseThatTaggerMakesByTheSettings() throws Exception {
        List<Render> overlays = Render.all();
        Map<String, Topic> made = made(overlays.get(0));
        assertThat(made).hasSize(11);
        assertThat(overlays).allSatisfy(render -> {
            Map<String, Topic> declared = new TreeMap<>();
            for (JsonNode topic : render.all("KafkaTopic")) {
                JsonNode config = topic.path("spec").path("config");
                assertThat(config.properties())
                        .extracting(Map.Entry::getKey)
                        .isSubsetOf("cleanup.policy", "max.message.bytes");
                assertThat(topic.path("spec").path("replicas").asInt()).isEqualTo(3);
                declared.put(
                        Render.name(topic),
                        new Topic(
                                topic.path("spec").path("partitions").asInt(),
                                config.path("cleanup.policy").asText("delete"),
                                config.path("max.message.bytes").asLong(LARGEST)));
            }
            assertThat(declared).isEqualTo(made);
        });
    }

    private Map<String, Topic> made(Render render) throws Exception {
        String settings = render.named("ConfigMap", "catalog-tagger-settings")
                .path("data")
                .path("stream.yaml")
                .asText();
        Path found = folder.resolve("topics.json");
        try (LocalKafka kafka = LocalKafka.start(folder.resolve("kafka"))) {
            Path config = folder.resolve("stream.yaml");
            Files.writeString(
                    config,
                    settings.replaceAll(
                            "bootstrapServers: \\S+", "bootstrapServers: \"" + kafka.bootstrapServers() + "\""));
            String partitions = render.named("KafkaTopic", "product-images")
                    .path("spec")
                    .path("partitions")
                    .asText();
            assertThat(new CommandLine(new Tagger())
                            .execute(
                                    "topics",
                                    "--config=" + config,
                                    "--create",
                                    "--partitions=" + partitions,
                                    "--json=" + found))
                    .isZero();
        }
        Map<String, Topic> made = new TreeMap<>();
        for (JsonNode topic : new ObjectMapper().readTree(found.toFile())) {
            made.put(
                    topic.path("topic").asText(),
                    new Topic(
                            topic.path("partitions").asInt(),
                            topic.path("cleanup").asText(),
                            topic.path("maxMessageBytes").asLong()));
        }
        return made;
    }
}
