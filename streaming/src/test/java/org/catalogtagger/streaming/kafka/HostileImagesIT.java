package org.catalogtagger.streaming.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.model.image.TestImages;
import org.catalogtagger.training.sample.ProductShape;
import org.catalogtagger.training.sample.SampleCatalogue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people really send, in the middle of good images. */
class HostileImagesIT {
    private static final long EVENT_TIME = 1_700_000_000_000L;

    @Test
    void eachIsTaggedOrRejectedWithItsReasonAndTheJobGoesOn(@TempDir Path folder) throws Exception {
        ModelBundle model = TinyModel.save(folder.resolve("model"), 1);
        byte[] good = SampleCatalogue.jpeg(ProductShape.TIES, new Random(1));
        byte[] truncated = Arrays.copyOf(good, good.length / 2);
        try (RunningJob job = RunningJob.start(folder, model, (settings, unchanged) -> unchanged)) {
            try (KafkaProducer<byte[], byte[]> producer = producer(job.kafka.bootstrapServers())) {
                send(producer, "good-before", good);
                send(producer, "headers-only", resource("07b-headers-then-eoi.jpg"));
                send(producer, "truncated", truncated);
                send(producer, "empty", new byte[0]);
                send(producer, "no-value", null);
                send(producer, "text", "hello".getBytes(StandardCharsets.UTF_8));
                send(producer, "huge-header", TestImages.pngClaiming(50_000, 50_000));
                send(
                        producer,
                        "alpha",
                        TestImages.png(
                                TestImages.plain(60, 80, BufferedImage.TYPE_INT_ARGB, new Color(200, 0, 0, 90))));
                send(producer, "cmyk", resource("cmyk.jpg"));
                send(
                        producer,
                        "gif",
                        TestImages.gif(TestImages.plain(60, 80, BufferedImage.TYPE_BYTE_GRAY, Color.GRAY)));
                send(
                        producer,
                        "one-pixel",
                        TestImages.png(TestImages.plain(1, 1, BufferedImage.TYPE_3BYTE_BGR, Color.RED)));
                byte[] tenMegabytes = noise(10 << 20);
                send(producer, "ten-megabytes", tenMegabytes);
                send(producer, (byte[]) null, good);
                send(producer, new byte[] {(byte) 0xC3, 0x28}, good);
                Path images = Files.createDirectory(folder.resolve("images"));
                Path image = Files.write(images.resolve("1.jpg"), good);
                sendUri(producer, "by-uri", image.toUri().toString());
                sendUri(producer, "uri-of-nothing", images.toUri() + "none.jpg");
                sendUri(producer, "uri-of-secret", folder.toUri() + "images/../model/model.json");
                sendUri(producer, "no-uri", "1.jpg");
                send(producer, "good-after", good);
            }
            RunningJob.await(
                    "19 answers", () -> tags(job).size() + rejected(job).size() >= 19);
            assertThat(job.failures()).isEmpty();

            Map<String, JsonNode> tags = new HashMap<>();
            for (ConsumerRecord<byte[], byte[]> tag : tags(job)) {
                tags.put(text(tag.key()), Json.MAPPER.readTree(tag.value()));
            }
            assertThat(tags.keySet())
                    .containsExactlyInAnyOrder(
                            "good-before",
                            "good-after",
                            "by-uri",
                            "alpha",
                            "cmyk",
                            "gif",
                            "one-pixel",
                            "ten-megabytes");

            Map<String, String> reasons = new HashMap<>();
            for (ConsumerRecord<byte[], byte[]> record : rejected(job)) {
                reasons.put(record.key() == null ? "(none)" : text(record.key()), header(record, "reason"));
                assertThat(header(record, "detail")).isNotBlank();
                assertThat(header(record, "at")).matches("\\d{4}-\\d\\d-\\d\\dT.*Z");
                assertThat(header(record, "segment")).as("original headers").isEqualTo("acme");
                assertThat(record.timestamp()).isEqualTo(EVENT_TIME);
            }
            assertThat(reasons)
                    .containsEntry("headers-only", "corrupt")
                    .containsEntry("truncated", "corrupt")
                    .containsEntry("empty", "empty")
                    .containsEntry("no-value", "empty")
                    .containsEntry("text", "unsupported-format")
                    .containsEntry("huge-header", "too-many-pixels")
                    .containsEntry("(none)", "unusable-key")
                    .containsEntry("uri-of-nothing", "fetch-failed")
                    .containsEntry("uri-of-secret", "uri-not-allowed")
                    .containsEntry("no-uri", "bad-uri")
                    .hasSize(11);
            ConsumerRecord<byte[], byte[]> cut = rejected(job).stream()
                    .filter(record -> record.key() != null && text(record.key()).equals("truncated"))
                    .findFirst()
                    .orElseThrow();
            assertThat(cut.value()).as("untouched").isEqualTo(truncated);

            JsonNode tag = Objects.requireNonNull(tags.get("good-after"));
            assertThat(tag.path("productId").asText()).isEqualTo("good-after");
            assertThat(tag.path("label").asText()).isIn(TinyModel.CLASSES);
            assertThat(tag.path("confidence").asDouble()).isBetween(0.33, 1.0);
            assertThat(tag.path("top")).hasSize(3);
            assertThat(tag.path("modelVersion").asText()).isEqualTo("tiny-1");
            assertThat(tag.path("eventTime").asText()).isEqualTo("2023-11-14T22:13:20Z");
            assertThat(tags(job)).allSatisfy(record -> {
                assertThat(header(record, "ce_id")).isEqualTo("7");
                assertThat(header(record, "segment")).isEqualTo("acme");
                assertThat(record.timestamp()).isEqualTo(EVENT_TIME);
            });

            job.drain();
            // Kafka answers a commit before those who read committed records see it.
            RunningJob.await(
                    "2 windows",
                    () -> CommittedRecords.readAll(job.kafka.bootstrapServers(), "accuracy-metrics")
                                    .size()
                            >= 2);
            List<ConsumerRecord<byte[], byte[]>> windows =
                    CommittedRecords.readAll(job.kafka.bootstrapServers(), "accuracy-metrics");
            assertThat(windows).as("of all tags, and of the segment").hasSize(2);
            assertThat(Json.MAPPER
                            .readTree(windows.get(1).value())
                            .path("segment")
                            .asText())
                    .isEqualTo("acme");
            JsonNode window = Json.MAPPER.readTree(windows.get(0).value());
            assertThat(window.path("modelVersion").asText()).isEqualTo("tiny-1");
            assertThat(window.path("support").asLong()).isEqualTo(8);
            assertThat(window.path("windowStart").asText()).isEqualTo("2023-11-14T22:13:00Z");
            assertThat(window.path("confusion").fieldNames()).toIterable().containsExactly("Ties");
        }
    }

    private static void send(KafkaProducer<byte[], byte[]> producer, String key, byte @Nullable [] value)
            throws Exception {
        send(producer, key.getBytes(StandardCharsets.UTF_8), value);
    }

    private static void send(KafkaProducer<byte[], byte[]> producer, byte @Nullable [] key, byte @Nullable [] value)
            throws Exception {
        producer.send(event(key, value, "image/jpeg")).get();
    }

    private static ProducerRecord<byte[], byte[]> event(
            byte @Nullable [] key, byte @Nullable [] value, String contentType) {
        ProducerRecord<byte[], byte[]> event = new ProducerRecord<>("product-images", null, EVENT_TIME, key, value);
        event.headers().add("content-type", contentType.getBytes(StandardCharsets.UTF_8));
        event.headers().add("label", "Ties".getBytes(StandardCharsets.UTF_8));
        event.headers().add("segment", "acme".getBytes(StandardCharsets.UTF_8));
        event.headers().add("ce_id", "7".getBytes(StandardCharsets.UTF_8));
        return event;
    }

    private static void sendUri(KafkaProducer<byte[], byte[]> producer, String key, String uri) throws Exception {
        byte[] productId = key.getBytes(StandardCharsets.UTF_8);
        producer.send(event(productId, uri.getBytes(StandardCharsets.UTF_8), "text/uri-list"))
                .get();
    }

    private static List<ConsumerRecord<byte[], byte[]>> tags(RunningJob job) {
        return CommittedRecords.readAll(job.kafka.bootstrapServers(), "product-tags");
    }

    private static List<ConsumerRecord<byte[], byte[]>> rejected(RunningJob job) {
        return CommittedRecords.readAll(job.kafka.bootstrapServers(), "product-images-rejected");
    }

    private static KafkaProducer<byte[], byte[]> producer(String bootstrapServers) {
        Properties properties = new Properties();
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.toString(20 << 20));
        properties.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
        properties.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
        return new KafkaProducer<>(properties);
    }

    /** A PNG of random pixels, which no compressor makes smaller. */
    private static byte[] noise(int bytes) {
        int width = 1800;
        BufferedImage image = new BufferedImage(width, bytes / 3 / width, BufferedImage.TYPE_3BYTE_BGR);
        Random random = new Random(1);
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, random.nextInt());
            }
        }
        byte[] png = TestImages.png(image);
        assertThat(png.length).isGreaterThan(10_000_000);
        return png;
    }

    private static byte[] resource(String name) throws Exception {
        try (InputStream in = TestImages.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return record.headers().lastHeader(name) == null
                ? "(none)"
                : text(record.headers().lastHeader(name).value());
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
