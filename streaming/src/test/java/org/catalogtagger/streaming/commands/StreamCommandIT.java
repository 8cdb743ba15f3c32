package org.catalogtagger.streaming.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.runtime.client.JobStatusMessage;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.catalogtagger.model.SharedModel;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.model.image.ImageFolder;
import org.catalogtagger.streaming.kafka.CommittedRecords;
import org.catalogtagger.streaming.publish.ImagePublisher;
import org.catalogtagger.streaming.quickstart.LocalKafka;
import org.catalogtagger.training.sample.ProductShape;
import org.catalogtagger.training.sample.SampleCatalogue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tagger stream} as a process of its own, which is killed and interrupted. */
class StreamCommandIT {
    private static final int BATCH = 500;

    @TempDir
    private Path folder;

    private LocalKafka kafka;
    private Path image;
    private Path config;
    private int published;

    @BeforeEach
    void startKafka() throws Exception {
        kafka = LocalKafka.start(folder.resolve("kafka"));
        kafka.createTopics(
                List.of("product-images", "product-tags", "other-tags", "product-images-rejected", "accuracy-metrics"),
                2);
        TinyModel.save(folder.resolve("model"), 1);
        image = Files.write(folder.resolve("1.jpg"), SampleCatalogue.jpeg(ProductShape.TIES, new Random(1)));
        config = Files.writeString(
                folder.resolve("stream.yaml"),
                """
                kafka: {bootstrapServers: '%s'}
                model: {bundle: '%s'}
                flink: {checkpointInterval: 300 ms, checkpointDirectory: '%s'}
                """
                        .formatted(kafka.bootstrapServers(), folder.resolve("model"), folder.resolve("checkpoints")));
    }

    @AfterEach
    void stopKafka() {
        kafka.close();
    }

    @Test
    void goesOnWithoutLossOrDoublesAfterKillAndAfterCtrlC() throws Exception {
        publish();
        try (TaggerProcess unused = start()) {
            await("the first tags", () -> tags().size() >= BATCH);
            publish();
            await("more tags", () -> tags().size() > BATCH);
        }

        publish();
        try (TaggerProcess second = start()) {
            await("all tags after kill -9", () -> tags().size() >= 3 * BATCH);
            assertThat(tags()).doesNotHaveDuplicates().hasSize(3 * BATCH);
            second.signal("INT");
            assertThat(second.exitCode()).isEqualTo(130);
        }
        assertThat(folder.resolve("out.log")).content().contains("stopped; the next run goes on from");

        publish();
        try (TaggerProcess unused = start()) {
            await("all tags after Ctrl-C", () -> tags().size() >= 4 * BATCH);
            assertThat(tags()).doesNotHaveDuplicates().hasSize(4 * BATCH);
        }
        assertThat(folder.resolve("out.log"))
                .content()
                .contains("going on from")
                .contains("savepoint-");
    }

    @Test
    void runsOnACluster() throws Exception {
        try (MiniCluster flink = cluster(2)) {
            String address = address(flink);
            Files.writeString(config, "accuracy: {window: 500 ms, outOfOrderness: 1 ms}\n", StandardOpenOption.APPEND);
            submit(config, address);
            publish();
            await("all tags", () -> tags().size() >= BATCH);
            assertThat(tags()).doesNotHaveDuplicates().hasSize(BATCH);

            await("a metric of the class's accuracy", () -> {
                // A window closes when an event comes that is later than its end.
                publishOne();
                return metrics(address).anyMatch(name -> name.endsWith("label.Ties.class_accuracy_ratio"));
            });
            assertThat(metrics(address)).anyMatch(name -> name.endsWith(".tags_total"));
        }
    }

    @Test
    void submittedTwiceToOneClusterCancelledAndSubmittedAgainItSharesItsModelAndLeavesNothingBehind() throws Exception {
        Path other = Files.writeString(
                folder.resolve("other.yaml"),
                """
                kafka: {bootstrapServers: '%s', consumerGroup: other, tagsTopic: other-tags}
                model: {bundle: '%s'}
                flink: {checkpointInterval: 300 ms, checkpointDirectory: '%s'}
                """
                        .formatted(
                                kafka.bootstrapServers(),
                                folder.resolve("model"),
                                folder.resolve("other-checkpoints")));
        int before = SharedModel.inMemory();
        try (MiniCluster flink = cluster(4)) {
            for (int round = 1; round <= 2; round++) {
                int expected = round * BATCH;
                publish();
                submit(config, address(flink));
                submit(other, address(flink));
                await("all tags", () -> tags().size() >= expected);
                await("all tags of the other", () -> tags("other-tags").size() >= expected);
                assertThat(SharedModel.inMemory()).isEqualTo(before + 1);

                for (JobStatusMessage job : flink.listJobs().get()) {
                    if (!job.getJobState().isGloballyTerminalState()) {
                        flink.cancelJob(job.getJobId()).get();
                    }
                }
                await("the model's end", () -> SharedModel.inMemory() == before);
            }
        }
        assertThat(tags()).doesNotHaveDuplicates().hasSize(2 * BATCH);
        assertThat(tags("other-tags")).doesNotHaveDuplicates().hasSize(2 * BATCH);
    }

    private static MiniCluster cluster(int slots) throws Exception {
        Configuration settings = new Configuration();
        settings.set(RestOptions.BIND_PORT, "0");
        settings.set(RestOptions.BIND_ADDRESS, "127.0.0.1");
        MiniCluster flink = new MiniCluster(new MiniClusterConfiguration.Builder()
                .setConfiguration(settings)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(slots)
                .build());
        flink.start();
        return flink;
    }

    private static String address(MiniCluster flink) throws Exception {
        return "127.0.0.1:" + flink.getRestAddress().get().getPort();
    }

    private static void submit(Path config, String address) {
        assertThat(Tagger.commandLine().execute("stream", "--config", config.toString(), "--jobmanager", address))
                .isZero();
    }

    /** Names of all metrics of all tasks of the cluster's only job. */
    private static Stream<String> metrics(String address) {
        JsonNode job = get(address, "/jobs/overview").path("jobs").path(0);
        String path = "/jobs/" + job.path("jid").asText();
        return StreamSupport.stream(get(address, path).path("vertices").spliterator(), false)
                .map(vertex -> path + "/vertices/" + vertex.path("id").asText() + "/subtasks/metrics")
                .flatMap(metrics -> StreamSupport.stream(get(address, metrics).spliterator(), false))
                .map(metric -> metric.path("id").asText());
    }

    private static JsonNode get(String address, String path) {
        try (InputStream in = URI.create("http://" + address + path).toURL().openStream()) {
            return Json.MAPPER.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private TaggerProcess start() throws IOException {
        return TaggerProcess.start(folder, folder.resolve("out.log"), "stream", "--config", config.toString());
    }

    private void publishOne() {
        try {
            publish(1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void publish() throws IOException {
        publish(BATCH);
    }

    private void publish(int count) throws IOException {
        List<ImageFolder.Entry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            entries.add(new ImageFolder.Entry(image, 0, "product-" + published));
            published++;
        }
        try (ImagePublisher publisher = new ImagePublisher(kafka.bootstrapServers(), Map.of(), "product-images")) {
            publisher.publish(entries, List.of("Ties"), true, 0, sent -> {});
        }
    }

    private List<String> tags() {
        return tags("product-tags");
    }

    private List<String> tags(String topic) {
        return CommittedRecords.readAll(kafka.bootstrapServers(), topic).stream()
                .map(tag -> new String(tag.key(), StandardCharsets.UTF_8))
                .toList();
    }

    private void await(String what, BooleanSupplier condition) throws InterruptedException, IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(
                        "not within 90 s: " + what + "\n" + Files.readString(folder.resolve("out.log")));
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }
}
