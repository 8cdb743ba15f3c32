package org.catalogtagger.streaming.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.streaming.commands.DriftCommand;
import org.catalogtagger.streaming.publish.ImagePublisher;
import org.catalogtagger.training.sample.ProductShape;
import org.catalogtagger.training.sample.SampleCatalogue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code tagger drift accept} and a job that is tagging. */
class DriftAcceptanceIT {
    private static final int IMAGES = 30;

    private String out = "";
    private int sent;

    @Test
    void theJobClosesWhatIsAcceptedAndDoesNotTellOfItAgain(@TempDir Path folder) throws Exception {
        try (RunningJob job = RunningJob.start(
                folder, TinyModel.save(folder.resolve("model"), 1), (settings, unchanged) -> unchanged)) {
            String kafka = job.kafka.bootstrapServers();
            try (ImagePublisher publisher = new ImagePublisher(kafka, Map.of(), "product-images")) {
                publish(publisher, "Kites");
                RunningJob.await("the alert", () -> alerts(kafka, "Kites").size() == 1);
                assertThat(accept(kafka, "--kind", "unknown-label", "--label", "Kites"))
                        .isZero();
                assertThat(out)
                        .contains("accepting unknown-label of Kites since ")
                        .contains("closed unknown-label of Kites: accepted: is usual now");
                JsonNode closed = alerts(kafka, "Kites").get(1);
                assertThat(closed.path("status").asText()).isEqualTo("closed");
                assertThat(closed.path("evidence").asText()).isEqualTo("accepted: is usual now");
                assertThat(accept(kafka, "--kind", "unknown-label", "--label", "Kites"))
                        .as("is over")
                        .isEqualTo(1);

                sendAcceptance(kafka, "no JSON");
                sendAcceptance(
                        kafka,
                        "{\"kind\": \"unknown-label\", \"label\": \"Scarves\", \"modelVersion\": \"tiny-1\","
                                + " \"since\": \"2026-01-01T00:00:00Z\", \"acceptedAt\": \"2026-01-01T00:00:00Z\"}");
                RunningJob.await("the rejection", () -> rejections(kafka).size() == 1);
                assertThat(rejections(kafka)).containsExactly("bad-acceptance");

                publish(publisher, "Kites");
                publish(publisher, "Scarves");
                RunningJob.await(
                        "the next alert", () -> alerts(kafka, "Scarves").size() == 1);
            }
            assertThat(alerts(kafka, "Kites")).as("all that was told of them").hasSize(2);
            assertThat(alerts(kafka, "Scarves").get(0).path("status").asText())
                    .as("an acceptance of before is of no effect")
                    .isEqualTo("open");
            assertThat(job.failures()).isEmpty();
            assertThat(job.restarts()).isZero();
        }
    }

    private void publish(ImagePublisher publisher, String label) throws Exception {
        byte[] image = SampleCatalogue.jpeg(ProductShape.TIES, new Random(1));
        for (int i = 0; i < IMAGES; i++) {
            publisher.send("product-" + sent++, image, label);
        }
        publisher.flush();
    }

    private int accept(String kafka, String... choice) {
        PrintStream console = System.out;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setOut(new PrintStream(said, true, UTF_8));
        try {
            return new CommandLine(new DriftCommand())
                    .execute(Stream.concat(Stream.of("accept", "--bootstrap", kafka), Stream.of(choice))
                            .toArray(String[]::new));
        } finally {
            System.setOut(console);
            out = said.toString(UTF_8);
        }
    }

    private static void sendAcceptance(String kafka, String value) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>("drift-acceptances", value.getBytes(UTF_8)))
                    .get();
        }
    }

    /** What was told of a label that the model does not know, in its order. */
    private static List<JsonNode> alerts(String kafka, String label) {
        return CommittedRecords.readAll(kafka, "drift-alerts").stream()
                .map(alert -> json(alert.value()))
                .filter(alert -> alert.path("kind").asText().equals("unknown-label")
                        && alert.path("label").asText().equals(label))
                .toList();
    }

    private static List<String> rejections(String kafka) {
        return CommittedRecords.readAll(kafka, "product-images-rejected").stream()
                .map(rejected -> Answers.header(rejected, "reason"))
                .toList();
    }

    private static JsonNode json(byte[] value) {
        try {
            return Json.MAPPER.readTree(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
