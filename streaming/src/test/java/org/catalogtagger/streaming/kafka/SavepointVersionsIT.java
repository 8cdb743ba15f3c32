package org.catalogtagger.streaming.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.model.bundle.AtomicDirectory;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.streaming.settings.StreamSettings;
import org.catalogtagger.training.sample.ProductShape;
import org.catalogtagger.training.sample.SampleCatalogue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The job goes on from a savepoint of each version that was published: offsets, the model that was released, open and closed
 * windows, and the products that wait for their labels.
 *
 * <p>A new version adds its savepoint: {@code ./mvnw verify -pl streaming -am -Dtest=none
 * -Dit.test=SavepointVersionsIT#makesOneOfThisVersion -Dsurefire.failIfNoSpecifiedTests=false
 * -Dfailsafe.failIfNoSpecifiedTests=false -Dsavepoint.version=2}. What the sinks keep of transactions belongs to a broker, and is
 * not in it: this job delivers at least once.
 */
@Timeout(300)
class SavepointVersionsIT {
    private static final Path SAVEPOINTS = Path.of("src/test/resources/savepoints");

    /** It stands in the state, so it must be the same on every machine. */
    private static final Path RELEASED = Path.of("target/released-in-savepoints");

    private static final String VERSION = "savepoint.version";
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final long SECOND = 1000;
    private static final int BEFORE = 100;
    private static final int ALL = 200;
    private static final int MINUTE = 60;

    @TempDir
    private Path folder;

    static Stream<String> versions() throws IOException {
        try (Stream<Path> files = Files.list(SAVEPOINTS)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void goesOnFromItsSavepoint(String version) throws Exception {
        Path savepoint = folder.resolve("from");
        unzip(SAVEPOINTS.resolve(version), savepoint);
        try (RunningJob job = start(Optional.of(savepoint))) {
            String kafka = job.kafka.bootstrapServers();
            publishImages(kafka, BEFORE, ALL);
            publishLabels(kafka);
            RunningJob.await(
                    "the tags after the savepoint",
                    () -> CommittedRecords.readAll(kafka, "product-tags").size() >= ALL - BEFORE);
            RunningJob.await(
                    "the third window", () -> !lastWindow(kafka, 2, "acme").isEmpty());
            RunningJob.await(
                    "the labels of images before the savepoint",
                    () -> supportOf(lastWindow(kafka, 0, "")) == MINUTE * 2 / 3);

            // Of those before it there are none: their records were not read again.
            assertThat(json(kafka, "product-tags")).hasSize(ALL - BEFORE).allSatisfy(tag -> {
                assertThat(tag.path("modelVersion").asText()).isEqualTo("tiny-2");
                assertThat(tag.path("productId").asInt()).isGreaterThanOrEqualTo(BEFORE);
            });
            assertThat(lastWindow(kafka, 1, "acme").path("tagged").asInt()).isEqualTo(MINUTE / 4);
            JsonNode closed = lastWindow(kafka, 0, "");
            assertThat(closed.path("revision").asInt()).isPositive();
            assertThat(closed.path("tagged").asInt()).isEqualTo(MINUTE);
            JsonNode open = lastWindow(kafka, 1, "");
            assertThat(open.path("tagged").asInt()).isEqualTo(MINUTE);
            assertThat(supportOf(open)).isEqualTo(MINUTE / 3);
        }
    }

    @Test
    @EnabledIfSystemProperty(named = VERSION, matches = "\\d+")
    void makesOneOfThisVersion() throws Exception {
        try (RunningJob job = start(Optional.empty())) {
            String kafka = job.kafka.bootstrapServers();
            RunningJob.await(
                    "the release",
                    () -> CommittedRecords.readAll(kafka, "model-release-outcomes")
                                    .size()
                            >= 2);
            publishImages(kafka, 0, BEFORE);
            RunningJob.await(
                    "all tags",
                    () -> CommittedRecords.readAll(kafka, "product-tags").size() >= BEFORE);
            RunningJob.await(
                    "the first window", () -> !lastWindow(kafka, 0, "acme").isEmpty());
            Files.createDirectories(SAVEPOINTS);
            zip(job.stop(), SAVEPOINTS.resolve(System.getProperty(VERSION) + ".zip"));
        }
    }

    /** With the release, and with all images that there were before the savepoint. */
    private RunningJob start(Optional<Path> savepoint) throws Exception {
        ModelBundle first = TinyModel.save(folder.resolve("model-1"), 1);
        AtomicDirectory.deleteRecursively(RELEASED);
        TinyModel.save(RELEASED, 2);
        return RunningJob.start(
                folder,
                first,
                (settings, unchanged) -> unchanged,
                "{kafka: {delivery: at-least-once}, flink: {checkpointInterval: 1 s}}",
                (kafka, settings) -> {
                    keepOldRecords(settings);
                    publishRelease(kafka.bootstrapServers());
                    if (savepoint.isPresent()) {
                        publishImages(kafka.bootstrapServers(), 0, BEFORE);
                    }
                },
                savepoint);
    }

    /** Their times are long ago, and a broker removes records of more than a week. */
    private static void keepOldRecords(StreamSettings settings) throws Exception {
        AlterConfigOp forEver =
                new AlterConfigOp(new ConfigEntry(TopicConfig.RETENTION_MS_CONFIG, "-1"), AlterConfigOp.OpType.SET);
        Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
        StreamSettings.Kafka topics = settings.kafka();
        List<String> named = new ArrayList<>(topics.outputTopics());
        named.addAll(List.of(topics.imagesTopic(), topics.labelsTopic()));
        named.forEach(topic -> changes.put(new ConfigResource(ConfigResource.Type.TOPIC, topic), List.of(forEver)));
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", topics.bootstrapServers()))) {
            admin.incrementalAlterConfigs(changes).all().get();
        }
    }

    private static void publishRelease(String kafka) throws Exception {
        String release =
                "{\"bundle\": \"%s\", \"modelVersion\": \"tiny-2\", \"releasedAt\": \"%s\"}".formatted(RELEASED, BEGIN);
        try (KafkaProducer<byte[], byte[]> producer = producer(kafka)) {
            producer.send(new ProducerRecord<>("model-releases", "live".getBytes(UTF_8), release.getBytes(UTF_8)))
                    .get();
        }
    }

    /** One a second; every third has its label with it. */
    private static void publishImages(String kafka, int from, int to) {
        try (KafkaProducer<byte[], byte[]> producer = producer(kafka)) {
            for (int i = from; i < to; i++) {
                ProducerRecord<byte[], byte[]> event = new ProducerRecord<>(
                        "product-images",
                        i % 2,
                        BEGIN.toEpochMilli() + i * SECOND,
                        Integer.toString(i).getBytes(UTF_8),
                        SampleCatalogue.jpeg(ProductShape.TIES, new Random(i)));
                event.headers().add("segment", (i % 4 == 0 ? "acme" : "other").getBytes(UTF_8));
                if (i % 3 == 0) {
                    event.headers().add("label", "Ties".getBytes(UTF_8));
                }
                Future<RecordMetadata> unused = producer.send(event);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of another third of the first window's images. */
    private static void publishLabels(String kafka) {
        Instant given = BEGIN.plusSeconds(5 * MINUTE);
        String label = "{\"label\": \"Shirts\", \"labelledAt\": \"%s\"}".formatted(given);
        try (KafkaProducer<byte[], byte[]> producer = producer(kafka)) {
            for (int i = 1; i < MINUTE; i += 3) {
                Future<RecordMetadata> unused = producer.send(new ProducerRecord<>(
                        "product-labels",
                        null,
                        given.toEpochMilli(),
                        Integer.toString(i).getBytes(UTF_8),
                        label.getBytes(UTF_8)));
            }
        }
    }

    private static KafkaProducer<byte[], byte[]> producer(String kafka) {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka), new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static int supportOf(JsonNode window) {
        return window.path("support").asInt();
    }

    /** The last revision of a minute's window, of a segment or of all; an empty object if there is none yet. */
    private static JsonNode lastWindow(String kafka, int minute, String segment) {
        String start = BEGIN.plusSeconds((long) minute * MINUTE).toString();
        JsonNode last = Json.MAPPER.createObjectNode();
        for (JsonNode window : json(kafka, "accuracy-metrics")) {
            if (window.path("windowStart").asText().equals(start)
                    && window.path("segment").asText().equals(segment)) {
                last = window;
            }
        }
        return last;
    }

    private static List<JsonNode> json(String kafka, String topic) {
        return CommittedRecords.readAll(kafka, topic).stream()
                .map(value -> {
                    try {
                        return Json.MAPPER.readTree(value.value());
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .toList();
    }

    private static void zip(Path directory, Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out);
                Stream<Path> all = Files.walk(directory)) {
            for (Path each : all.filter(Files::isRegularFile).sorted().toList()) {
                zip.putNextEntry(new ZipEntry(directory.relativize(each).toString()));
                Files.copy(each, zip);
                zip.closeEntry();
            }
        }
    }

    private static void unzip(Path file, Path directory) throws IOException {
        try (InputStream in = Files.newInputStream(file);
                ZipInputStream zip = new ZipInputStream(in)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path target = directory.resolve(entry.getName());
                Files.createDirectories(target.getParent());
                Files.copy(zip, target);
            }
        }
    }
}
