package org.catalogtagger.training.tracking;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.assertj.core.groups.Tuple;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.model.bundle.ConfusionMatrix;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.training.fit.EpochResult;
import org.catalogtagger.training.tracking.MlflowStandIn.Metric;
import org.catalogtagger.training.tracking.MlflowStandIn.Run;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class MlflowLogTest {
    @TempDir
    private Path folder;

    private final MlflowStandIn server;
    private final List<String> warnings = new ArrayList<>();

    MlflowLogTest() throws IOException {
        server = MlflowStandIn.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aRunHasItsSettingsItsFiguresAndItsBundle() throws Exception {
        ModelBundle bundle = bundle();
        try (MlflowLog log = begin(Map.of())) {
            log.onEpoch(epoch(1, 2.5, OptionalDouble.empty()), 300);
            log.onEpoch(epoch(300, Double.NaN, OptionalDouble.of(0.75)), 300);
            log.tested(new ConfusionMatrix(List.of("a", "b"), new long[][] {{3, 1}, {0, 4}}));
            log.saved(bundle);
            assertThat(run().status()).isEqualTo("RUNNING");
        }
        assertThat(warnings).isEmpty();
        assertThat(run().status()).isEqualTo("FINISHED");
        assertThat(run().name()).isEqualTo("compact");
        assertThat(run().experiment()).isEqualTo("catalog-tagger");
        assertThat(run().parameters()).hasSize(251).containsEntry("seed", "7");
        assertThat(run().parameters().get("setting 0")).hasSize(500).endsWith("…");
        assertThat(run().tags())
                .containsEntry("mlflow.source.name", "tagger train")
                .containsEntry("modelVersion", bundle.description().modelVersion());
        assertThat(run().metrics())
                .extracting(Metric::key, Metric::value, Metric::step)
                .contains(
                        tuple("loss", 2.5, 1),
                        tuple("accuracy/training", 0.5, 1),
                        tuple("accuracy/validation", 0.75, 300),
                        tuple("macro_recall/validation", 0.75, 300),
                        tuple("accuracy/test", 0.875, 300),
                        tuple("macro_recall/test", 0.875, 300))
                .as("what is no number is no figure")
                .doesNotHaveDuplicates()
                .hasSize(9);
        assertThat(server.files().keySet()).containsAll(filesOf(bundle)).hasSameSizeAs(filesOf(bundle));
        assertThat(server.files().get("0/run 0/artifacts/bundle/weights.safetensors"))
                .isEqualTo(Files.readAllBytes(bundle.directory().resolve("weights.safetensors")));
    }

    @Test
    void aRunWithoutABundleHasFailed() throws IOException {
        begin(Map.of()).close();
        assertThat(run().status()).isEqualTo("FAILED");
    }

    @Test
    void whatIsNotTakenComesLater() throws IOException {
        try (MlflowLog log = begin(Map.of())) {
            server.fail(true);
            for (int i = 1; i <= 500; i++) {
                log.onEpoch(epoch(i, i, OptionalDouble.empty()), 600);
            }
            assertThat(warnings)
                    .singleElement()
                    .asString()
                    .isEqualTo(
                            "MLflow at %s takes no figures now: HTTP 503: TEMPORARILY_UNAVAILABLE the database is away"
                                    .formatted(server.address()));
            assertThat(server.requests()).as("none waits for it again at once").isLessThan(20);
            server.fail(false);
        }
        assertThat(warnings).hasSize(1);
        assertThat(run().metrics().stream()
                        .filter(metric -> metric.key().equals("loss"))
                        .map(Metric::value))
                .hasSize(500)
                .isSorted();
    }

    /** A proxy may send the head of an answer, and no more. */
    @Test
    @Timeout(60)
    void anAnswerWithoutItsBodyIsNotWaitedForWithoutEnd() throws Exception {
        try (ServerSocket proxy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread answering = new Thread(() -> {
                try {
                    Socket client = proxy.accept();
                    client.getOutputStream().write("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n".getBytes(US_ASCII));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            answering.start();
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + proxy.getLocalPort()))
                    .timeout(Duration.ofSeconds(1))
                    .build();
            assertThatThrownBy(() -> MlflowServer.send(HttpClient.newHttpClient(), request))
                    .isInstanceOf(IOException.class)
                    .hasMessage("no whole answer within 1 s");
            answering.join();
        }
    }

    @Test
    void saysWhatTheServerLacks() throws IOException {
        try (MlflowLog log = begin(Map.of())) {
            server.fail(true);
            log.onEpoch(epoch(1, 1, OptionalDouble.empty()), 600);
        }
        assertThat(warnings)
                .hasSize(3)
                .anySatisfy(line -> assertThat(line).contains("3 of the last were not taken"))
                .anySatisfy(line -> assertThat(line).contains("does not know that the run has ended"));
    }

    @Test
    void aRunWhoseSettingsAreNotTakenHasFailed() {
        assertThatThrownBy(
                        () -> MlflowLog.begin(server.address(), Map.of(), "compact", Map.of("a?b", "c"), warnings::add))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("INVALID_PARAMETER_VALUE");
        assertThat(run().status()).isEqualTo("FAILED");
    }

    @Test
    void aSecretIsInNoMessage() throws IOException {
        server.requireAuthorization("Bearer t0ken");
        begin(Map.of("MLFLOW_TRACKING_TOKEN", "t0ken\n")).close();
        assertThatThrownBy(() -> begin(Map.of("MLFLOW_TRACKING_TOKEN", "t0\nken")))
                .isInstanceOf(IOException.class)
                .hasMessage("the token has characters that no request may have");
    }

    @Test
    void isNotLedElsewhere() {
        server.moveTo("https://elsewhere.example/?secret");
        assertThatThrownBy(() -> begin(Map.of("MLFLOW_TRACKING_TOKEN", "t0ken")))
                .isInstanceOf(IOException.class)
                .hasMessage("HTTP 301: it is at https://elsewhere.example/");
    }

    @Test
    void saysWhenTheServerTakesNoFiles() throws Exception {
        server.keepArtifactsAt("s3://somewhere/");
        try (MlflowLog log = begin(Map.of())) {
            log.saved(bundle());
        }
        assertThat(warnings)
                .singleElement()
                .asString()
                .contains("has not all of the bundle: it wants files at s3://somewhere/0/run%200/artifacts itself");
        assertThat(run().status()).isEqualTo("FINISHED");
    }

    @Test
    void takesNamePasswordAndExperimentFromTheEnvironment() throws IOException {
        server.requireAuthorization("Basic YW5uYTpzM2NyZXQ=");
        Map<String, String> environment =
                new HashMap<>(Map.of("MLFLOW_TRACKING_USERNAME", "anna", "MLFLOW_EXPERIMENT_NAME", "shoes & boots"));
        environment.put("MLFLOW_TRACKING_TOKEN", "t0ken");
        assertThatThrownBy(() -> begin(environment))
                .isInstanceOf(IOException.class)
                .hasMessage("HTTP 401: UNAUTHENTICATED who are you?");
        environment.put("MLFLOW_TRACKING_PASSWORD", "s3cret");
        begin(environment).close();
        begin(environment).close();
        assertThat(server.runs()).extracting(Run::experiment).containsExactly("shoes & boots", "shoes & boots");
        server.requireAuthorization("Bearer t0ken");
        environment.remove("MLFLOW_TRACKING_PASSWORD");
        begin(environment).close();
        assertThat(server.runs()).hasSize(3);
    }

    @Test
    void whatIsNoServerIsSaidAtOnce() {
        server.close();
        assertThatThrownBy(() -> begin(Map.of())).isInstanceOf(IOException.class);
    }

    private MlflowLog begin(Map<String, String> environment) throws IOException {
        Map<String, String> settings = new HashMap<>(Map.of("seed", "7"));
        for (int i = 0; i < 250; i++) {
            settings.put("setting " + i, "x".repeat(600));
        }
        return MlflowLog.begin(server.address(), environment, "compact", settings, warnings::add);
    }

    private ModelBundle bundle() throws IOException {
        TinyModel.save(folder.resolve("model"), 1);
        Files.createDirectories(folder.resolve("model/report"));
        Files.writeString(folder.resolve("model/report/50 % off?.html"), "é");
        return ModelBundle.open(folder.resolve("model"));
    }

    private static List<String> filesOf(ModelBundle bundle) throws IOException {
        try (Stream<Path> files = Files.walk(bundle.directory())) {
            return files.filter(Files::isRegularFile)
                    .map(file ->
                            "0/run 0/artifacts/bundle/" + bundle.directory().relativize(file))
                    .toList();
        }
    }

    private Run run() {
        return server.runs().get(0);
    }

    private static Tuple tuple(String key, double value, long step) {
        return new Tuple(key, value, step);
    }

    private static EpochResult epoch(int epoch, double loss, OptionalDouble validation) {
        return new EpochResult(epoch, loss, 0.5, validation, validation, 1000, 1);
    }
}
