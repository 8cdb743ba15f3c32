package org.catalogtagger.streaming.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.catalogtagger.cli.SettingsFile;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.model.image.ImageFolder;
import org.catalogtagger.streaming.kafka.RunningJob;
import org.catalogtagger.streaming.publish.ImagePublisher;
import org.catalogtagger.training.sample.SampleCatalogue;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Prometheus scrapes of a real job. */
class PrometheusEndpointIT {
    private static final Path PROMTOOL = Path.of("/usr/bin/promtool");

    @TempDir
    private Path folder;

    private int port;

    @Test
    void tellsOfTheJobAsPrometheusWantsIt() throws Exception {
        ModelBundle model = TinyModel.save(folder.resolve("model"), 1);
        try (RunningJob unused = tagged(model, "{}")) {
            List<String> page = page();
            assertThat(sum("rejected_total")).isEqualTo(1);
            assertThat(page)
                    .anyMatch(
                            line -> line.contains("rejected_total{") && line.contains("reason=\"unsupported-format\""))
                    .anyMatch(line -> line.contains("label_tags_total{")
                            && TinyModel.CLASSES.stream().anyMatch(label -> line.contains("label=\"" + label + "\"")))
                    .anyMatch(line -> line.contains("class_accuracy_ratio{") && line.contains("label=\"Casual Shoes\""))
                    .anyMatch(line -> line.contains("model_info{")
                            && line.contains("version=\"" + model.description().modelVersion() + "\"")
                            && line.contains("role=\"live\"")
                            && line.endsWith(" 1.0"))
                    .anyMatch(line -> line.contains("open_drift_alerts{") && line.contains("kind=\"accuracy\""))
                    .anyMatch(line -> line.contains("event_to_tag_seconds{") && line.contains("quantile=\"0.99\""))
                    .anyMatch(line -> line.contains("batch_size{"))
                    .anyMatch(line -> line.contains("label_coverage_ratio{"));
            assertThat(value("forward_seconds_total")).isBetween(0.0, 60.0).isNotZero();
            assertThat(value("decode_seconds_total")).isBetween(0.0, 60.0).isNotZero();
            assertThat(lint(page)).isEmpty();
        }
    }

    /** A rule about a name that no job tells of would be silent for ever. */
    @Test
    void tellsOfAllThatTheAlertRulesAskFor() throws Exception {
        ModelBundle model = TinyModel.save(folder.resolve("model"), 1);
        try (RunningJob unused = tagged(model, "{flink: {prometheus: {flinkMetrics: true}}}")) {
            String rules = Files.readString(Path.of("../deploy/monitoring/alerts.yaml"));
            Set<String> asked = found("flink_\\w+", rules);
            assertThat(asked).hasSizeGreaterThan(10);
            RunningJob.await("a checkpoint", () -> sum("numberOfCompletedCheckpoints") > 0);
            assertThat(told()).containsAll(asked);
            Set<String> selectors = found("\\{\\w+=\"[^\"]+\"\\}", rules);
            assertThat(selectors).isNotEmpty().allSatisfy(selector -> assertThat(page())
                    .anyMatch(line -> line.contains(selector.substring(1, selector.length() - 1))));
        }
    }

    /** Told only once there has been an alert, or a result that no topic takes. */
    private static final Set<String> RARE =
            Set.of("kind_drift_alerts_total", "label_class_open_drift_alerts", "topic_outputs_dropped_total");

    @Test
    void tellsOfAllThatTheReadmeNames() throws Exception {
        String section = Files.readString(Path.of("README.md"))
                .split("\n## Prometheus\n", 2)[1]
                .split("\n## ", 2)[0];
        Set<String> named = found("`[a-z_]+_[a-z]+`", String.join("\n", found("\\| `.*` \\|", section))).stream()
                .map(name -> name.replace("`", ""))
                .filter(name -> !RARE.contains(name))
                .map(name -> "flink_taskmanager_job_task_operator_catalog_tagger_" + name)
                .collect(Collectors.toSet());
        assertThat(named).hasSizeGreaterThan(20);
        ModelBundle model = TinyModel.save(folder.resolve("model"), 1);
        try (RunningJob unused = tagged(model, "{}")) {
            assertThat(told()).containsAll(named);
        }
    }

    /** A job that has tagged some images, rejected one, and closed their window. */
    private RunningJob tagged(ModelBundle model, String settings) throws Exception {
        SampleCatalogue.write(folder.resolve("sample"), 5, 1);
        ImageFolder catalogue = ImageFolder.scan(folder.resolve("sample"));
        String all = SettingsFile.parse("test", settings)
                .over(SettingsFile.parse("test", "accuracy: {window: 2 s, outOfOrderness: 500 ms, idleAfter: 1 s}"))
                .tree()
                .toString();
        RunningJob job = RunningJob.start(folder, model, (unused, unchanged) -> unchanged, all);
        try (ImagePublisher publisher = new ImagePublisher(job.kafka.bootstrapServers(), Map.of(), "product-images")) {
            port = job.settings.flink().prometheus().port();
            publisher.publish(catalogue.images(), catalogue.classes(), true, 0, sent -> {});
            publisher.send("broken", "no image".getBytes(UTF_8), "");
            publisher.flush();
            int count = catalogue.images().size();
            RunningJob.await("all tags", () -> sum("tags_total") == count);
            RunningJob.await("the accuracy", () -> sum("window_labelled_tags") > 0);
        } catch (Exception | Error e) {
            job.close();
            throw e;
        }
        return job;
    }

    private Set<String> told() {
        return page().stream()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("[{ ]", 2)[0])
                .collect(Collectors.toSet());
    }

    private static Set<String> found(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toSet());
    }

    private List<String> page() {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                .build();
        try {
            String text = HttpClient.newHttpClient()
                    .send(request, HttpResponse.BodyHandlers.ofString())
                    .body();
            return text.lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private double value(String name) {
        return page().stream()
                .filter(line -> !line.startsWith("#") && line.contains("_" + name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    private long sum(String name) {
        return Math.round(value(name));
    }

    /** What promtool has to say; skipped where it is not installed, and a failure there under {@code CI=true}. */
    private static String lint(List<String> metrics) throws Exception {
        boolean isThere = Files.isExecutable(PROMTOOL);
        if (!isThere && "true".equals(System.getenv("CI"))) {
            throw new AssertionError("no " + PROMTOOL);
        }
        Assumptions.assumeTrue(isThere, "skipped in part: no " + PROMTOOL);
        Process promtool = new ProcessBuilder(PROMTOOL.toString(), "check", "metrics")
                .redirectErrorStream(true)
                .start();
        try (var in = promtool.getOutputStream()) {
            in.write((metrics.stream().collect(Collectors.joining("\n")) + "\n").getBytes(UTF_8));
        }
        String said = new String(promtool.getInputStream().readAllBytes(), UTF_8);
        return promtool.waitFor() == 0 ? said : "exit " + promtool.exitValue() + ": " + said;
    }
}
