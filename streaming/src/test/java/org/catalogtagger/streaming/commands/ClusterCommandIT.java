package org.catalogtagger.streaming.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.model.image.ImageFolder;
import org.catalogtagger.streaming.cluster.ClusterPlan;
import org.catalogtagger.streaming.kafka.CommittedRecords;
import org.catalogtagger.streaming.kafka.RunningJob;
import org.catalogtagger.streaming.publish.ImagePublisher;
import org.catalogtagger.training.sample.ProductShape;
import org.catalogtagger.training.sample.SampleCatalogue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster of real processes, broken and mended by its user. */
class ClusterCommandIT {
    private static final int IMAGES = 50;

    @TempDir
    private Path folder;

    private int published;

    @BeforeEach
    void findTheSharedSettings() {
        System.setProperty("catalogtagger.configuration", "../deploy/conf");
    }

    @AfterEach
    void stop() {
        System.clearProperty("catalogtagger.configuration");
        run("down");
    }

    @Test
    void tagsBeforeAndAfterItsProcessesAreKilledAndWhenItComesUpAgain() throws Exception {
        TinyModel.save(folder.resolve("model"), 1);
        assertThat(run("up", "--model", folder.resolve("model").toString(), "--brokers", "1", "--taskmanagers", "1"))
                .contains("the job runs")
                .endsWith("exit code 0");
        publishAndAwaitTags();
        assertThat(run("status")).contains("jobmanager-2", ": RUNNING").endsWith("exit code 0");

        assertThat(run("kill", "taskmanager", "1")).isEqualTo("exit code 0");
        assertThat(run("status")).contains("ended").endsWith("exit code 1");
        assertThat(run("kill", "taskmanager", "1")).isEqualTo("tagger kill: taskmanager-1 does not run\nexit code 1");
        assertThat(run("kill", "jobmanager", "1")).isEqualTo("exit code 0");
        assertThat(run("up", "--taskmanagers", "2")).endsWith("exit code 0");
        publishAndAwaitTags();

        // It leads since the other was killed.
        assertThat(run("kill", "jobmanager", "2", "--signal", "STOP")).isEqualTo("exit code 0");
        TimeUnit.SECONDS.sleep(8);
        assertThat(run("kill", "jobmanager", "2", "--signal", "CONT")).isEqualTo("exit code 0");
        RunningJob.await("the end of a leader that stood still", () -> run("status")
                .matches("(?s).*jobmanager-2[^\n]* ended.*"));
        publishAndAwaitTags();

        assertThat(run("down")).isEqualTo("exit code 0");
        assertThat(run("status")).contains("no JobManager tells of a job").endsWith("exit code 1");
        assertThat(run("up")).endsWith("exit code 0");
        publishAndAwaitTags();
        assertThat(run("down", "--delete")).isEqualTo("exit code 0");
        assertThat(folder.resolve("cluster")).doesNotExist();
    }

    @Test
    void saysInOneLineWhatIsMissing() {
        assertThat(run("status"))
                .startsWith("tagger status: there is no cluster in ")
                .endsWith("exit code 1");
        assertThat(run("up"))
                .startsWith("the first time --model BUNDLE is needed")
                .endsWith("exit code 2");
        assertThat(run("up", "--model", folder.resolve("nothing").toString()))
                .startsWith("tagger up: ")
                .endsWith("exit code 1");
        assertThat(run("kill", "router", "1")).contains("router").endsWith("exit code 2");
        assertThat(folder.resolve("cluster")).doesNotExist();
    }

    private String run(String... arguments) {
        StringWriter said = new StringWriter();
        String[] all = Stream.of(
                        Stream.of("cluster"),
                        Stream.of(arguments),
                        Stream.of("--directory", folder.resolve("cluster").toString()))
                .flatMap(words -> words)
                .toArray(String[]::new);
        int code = Tagger.commandLine()
                .setOut(new PrintWriter(said, true))
                .setErr(new PrintWriter(said, true))
                .execute(all);
        return said + "exit code " + code;
    }

    private void publishAndAwaitTags() throws Exception {
        ClusterPlan plan = ClusterPlan.read(folder.resolve("cluster")).orElseThrow();
        Path image = folder.resolve("1.jpg");
        Files.write(image, SampleCatalogue.jpeg(ProductShape.TIES, new Random(1)));
        try (ImagePublisher publisher = new ImagePublisher(plan.bootstrapServers(), Map.of(), "product-images")) {
            for (int i = 0; i < IMAGES; i++) {
                ImageFolder.Entry next = new ImageFolder.Entry(image, 0, "product-" + published);
                publisher.publish(List.of(next), List.of("Ties"), true, 0, sent -> {});
                published++;
            }
        }
        RunningJob.await("all tags", () -> tags(plan).size() >= published);
        assertThat(tags(plan)).hasSize(published).doesNotHaveDuplicates();
    }

    private static List<String> tags(ClusterPlan plan) {
        return CommittedRecords.readAll(plan.bootstrapServers(), "product-tags").stream()
                .map(tag -> new String(tag.key(), StandardCharsets.UTF_8))
                .toList();
    }
}
