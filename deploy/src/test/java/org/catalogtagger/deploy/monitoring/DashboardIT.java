package org.catalogtagger.deploy.monitoring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.catalogtagger.deploy.monitoring.Dashboard.Query;
import org.catalogtagger.deploy.monitoring.PrometheusServer.Sample;
import org.catalogtagger.deploy.monitoring.Traffic.Image;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.streaming.events.ModelRelease;
import org.catalogtagger.streaming.events.ModelRelease.Role;
import org.catalogtagger.streaming.kafka.ModelReleases;
import org.catalogtagger.streaming.kafka.RunningJob;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whoever looks at a panel without data takes the job for well. A real Prometheus scrapes a real job that has met with all
 * that there are panels for.
 */
class DashboardIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String RATE_INTERVAL = "15s";

    @TempDir
    private static Path folder;

    private static TwoColours colours;
    private static RunningJob job;
    private static Traffic traffic;
    private static PrometheusServer prometheus;

    @BeforeAll
    static void start() throws Exception {
        Assumptions.assumeTrue(PrometheusServer.isThere(), "skipped: no " + PrometheusServer.PROGRAM);
        colours = TwoColours.save(folder.resolve("model"));
        job = RunningJob.start(
                folder,
                colours.model(),
                (settings, unchanged) -> unchanged,
                "{flink: {prometheus: {flinkMetrics: true}},"
                        + " accuracy: {window: 2 s, outOfOrderness: 500 ms, idleAfter: 1 s, waitForLabels: 5 s}}");
        prometheus = PrometheusServer.start(
                folder.resolve("prometheus"),
                AlertRules.shortened(1),
                job.settings.flink().prometheus().port());
        traffic = new Traffic(job.kafka.bootstrapServers());
        release(TinyModel.save(folder.resolve("broken"), 5).directory(), true);
        traffic.show(200, images(colours.black()));
        await("labels that count", "flink_taskmanager_job_task_operator_catalog_tagger_labels_counted_total > 1000");
        traffic.show(200, images(colours.white()));
    }

    @AfterAll
    static void stop() throws Exception {
        if (prometheus != null) {
            prometheus.close();
        }
        if (traffic != null) {
            traffic.close();
        }
        if (job != null) {
            job.close();
        }
    }

    /** All called what the black ones are: some by Kafka, some labelled apart, some of an unknown class, one of no use. */
    private static List<Image> images(byte[] picture) throws Exception {
        Path file =
                Files.write(Files.createDirectories(folder.resolve("images")).resolve("1.jpg"), picture);
        Image labelled = Image.of(picture, colours.blackLabel());
        List<Image> images = new ArrayList<>(Collections.nCopies(30, labelled));
        images.addAll(Collections.nCopies(5, labelled.labelledApart()));
        images.add(Image.of(picture, "Hats"));
        images.add(Image.at(file.toUri()));
        images.add(Image.of("no image".getBytes(UTF_8), ""));
        return images;
    }

    private static void release(Path bundle, boolean damaged) throws Exception {
        if (damaged) {
            Files.write(bundle.resolve("weights.safetensors"), new byte[100]);
        }
        try (ModelReleases releases =
                new ModelReleases(job.kafka.bootstrapServers(), Map.of(), "model-releases", "model-release-outcomes")) {
            ModelRelease release = new ModelRelease(Role.LIVE, bundle.toString(), "", System.currentTimeMillis());
            releases.send(release);
            assertThat(releases.await(release, PATIENCE))
                    .isNotEmpty()
                    .allMatch(outcome -> outcome.accepted() != damaged);
        }
    }

    @Test
    void everyQueryOfTheDashboardGivesData() throws Exception {
        Dashboard dashboard = Dashboard.read();
        List<Query> queries = dashboard.queries(RATE_INTERVAL);
        assertThat(queries).hasSizeGreaterThan(50);
        for (Query query : queries) {
            await("data for the panel " + query.panel(), query.expression());
        }
    }

    @Test
    void everyVariableOfTheDashboardHasValues() throws Exception {
        List<String> queries = Dashboard.read().variableQueries();
        assertThat(queries).hasSize(3);
        for (String query : queries) {
            String[] parts = query.replaceFirst("label_values\\((.*), (\\w+)\\)", "$1\n$2")
                    .replace("$job", ".*")
                    .split("\n", 2);
            await("values of a variable", parts[0]);
            assertThat(prometheus.query(parts[0]))
                    .allSatisfy(sample -> assertThat(sample.labels()).containsKey(parts[1]));
        }
    }

    /** A rule about what no job tells of would be silent for ever. */
    @Test
    void allThatTheAlertsAskForIsThere() throws Exception {
        for (AlertRules.Alert alert : AlertRules.read()) {
            assertThat(alert.selectors()).isNotEmpty();
            for (String selector : alert.selectors()) {
                await("what " + alert.name() + " asks for", selector);
            }
        }
    }

    private static void await(String what, String query) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (prometheus.query(query).stream().map(Sample::value).allMatch(value -> value.isNaN())) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within %d s: %s: %s".formatted(PATIENCE.toSeconds(), what, query));
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }
}
