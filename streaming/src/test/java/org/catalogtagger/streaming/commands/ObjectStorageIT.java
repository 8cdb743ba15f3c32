package org.catalogtagger.streaming.commands;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.streaming.bundles.ObjectStorage;
import org.catalogtagger.streaming.kafka.CommittedRecords;
import org.catalogtagger.streaming.quickstart.LocalKafka;
import org.catalogtagger.training.sample.ProductShape;
import org.catalogtagger.training.sample.SampleCatalogue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models and checkpoints in S3: Flink's own plugin for it, against a server that speaks it. */
class ObjectStorageIT {
    private static final long PAUSE_NANOS = 10_000_000;

    @TempDir
    private Path folder;

    private ObjectStorage storage;
    private LocalKafka kafka;
    private int runs;

    @BeforeEach
    void start() throws Exception {
        storage = ObjectStorage.start(folder, "models", "checkpoints");
        kafka = LocalKafka.start(folder.resolve("kafka"));
        kafka.createTopics(List.of("product-images"), 2);
        storage.put(TinyModel.save(folder.resolve("first"), 1).directory(), "models/first");
        TinyModel.save(folder.resolve("model"), 2);
    }

    @AfterEach
    void stop() throws Exception {
        kafka.close();
        storage.close();
    }

    @Test
    void aModelReleasedFromS3TagsWhileItGoesOnAndAfterAKillAndEachImageOnce() throws Exception {
        AtomicBoolean enough = new AtomicBoolean();
        CompletableFuture<Integer> sent = CompletableFuture.supplyAsync(() -> sendUntil(enough));
        try (TaggerProcess first = stream()) {
            first.awaitOutput("tagging with tiny-1");
            first.await("tags of tiny-1", () -> tags("tiny-1") > 0);
            String released = run(
                    storage.environment(), 0, "release", "--model", model(), "--store", "s3://models", "--wait", "240");
            assertThat(released)
                    .contains("the model is at s3://models/tiny-2")
                    .contains("released tiny-2 to model-releases")
                    .contains("subtask 1 of 1: tiny-2 in use");
            first.await("tags of tiny-2", () -> tags("tiny-2") > 0);
        }
        long before = tags("tiny-2");
        try (TaggerProcess second = stream()) {
            second.awaitOutput("tagging with tiny-1, going on from s3://checkpoints/");
            second.await("tags after the kill", () -> tags("tiny-2") > before);
            enough.set(true);
            int events = sent.get();
            second.await("all tags", () -> keys().size() >= events);
            assertThat(keys()).hasSize(events).doesNotHaveDuplicates();
            second.signal("INT");
            assertThat(second.exitCode()).isEqualTo(130);
            assertThat(second.output()).contains("stopped; the next run goes on from s3://checkpoints/");
        }
    }

    @Test
    void whatIsWrongWithTheStoreIsOneLine() throws Exception {
        Map<String, String> wrong = storage.environment("hunter2");
        assertOneLine(
                wrong, "s3://models/first", "s3://models/first/SHA256SUMS: not allowed; are the credentials right?");
        Map<String, String> right = storage.environment();
        assertOneLine(right, "s3://models/none", "no model bundle at s3://models/none: no SHA256SUMS there");
        assertOneLine(right, "s3://nobucket/first", "s3://nobucket/first");
        assertOneLine(Map.of(), "s3://models/first", "no file system for its scheme is here");
        assertOneLine(
                Map.of("FLINK_PLUGINS_DIR", "/nowhere"),
                "s3://models/first",
                "FLINK_PLUGINS_DIR: no folder at /nowhere");
        assertOneLine(Map.of("FLINK_CONF_DIR", "/nowhere"), "s3://models/first", "'/nowhere'");
    }

    private void assertOneLine(Map<String, String> environment, String model, String fault) throws Exception {
        assertThat(run(environment, 1, "release", "--model", model).lines())
                .singleElement()
                .asString()
                .startsWith("tagger release: ")
                .contains(fault);
    }

    private String model() {
        return folder.resolve("model").toString();
    }

    private TaggerProcess stream() throws IOException {
        Path config = Files.writeString(
                folder.resolve("stream.yaml"),
                """
                kafka: {bootstrapServers: '%s'}
                model: {bundle: 's3://models/first'}
                flink: {parallelism: 1, checkpointInterval: 1 s, checkpointDirectory: 's3://checkpoints/'}
                """
                        .formatted(kafka.bootstrapServers()));
        return start(storage.environment(), "stream", "--config", config.toString());
    }

    private TaggerProcess start(Map<String, String> environment, String... arguments) throws IOException {
        Path own = Files.createDirectory(folder.resolve("run-" + runs++));
        return TaggerProcess.start(own, own.resolve("log"), environment, arguments);
    }

    private String run(Map<String, String> environment, int exitCode, String... arguments) throws Exception {
        String[] all = Stream.concat(Stream.of(arguments), Stream.of("--bootstrap", kafka.bootstrapServers()))
                .toArray(String[]::new);
        try (TaggerProcess process = start(environment, all)) {
            int ended = process.exitCode();
            assertThat(ended).as(process.output()).isEqualTo(exitCode);
            return process.output();
        }
    }

    private int sendUntil(AtomicBoolean enough) {
        int sent = 0;
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            byte[] image = SampleCatalogue.jpeg(ProductShape.TIES, new Random(1));
            while (!enough.get()) {
                producer.send(new ProducerRecord<>("product-images", ("product-" + sent).getBytes(UTF_8), image))
                        .get();
                sent++;
                // Tags are read from the first to the last, again and again.
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return sent;
    }

    private long tags(String version) {
        return CommittedRecords.readAll(kafka.bootstrapServers(), "product-tags").stream()
                .filter(tag -> new String(tag.value(), UTF_8).contains("\"" + version + "\""))
                .count();
    }

    private List<String> keys() {
        return CommittedRecords.readAll(kafka.bootstrapServers(), "product-tags").stream()
                .map(tag -> new String(tag.key(), UTF_8))
                .toList();
    }
}
