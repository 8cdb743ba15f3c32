package org.catalogtagger.streaming.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.model.image.ImageFolder;
import org.catalogtagger.streaming.publish.DelayedLabels;
import org.catalogtagger.streaming.publish.ImagePublisher;
import org.catalogtagger.training.sample.SampleCatalogue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Labels that come apart from their images, in the accuracy topic. */
class AccuracyTopicIT {
    @Test
    void labelsThatComeLaterCorrectTheWindowsOfTheirImages(@TempDir Path folder) throws Exception {
        ModelBundle model = TinyModel.save(folder.resolve("model"), 1);
        Path images = folder.resolve("sample");
        SampleCatalogue.write(images, 10, 1);
        ImageFolder catalogue = ImageFolder.scan(images);
        int count = catalogue.images().size();
        try (RunningJob job = RunningJob.start(folder, model, (settings, unchanged) -> unchanged)) {
            String kafka = job.kafka.bootstrapServers();
            try (ImagePublisher publisher = new ImagePublisher(kafka, Map.of(), "product-images");
                    DelayedLabels labels = new DelayedLabels(kafka, Map.of(), "product-labels", Duration.ZERO)) {
                publisher.publish(catalogue.images(), catalogue.classes(), false, 0, sent -> {});
                RunningJob.await(
                        "all tags",
                        () -> CommittedRecords.readAll(kafka, "product-tags").size() >= count);
                for (ImageFolder.Entry image : catalogue.images()) {
                    labels.add(image.productId(), catalogue.classes().get(image.classIndex()));
                }
                labels.sendDue();
                labels.flush();
            }
            sendRaw(kafka, "11370", "no JSON");
            RunningJob.await("the rejected label", () -> !rejectedReasons(kafka).isEmpty());
            job.drain();

            assertThat(rejectedReasons(kafka)).containsExactly("bad-label");
            List<JsonNode> windows = windows(kafka);
            assertThat(windows).allSatisfy(window -> {
                assertThat(window.path("support").asInt())
                        .isEqualTo(sum(window.path("confusion")))
                        .isLessThanOrEqualTo(window.path("tagged").asInt());
                assertThat(window.path("accuracyLower").asDouble())
                        .isLessThanOrEqualTo(window.path("accuracy").asDouble());
            });
            assertThat(counted(kafka, "tagged")).isEqualTo(count);
            assertThat(counted(kafka, "support")).isEqualTo(count);
        }
    }

    @Test
    void aStreamThatRestsIsCountedToItsEndAndGoesOnToBeCounted(@TempDir Path folder) throws Exception {
        ModelBundle model = TinyModel.save(folder.resolve("model"), 1);
        Path images = folder.resolve("sample");
        SampleCatalogue.write(images, 5, 1);
        ImageFolder catalogue = ImageFolder.scan(images);
        int count = catalogue.images().size();
        String shortWindows = "accuracy: {window: 2 s, outOfOrderness: 500 ms, idleAfter: 1 s}";
        try (RunningJob job = RunningJob.start(folder, model, (settings, unchanged) -> unchanged, shortWindows);
                ImagePublisher publisher =
                        new ImagePublisher(job.kafka.bootstrapServers(), Map.of(), "product-images")) {
            String kafka = job.kafka.bootstrapServers();
            publisher.publish(catalogue.images(), catalogue.classes(), true, 0, sent -> {});
            RunningJob.await("the first images' labels", () -> counted(kafka, "support") == count);
            publisher.publish(catalogue.images(), catalogue.classes(), true, 0, sent -> {});
            RunningJob.await("the second images' labels", () -> counted(kafka, "support") == 2 * count);
        }
    }

    @Test
    void aStreamThatRestsIsCountedToItsEndWhereTheJobIsDrained(@TempDir Path folder) throws Exception {
        ModelBundle model = TinyModel.save(folder.resolve("model"), 1);
        Path images = folder.resolve("sample");
        SampleCatalogue.write(images, 5, 1);
        ImageFolder catalogue = ImageFolder.scan(images);
        int count = catalogue.images().size();
        // No window ends by itself while this runs, and the source is idle.
        String longWindows = "accuracy: {window: 1 h, outOfOrderness: 500 ms, idleAfter: 200 ms}";
        try (RunningJob job = RunningJob.start(folder, model, (settings, unchanged) -> unchanged, longWindows)) {
            String kafka = job.kafka.bootstrapServers();
            try (ImagePublisher publisher = new ImagePublisher(kafka, Map.of(), "product-images")) {
                publisher.publish(catalogue.images(), catalogue.classes(), true, 0, sent -> {});
            }
            RunningJob.await(
                    "all tags",
                    () -> CommittedRecords.readAll(kafka, "product-tags").size() >= count);
            // Idle by then; nothing outside Flink tells. A source that is not yet drains as well: no time makes this
            // fail.
            Thread.sleep(1000);
            job.drain();
            assertThat(counted(kafka, "support")).isEqualTo(count);
        }
    }

    static Collection<JsonNode> lastRevisions(String kafka) {
        Map<String, JsonNode> last = new HashMap<>();
        windows(kafka).forEach(window -> last.put(window.path("windowStart").asText(), window));
        return last.values();
    }

    /** A count, summed over the last revision of each window. */
    static int counted(String kafka, String field) {
        return lastRevisions(kafka).stream()
                .mapToInt(w -> w.path(field).asInt())
                .sum();
    }

    @Test
    void aClassThatTheModelDoesNotKnowRaisesAnAlert(@TempDir Path folder) throws Exception {
        ModelBundle model = TinyModel.save(folder.resolve("model"), 1);
        Path images = folder.resolve("sample");
        SampleCatalogue.write(images, 30, 1);
        ImageFolder catalogue = ImageFolder.scan(images);
        try (RunningJob job = RunningJob.start(folder, model, (settings, unchanged) -> unchanged)) {
            String kafka = job.kafka.bootstrapServers();
            try (ImagePublisher publisher = new ImagePublisher(kafka, Map.of(), "product-images")) {
                publisher.publish(catalogue.images(), catalogue.classes(), true, 0, sent -> {});
            }
            RunningJob.await(
                    "all tags",
                    () -> CommittedRecords.readAll(kafka, "product-tags").size()
                            >= catalogue.images().size());
            job.drain();
            List<JsonNode> alerts = json(kafka, "drift-alerts");
            assertThat(alerts).anySatisfy(alert -> {
                assertThat(alert.path("status").asText()).isEqualTo("open");
                assertThat(alert.path("kind").asText()).isEqualTo("unknown-label");
                assertThat(alert.path("label").asText()).isNotEmpty();
                assertThat(alert.path("modelVersion").asText())
                        .isEqualTo(model.description().modelVersion());
            });
        }
    }

    private static int sum(JsonNode confusion) {
        int sum = 0;
        for (JsonNode row : confusion) {
            for (JsonNode cell : row) {
                sum += cell.asInt();
            }
        }
        return sum;
    }

    static void sendRaw(String kafka, String product, String value) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>("product-labels", product.getBytes(UTF_8), value.getBytes(UTF_8)))
                    .get();
        }
    }

    private static List<String> rejectedReasons(String kafka) {
        return CommittedRecords.readAll(kafka, "product-images-rejected").stream()
                .map(rejected ->
                        new String(rejected.headers().lastHeader("reason").value(), UTF_8))
                .toList();
    }

    private static List<JsonNode> windows(String kafka) {
        return json(kafka, "accuracy-metrics");
    }

    private static List<JsonNode> json(String kafka, String topic) {
        List<JsonNode> values = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> value : CommittedRecords.readAll(kafka, topic)) {
            try {
                values.add(Json.MAPPER.readTree(value.value()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return values;
    }
}
