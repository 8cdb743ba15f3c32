package org.catalogtagger.streaming.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.training.sample.ProductShape;
import org.catalogtagger.training.sample.SampleCatalogue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records each of which once restarted the job for ever. */
class HostileRecordsIT {
    private static final long NEVER = -1;
    private static final long YEAR_2099 = 4_070_908_800_000L;

    @Test
    void eachHasOneAnswerAndTheJobGoesOn(@TempDir Path folder) throws Exception {
        ModelBundle model = TinyModel.save(folder.resolve("model"), 1);
        byte[] good = SampleCatalogue.jpeg(ProductShape.TIES, new Random(1));
        Path images = Files.createDirectory(folder.resolve("images"));
        String image = Files.write(images.resolve("1.jpg"), good).toUri().toString();
        byte[] noise = new byte[3 << 20];
        new Random(1).nextBytes(noise);
        long now = System.currentTimeMillis();
        try (RunningJob job =
                RunningJob.start(folder, model, (settings, unchanged) -> unchanged, "", AnyRecordIT::asKafkaHasThem)) {
            try (KafkaProducer<byte[], byte[]> plain = producer(job, "none");
                    KafkaProducer<byte[], byte[]> gzip = producer(job, "gzip")) {
                send(plain, "product-images", "never", good, NEVER);
                send(plain, "product-images", "2099", good, YEAR_2099);
                send(plain, "product-images", "1,048,480", Arrays.copyOf(noise, 1_048_480), now);
                send(plain, "product-images", "3 MB", noise, now);
                send(gzip, "product-images", "zeros", new byte[2 << 20], now);
                send(plain, "product-images", "k".repeat(600_000), good, now);
                sendUri(plain, "query", image + "?x");
                sendUri(plain, "nul", image + "%00");
                send(plain, "product-labels", "label", bytes(label("+999999999-12-31T23:59:59Z")), now);
                send(plain, "model-releases", "live", bytes("null"), now);
                send(plain, "model-releases", "shadow", bytes(release("+999999999-12-31T23:59:59Z")), now);
                send(plain, "model-releases", "canary", bytes(release("2026-01-01T00:00:00Z")), now);
                send(plain, "drift-acceptances", "acceptance", bytes("{\"kind\": \"none\"}"), now);
                send(plain, "product-images", "good", good, now);
            }
            RunningJob.await(
                    "14 answers",
                    () -> read(job, "product-tags").size()
                                            + read(job, "product-images-rejected")
                                                    .size()
                                    >= 14
                            && read(job, "model-release-outcomes").size() >= 2);

            Map<String, ConsumerRecord<byte[], byte[]>> tags = byKey(read(job, "product-tags"));
            assertThat(tags.keySet()).containsExactlyInAnyOrder("never", "2099", "good");
            for (String replaced : List.of("never", "2099")) {
                ConsumerRecord<byte[], byte[]> tag = answer(tags, replaced);
                assertThat(Answers.header(tag, "event-time-replaced"))
                        .isEqualTo(Long.toString(replaced.equals("never") ? NEVER : YEAR_2099));
                assertThat(eventTime(tag)).isBetween(now, System.currentTimeMillis());
                assertThat(tag.timestamp()).isEqualTo(eventTime(tag));
            }
            assertThat(Answers.header(answer(tags, "good"), "event-time-replaced"))
                    .isEqualTo("(none)");

            List<ConsumerRecord<byte[], byte[]>> rejections = read(job, "product-images-rejected");
            Map<String, String> reasons = new HashMap<>();
            byKey(rejections).forEach((key, rejected) -> reasons.put(key, Answers.header(rejected, "reason")));
            assertThat(reasons)
                    .containsEntry("1,048,480", "unsupported-format")
                    .containsEntry("3 MB", "unsupported-format")
                    .containsEntry("zeros", "unsupported-format")
                    .containsEntry("k".repeat(600_000), "unusable-key")
                    .containsKeys("query", "nul")
                    .containsEntry("label", "bad-label")
                    .containsEntry("live", "bad-release")
                    .containsEntry("shadow", "bad-release")
                    .containsEntry("canary", "bad-release")
                    .containsEntry("acceptance", "bad-acceptance")
                    .hasSize(11);
            ConsumerRecord<byte[], byte[]> cut = answer(byKey(rejections), "3 MB");
            assertThat(Answers.header(cut, "cut")).isEqualTo("value=3145728");
            assertThat(cut.value().length).isBetween(1_000_000, 1_048_588);
            assertThat(noise).startsWith(cut.value());
            assertThat(Answers.header(cut, "source-record")).startsWith("product-images/");

            for (ConsumerRecord<byte[], byte[]> outcome : read(job, "model-release-outcomes")) {
                assertThat(Json.MAPPER
                                .readTree(outcome.value())
                                .path("accepted")
                                .asBoolean(true))
                        .isFalse();
            }
            assertThat(job.failures()).isEmpty();
            assertThat(job.restarts()).isZero();
        }
    }

    private static String label(String labelledAt) {
        return "{\"label\":\"Handbags\",\"labelledAt\":\"%s\"}".formatted(labelledAt);
    }

    private static String release(String releasedAt) {
        return "{\"bundle\":\"/m\",\"modelVersion\":\"\",\"releasedAt\":\"%s\"}".formatted(releasedAt);
    }

    private static long eventTime(ConsumerRecord<byte[], byte[]> tag) throws Exception {
        JsonNode json = Json.MAPPER.readTree(tag.value());
        return Instant.parse(json.path("eventTime").asText()).toEpochMilli();
    }

    private static KafkaProducer<byte[], byte[]> producer(RunningJob job, String compression) {
        return new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        job.kafka.bootstrapServers(),
                        "compression.type",
                        compression,
                        "max.request.size",
                        20 << 20),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private static void send(
            KafkaProducer<byte[], byte[]> producer, String topic, String key, byte[] value, long timestamp)
            throws Exception {
        producer.send(at(timestamp, topic, key, value, null)).get();
    }

    private static void sendUri(KafkaProducer<byte[], byte[]> producer, String key, String uri) throws Exception {
        producer.send(at(System.currentTimeMillis(), "product-images", key, bytes(uri), "text/uri-list"))
                .get();
    }

    /** At whatever time: Kafka's own class takes none below 0, other producers send them. */
    private static ProducerRecord<byte[], byte[]> at(
            long timestamp, String topic, String key, byte[] value, @Nullable String contentType) {
        ProducerRecord<byte[], byte[]> kafkaRecord = new ProducerRecord<>(topic, null, 0L, bytes(key), value) {
            @Override
            public Long timestamp() {
                return timestamp;
            }
        };
        if (contentType != null) {
            kafkaRecord.headers().add("content-type", bytes(contentType));
        }
        return kafkaRecord;
    }

    private static Map<String, ConsumerRecord<byte[], byte[]>> byKey(List<ConsumerRecord<byte[], byte[]>> answers) {
        Map<String, ConsumerRecord<byte[], byte[]>> byKey = new HashMap<>();
        answers.forEach(answer -> byKey.put(new String(answer.key(), UTF_8), answer));
        assertThat(byKey).hasSameSizeAs(answers);
        return byKey;
    }

    private static ConsumerRecord<byte[], byte[]> answer(
            Map<String, ConsumerRecord<byte[], byte[]>> answers, String key) {
        return Objects.requireNonNull(answers.get(key), key);
    }

    private static List<ConsumerRecord<byte[], byte[]>> read(RunningJob job, String topic) {
        return CommittedRecords.readAll(job.kafka.bootstrapServers(), topic);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
