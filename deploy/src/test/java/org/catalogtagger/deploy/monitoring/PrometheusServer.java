package org.catalogtagger.deploy.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.streaming.job.LoopbackPort;

/** A Prometheus of its own, on loopback, that scrapes each second. */
final class PrometheusServer implements AutoCloseable {
    static final Path PROGRAM = Path.of("/usr/bin/prometheus");

    private static final int PATIENCE_SECONDS = 60;

    private final HttpClient client = HttpClient.newHttpClient();
    private final Process process;
    private final String address;
    private final Path log;

    private PrometheusServer(Process process, String address, Path log) {
        this.process = process;
        this.address = address;
        this.log = log;
    }

    /** A value and what it is of. */
    record Sample(Map<String, String> labels, double value) {}

    /** Whether it is installed; under {@code CI=true} it must be. */
    static boolean isThere() {
        boolean isThere = Files.isExecutable(PROGRAM);
        if (!isThere && "true".equals(System.getenv("CI"))) {
            throw new AssertionError("no " + PROGRAM);
        }
        return isThere;
    }

    /**
     * Starts one and waits until it answers.
     *
     * @param folder for its configuration and data
     * @param rules text of a file of rules
     * @param ports that it scrapes, of this machine
     */
    static PrometheusServer start(Path folder, String rules, int... ports) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("alerts.yaml"), rules);
        List<String> targets = new ArrayList<>();
        for (int port : ports) {
            targets.add("'127.0.0.1:" + port + "'");
        }
        Path configuration = Files.writeString(
                folder.resolve("prometheus.yaml"),
                """
                global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}
                rule_files: [alerts.yaml]
                scrape_configs: [{job_name: tagger, static_configs: [{targets: [%s]}]}]
                """
                        .formatted(String.join(", ", targets)));
        String listening = "127.0.0.1:" + LoopbackPort.free();
        Path log = folder.resolve("prometheus.log");
        Process process = new ProcessBuilder(
                        PROGRAM.toString(),
                        "--config.file=" + configuration,
                        "--storage.tsdb.path=" + folder.resolve("data"),
                        "--web.listen-address=" + listening)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
        PrometheusServer server = new PrometheusServer(process, "http://" + listening, log);
        try {
            server.awaitReady();
        } catch (Exception | Error e) {
            server.close();
            throw e;
        }
        return server;
    }

    private void awaitReady() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (System.nanoTime() < deadline && process.isAlive()) {
            try {
                if (get("/-/ready").statusCode() == 200) {
                    return;
                }
            } catch (ConnectException e) {
                // Not yet.
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
        throw new AssertionError("Prometheus does not start: " + Files.readString(log));
    }

    /**
     * What an instant query finds now.
     *
     * @throws IllegalArgumentException with Prometheus' words if it does not take the query
     */
    List<Sample> query(String expression) throws IOException, InterruptedException {
        JsonNode answer =
                Json.MAPPER.readTree(get("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8))
                        .body());
        if (!answer.path("status").asText().equals("success")) {
            throw new IllegalArgumentException(
                    expression + ": " + answer.path("error").asText());
        }
        List<Sample> samples = new ArrayList<>();
        for (JsonNode found : answer.path("data").path("result")) {
            Map<String, String> labels = found.path("metric").properties().stream()
                    .collect(Collectors.toMap(
                            Map.Entry::getKey, label -> label.getValue().asText()));
            samples.add(new Sample(labels, number(found.path("value").path(1).asText())));
        }
        return samples;
    }

    private static double number(String text) {
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    /** The names of the alerts that are firing. */
    Set<String> firing() throws IOException, InterruptedException {
        Set<String> names = new TreeSet<>();
        for (Sample alert : query("ALERTS{alertstate=\"firing\"}")) {
            names.add(alert.labels().getOrDefault("alertname", ""));
        }
        return names;
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create(address + path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
