package org.catalogtagger.streaming.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.model.image.ImageFolder;
import org.catalogtagger.streaming.kafka.CommittedRecords;
import org.catalogtagger.streaming.kafka.RunningJob;
import org.catalogtagger.streaming.publish.ImagePublisher;
import org.catalogtagger.streaming.quickstart.LocalKafka;
import org.catalogtagger.training.sample.ProductShape;
import org.catalogtagger.training.sample.SampleCatalogue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same settings started twice, as processes of their own. */
class OneJobIT {
    private static final int BATCH = 500;

    @TempDir
    private Path folder;

    private LocalKafka kafka;
    private Path image;
    private Path config;
    private int published;

    @BeforeEach
    void startKafka() throws Exception {
        Files.createDirectory(folder.resolve("tmp"));
        kafka = LocalKafka.start(folder.resolve("kafka"));
        kafka.createTopics(List.of("product-images", "product-tags"), 2);
        TinyModel.save(folder.resolve("model"), 1);
        image = Files.write(folder.resolve("1.jpg"), SampleCatalogue.jpeg(ProductShape.TIES, new Random(1)));
        config = Files.writeString(
                folder.resolve("stream.yaml"),
                """
                kafka: {bootstrapServers: '%s'}
                model: {bundle: '%s'}
                flink: {checkpointInterval: 200 ms, checkpointDirectory: '%s'}
                """
                        .formatted(kafka.bootstrapServers(), folder.resolve("model"), folder.resolve("checkpoints")));
    }

    @AfterEach
    void stopKafka() {
        kafka.close();
    }

    @Test
    void aSecondStartIsRefusedInOneLineAndTheFirstGoesOn() throws Exception {
        try (TaggerProcess first = stream("first")) {
            first.awaitOutput("stop with Ctrl-C");
            try (TaggerProcess second = stream("second")) {
                assertThat(second.exitCode()).isEqualTo(1);
                assertThat(second.output().lines().filter(line -> line.startsWith("tagger stream: ")))
                        .singleElement()
                        .asString()
                        .contains("consumer group catalog-tagger has its job already (job ");
                assertThat(second.output()).doesNotContain("\tat ");
            }
            publish();
            RunningJob.await("tags of the first", () -> tags().size() == BATCH);
            assertThat(tags()).doesNotHaveDuplicates();
            first.signal("TERM");
            assertThat(first.exitCode()).isEqualTo(143);
            assertThat(first.output()).contains("stopped; the next run goes on from");
        }
    }

    /** All its threads stand still, while its transactions are open, and go on once another has taken its place. */
    @Test
    void aPausedZombieCommitsNothingOnceItsSuccessorRuns() throws Exception {
        try (TaggerProcess zombie = stream("zombie")) {
            zombie.awaitOutput("stop with Ctrl-C");
            publish();
            RunningJob.await("the zombie's first tags", () -> !tags().isEmpty());
            publish();
            zombie.signal("STOP");
            publish();
            try (TaggerProcess successor = stream("successor")) {
                successor.awaitOutput("stop with Ctrl-C");
                RunningJob.await("all tags", () -> tags().size() >= published);
                zombie.signal("CONT");
                publish();
                assertThat(zombie.exitCode()).isEqualTo(1);
                assertThat(zombie.output()).contains("consumer group catalog-tagger has its job already (job ");
                publish();
                RunningJob.await("all tags of the successor", () -> tags().size() >= published);
                assertThat(tags()).hasSize(published).doesNotHaveDuplicates();
            }
        }
    }

    /** How long that takes is Kafka's session timeout: src/site/one-job.md. */
    @Test
    void afterAKillTheNextStartWaitsUntilKafkaHasGivenTheDeadUp() throws Exception {
        try (TaggerProcess killed = stream("killed")) {
            killed.awaitOutput("stop with Ctrl-C");
            publish();
            RunningJob.await("tags", () -> !tags().isEmpty());
            killed.signal("KILL");
            assertThat(killed.exitCode()).isEqualTo(137);
        }
        publish();
        try (TaggerProcess next = stream("next")) {
            next.awaitOutput("stop with Ctrl-C");
            RunningJob.await("all tags", () -> tags().size() >= published);
            assertThat(tags()).hasSize(published).doesNotHaveDuplicates();
        }
    }

    private TaggerProcess stream(String name) throws Exception {
        return TaggerProcess.start(
                folder.resolve("tmp"), folder.resolve(name + ".log"), "stream", "--config", config.toString());
    }

    private void publish() throws Exception {
        List<ImageFolder.Entry> entries = new ArrayList<>();
        for (int i = 0; i < BATCH; i++) {
            entries.add(new ImageFolder.Entry(image, 0, "product-" + published));
            published++;
        }
        try (ImagePublisher publisher = new ImagePublisher(kafka.bootstrapServers(), Map.of(), "product-images")) {
            publisher.publish(entries, List.of("Ties"), true, 0, sent -> {});
        }
    }

    private List<String> tags() {
        return CommittedRecords.readAll(kafka.bootstrapServers(), "product-tags").stream()
                .map(tag -> new String(tag.key(), StandardCharsets.UTF_8))
                .toList();
    }
}
