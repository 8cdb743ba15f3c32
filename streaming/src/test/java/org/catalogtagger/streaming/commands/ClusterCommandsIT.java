package org.catalogtagger.streaming.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.model.image.ImageFolder;
import org.catalogtagger.streaming.kafka.CommittedRecords;
import org.catalogtagger.streaming.kafka.KafkaTopics;
import org.catalogtagger.streaming.kafka.RunningJob;
import org.catalogtagger.streaming.publish.ImagePublisher;
import org.catalogtagger.streaming.quickstart.LocalKafka;
import org.catalogtagger.streaming.settings.StreamSettings;
import org.catalogtagger.training.sample.ProductShape;
import org.catalogtagger.training.sample.SampleCatalogue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs on a cluster: listed, stopped behind a savepoint, rescaled, started twice. */
class ClusterCommandsIT {
    private static final int SLOTS = 4;

    @TempDir
    private Path folder;

    private LocalKafka kafka;
    private MiniCluster flink;
    private String address;
    private Path image;

    @BeforeEach
    void start() throws Exception {
        kafka = LocalKafka.start(folder.resolve("kafka"));
        kafka.createTopics(List.of("product-images", "product-tags"), 3);
        TinyModel.save(folder.resolve("model"), 1);
        image = Files.write(folder.resolve("1.jpg"), SampleCatalogue.jpeg(ProductShape.TIES, new Random(1)));
        Configuration settings = new Configuration();
        settings.set(RestOptions.BIND_PORT, "0");
        settings.set(RestOptions.BIND_ADDRESS, "127.0.0.1");
        flink = new MiniCluster(new MiniClusterConfiguration.Builder()
                .setConfiguration(settings)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(SLOTS)
                .build());
        flink.start();
        address = "127.0.0.1:" + flink.getRestAddress().get().getPort();
    }

    @AfterEach
    void stop() throws Exception {
        flink.close();
        kafka.close();
    }

    /** Images come all the while, and each stop is somewhere among them. */
    @Test
    void rescaledBySavepointsUnderLoadEachImageIsTaggedExactlyOnce() throws Exception {
        AtomicInteger published = new AtomicInteger();
        AtomicBoolean enough = new AtomicBoolean();
        CompletableFuture<Void> load = CompletableFuture.runAsync(() -> publishUntil(enough, published));
        try {
            for (int parallelism : List.of(2, 3, 1, 2)) {
                Path config = config("shop", parallelism);
                int before = published.get();
                assertThat(run("stream", "--config", config.toString())).isZero();
                RunningJob.await("tags with " + parallelism + " subtasks", () -> tags().size() > before);
                assertThat(run("stop")).isZero();
            }
        } finally {
            enough.set(true);
            load.get();
        }
        assertThat(run("stream", "--config", config("shop", 2).toString())).isZero();
        RunningJob.await("all tags", () -> tags().size() >= published.get());
        assertThat(run("stop", "shop")).isZero();

        assertThat(tags()).hasSize(published.get()).doesNotHaveDuplicates();
        assertThat(folders("shop"))
                .as("the last run's folder and its savepoint; what the runs before left is gone")
                .hasSizeLessThanOrEqualTo(3);
    }

    @Test
    void aSecondSubmissionIsRefusedAndTheFirstIsListedSavedAndStopped() throws Exception {
        Path shop = config("shop", 1);
        Path other = config("other", 1);
        assertThat(run("stream", "--config", shop.toString())).isZero();
        StringWriter err = new StringWriter();
        assertThat(run(err, "stream", "--config", shop.toString())).isEqualTo(1);
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .contains("tagger stream: consumer group shop has its job already (job ");
        assertThat(run("stream", "--config", other.toString())).isZero();

        StringWriter listed = new StringWriter();
        assertThat(run(listed, "jobs")).isZero();
        assertThat(listed.toString().lines()).hasSize(2).allMatch(line -> line.contains(" RUNNING "));
        StringWriter which = new StringWriter();
        assertThat(run(which, "stop")).isEqualTo(1);
        assertThat(which.toString()).contains("2 jobs run at " + address + ": say which", "other, shop");
        StringWriter none = new StringWriter();
        assertThat(run(none, "stop", "nobody")).isEqualTo(1);
        assertThat(none.toString()).contains("no job nobody runs at " + address);

        StringWriter saved = new StringWriter();
        Path to = folder.resolve("saved");
        assertThat(run(saved, "savepoint", "shop", "--to", to.toString())).isZero();
        String savepoint = saved.toString().strip();
        assertThat(savepoint).contains(to.toString());
        assertThat(run("stop", "shop")).isZero();
        assertThat(run("stop", "other")).isZero();

        StringWriter foreign = new StringWriter();
        assertThat(run(foreign, "stream", "--config", other.toString(), "--from", savepoint))
                .isEqualTo(1);
        assertThat(foreign.toString())
                .contains("the checkpoint is of the job of consumer group shop, and this is the job of other");
        assertThat(run("stream", "--config", shop.toString(), "--from", savepoint))
                .isZero();
    }

    private Path config(String group, int parallelism) throws IOException {
        return Files.writeString(
                folder.resolve(group + parallelism + ".yaml"),
                """
                kafka: {bootstrapServers: '%s', consumerGroup: %s}
                model: {bundle: '%s'}
                flink: {parallelism: %d, checkpointInterval: 200 ms, checkpointDirectory: '%s'}
                """
                        .formatted(
                                kafka.bootstrapServers(),
                                group,
                                folder.resolve("model"),
                                parallelism,
                                folder.resolve("checkpoints")));
    }

    private int run(String... command) {
        return run(new StringWriter(), command);
    }

    /** With output and errors in one. */
    private int run(StringWriter said, String... command) {
        String[] all = Stream.concat(Stream.of(command), Stream.of("--jobmanager", address))
                .toArray(String[]::new);
        return Tagger.commandLine()
                .setOut(new PrintWriter(said, true))
                .setErr(new PrintWriter(said, true))
                .execute(all);
    }

    private void publishUntil(AtomicBoolean enough, AtomicInteger published) {
        try (ImagePublisher publisher = new ImagePublisher(kafka.bootstrapServers(), Map.of(), "product-images")) {
            while (!enough.get()) {
                ImageFolder.Entry next = new ImageFolder.Entry(image, 0, "product-" + published.get());
                publisher.publish(List.of(next), List.of("Ties"), true, 0, sent -> {});
                published.incrementAndGet();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Path> folders(String group) throws IOException {
        StreamSettings settings = StreamSettings.read(config(group, 1), Map.of());
        try (Stream<Path> folders = Files.list(
                Path.of(URI.create(new KafkaTopics(settings).checkpoints().uri())))) {
            return folders.toList();
        }
    }

    private List<String> tags() {
        return CommittedRecords.readAll(kafka.bootstrapServers(), "product-tags").stream()
                .map(tag -> new String(tag.key(), StandardCharsets.UTF_8))
                .toList();
    }
}
