package org.catalogtagger.streaming.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.model.image.ImageFolder;
import org.catalogtagger.streaming.cluster.ClusterPlan;
import org.catalogtagger.streaming.cluster.Member;
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

    private String log(String member) {
        try {
            return Files.readString(folder.resolve("cluster/log").resolve(member + ".log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void tagsBeforeAndAfterItsProcessesAreKilledAndWhenItComesUpAgain() throws Exception {
        TinyModel.save(folder.resolve("model"), 1);
        assertThat(run("up", "--model", folder.resolve("model").toString(), "--brokers", "1", "--taskmanagers", "1"))
                .contains("the job runs")
                .endsWith("exit code 0");
        publishAndAwaitTags();
        assertThat(run("status")).contains("jobmanager-2", ": RUNNING").endsWith("exit code 0");
        RunningJob.await(
                "a TaskManager that is warm", () -> log("taskmanager-1").contains("are loaded after"));
        assertThat(log("jobmanager-1")).doesNotContain("are loaded after");

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

        // Another model begins when the job was stopped, not when its processes were.
        TinyModel.save(folder.resolve("next"), 2);
        String job = run("status").replaceAll("(?s).*job ([0-9a-f]{32}).*", "$1");
        ClusterPlan plan = ClusterPlan.read(folder.resolve("cluster")).orElseThrow();
        String leader = plan.of(Member.Kind.JOBMANAGER).stream()
                .map(Member::address)
                .filter(address -> tagger("stop", "--jobmanager", address).endsWith("exit code 0"))
                .findFirst()
                .orElseThrow();
        assertThat(leader).isNotEmpty();
        // The one that stands by does not start it again.
        RunningJob.await("the end of both JobManagers", () -> run("status")
                .matches("(?s).*jobmanager-1[^\n]* ended.*jobmanager-2[^\n]* ended.*"));
        leaveEndUndone(job);
        Path wrong = Files.writeString(folder.resolve("wrong.yaml"), "flink: {parallelism: -1}");
        assertThat(run("up", "--config", wrong.toString()))
                .contains("flink.parallelism")
                .endsWith("exit code 1");
        Path more = Files.writeString(folder.resolve("more.yaml"), "accuracy: {window: 5 s}");
        assertThat(run(
                        "up",
                        "--config",
                        more.toString(),
                        "--model",
                        folder.resolve("next").toString()))
                .endsWith("exit code 0");
        publishAndAwaitTags();
        assertThat(versions(plan)).containsExactlyInAnyOrder("tiny-1", "tiny-2");
        assertThat(run("down", "--delete")).isEqualTo("exit code 0");
        assertThat(folder.resolve("cluster")).doesNotExist();
    }

    /** As a JobManager leaves it that is killed while it ends its job. */
    private void leaveEndUndone(String job) throws IOException {
        Path results = folder.resolve("cluster/ha/job-result-store/catalog-tagger");
        Files.move(results.resolve(job + ".json"), results.resolve(job + "_DIRTY.json"));
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
        return tagger(Stream.of(
                        Stream.of("cluster"),
                        Stream.of(arguments),
                        Stream.of("--directory", folder.resolve("cluster").toString()))
                .flatMap(words -> words)
                .toArray(String[]::new));
    }

    private static String tagger(String... all) {
        StringWriter said = new StringWriter();
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

    private static Set<String> versions(ClusterPlan plan) throws IOException {
        Set<String> versions = new HashSet<>();
        for (ConsumerRecord<byte[], byte[]> tag : CommittedRecords.readAll(plan.bootstrapServers(), "product-tags")) {
            versions.add(Json.MAPPER.readTree(tag.value()).path("modelVersion").asText());
        }
        return versions;
    }

    private static List<String> tags(ClusterPlan plan) {
        return CommittedRecords.readAll(plan.bootstrapServers(), "product-tags").stream()
                .map(tag -> new String(tag.key(), StandardCharsets.UTF_8))
                .toList();
    }
}
