package org.catalogtagger.training.tracking;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.catalogtagger.model.bundle.Json;

/** The part of MLflow's REST API 2.0 that a run is told with: {@code mlflow.org/docs/latest/rest-api.html}. */
final class MlflowServer {
    private static final String API = "/api/2.0/mlflow/";
    private static final String ARTIFACTS = "/api/2.0/mlflow-artifacts/artifacts";
    private static final String SERVED = "mlflow-artifacts:";
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration PATIENCE_WITH_FILES = Duration.ofMinutes(10);
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int LONGEST_FAULT = 200;

    private final URI address;
    private final Optional<String> authorization;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();

    /** A figure at an epoch. */
    record Metric(String key, double value, long timestamp, long step) {}

    /** A setting, or a mark, of a run. */
    record Entry(String key, String value) {}

    /**
     * A run that the server knows.
     *
     * @param experiment the id of the one that it is in
     * @param artifacts where its files are to be
     */
    record Run(String id, String experiment, String artifacts) {}

    private MlflowServer(URI address, Optional<String> authorization) {
        this.address = address;
        this.authorization = authorization;
    }

    /**
     * A server, of which nothing is asked yet.
     *
     * @param environment with who asks, under the names that MLflow's own clients read: {@code MLFLOW_TRACKING_USERNAME} and
     *     {@code MLFLOW_TRACKING_PASSWORD}, else {@code MLFLOW_TRACKING_TOKEN}
     */
    static MlflowServer at(URI address, Map<String, String> environment) {
        String name = environment.get("MLFLOW_TRACKING_USERNAME");
        String password = environment.get("MLFLOW_TRACKING_PASSWORD");
        if (name != null && password != null) {
            String both = name.strip() + ":" + password.strip();
            return new MlflowServer(
                    address, Optional.of("Basic " + Base64.getEncoder().encodeToString(both.getBytes(UTF_8))));
        }
        // Mounted as files, secrets end with a line break.
        return new MlflowServer(
                address,
                Optional.ofNullable(environment.get("MLFLOW_TRACKING_TOKEN")).map(token -> "Bearer " + token.strip()));
    }

    /** The id of an experiment, which is made if there is none of that name. */
    String experiment(String name) throws IOException {
        Optional<JsonNode> known = get("experiments/get-by-name?experiment_name=" + URLEncoder.encode(name, UTF_8));
        return known.isPresent()
                ? text(known.get(), "/experiment/experiment_id")
                : text(post("experiments/create", Map.of("name", name)), "/experiment_id");
    }

    /** Begins a run. */
    Run begin(String experiment, String name, List<Entry> tags) throws IOException {
        JsonNode info = post(
                        "runs/create",
                        Map.of(
                                "experiment_id",
                                experiment,
                                "run_name",
                                name,
                                "start_time",
                                System.currentTimeMillis(),
                                "tags",
                                tags))
                .at("/run/info");
        return new Run(
                text(info, "/run_id"), experiment, info.path("artifact_uri").asText());
    }

    /** Where people see a run. */
    String pageOf(Run run) {
        return "%s/#/experiments/%s/runs/%s".formatted(address, run.experiment(), run.id());
    }

    /** Adds to a run; at most 1,000 metrics and 100 parameters at a time, as MLflow wants it. */
    void log(Run run, List<Metric> metrics, List<Entry> parameters, List<Entry> tags) throws IOException {
        post("runs/log-batch", Map.of("run_id", run.id(), "metrics", metrics, "params", parameters, "tags", tags));
    }

    /**
     * Ends a run.
     *
     * @param status {@code FINISHED}, {@code FAILED} or {@code KILLED}
     */
    void end(Run run, String status) throws IOException {
        post("runs/update", Map.of("run_id", run.id(), "status", status, "end_time", System.currentTimeMillis()));
    }

    /**
     * Puts a file among a run's.
     *
     * @param name of the file there, with the folders that it is in
     * @throws IOException also if the server does not take files itself, but wants them elsewhere
     */
    void upload(Run run, Path file, String name) throws IOException {
        if (!run.artifacts().startsWith(SERVED)) {
            throw new IOException("it wants files at %s itself; mlflow server --serve-artifacts takes them for it"
                    .formatted(run.artifacts()));
        }
        URI where;
        try {
            // Whatever is in the names is quoted.
            String path = URI.create(address + ARTIFACTS).getPath() + new URI(run.artifacts()).getPath() + "/" + name;
            where = address.resolve(new URI(null, null, path, null));
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
        requireOk(send(HttpRequest.newBuilder(where)
                .timeout(PATIENCE_WITH_FILES)
                .header("Content-Type", "application/octet-stream")
                .PUT(BodyPublishers.ofFile(file))));
    }

    /** Nothing if there is no such thing. */
    private Optional<JsonNode> get(String what) throws IOException {
        HttpResponse<String> response =
                send(HttpRequest.newBuilder(URI.create(address + API + what)).timeout(PATIENCE));
        return response.statusCode() == NOT_FOUND && isJson(response.body())
                ? Optional.empty()
                : Optional.of(answer(response));
    }

    private JsonNode post(String what, Map<String, ?> message) throws IOException {
        return answer(send(HttpRequest.newBuilder(URI.create(address + API + what))
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(Json.MAPPER.writeValueAsString(message)))));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
        try {
            authorization.ifPresent(value -> request.header("Authorization", value));
        } catch (IllegalArgumentException e) {
            // Its message has the secret in it.
            throw new IOException("the token has characters that no request may have");
        }
        return send(client, request.build());
    }

    /** Waits for the whole answer, for the time of the request, which by itself ends with the headers: the body may never come. */
    static HttpResponse<String> send(HttpClient client, HttpRequest request) throws IOException {
        Duration patience = request.timeout().orElse(PATIENCE);
        CompletableFuture<HttpResponse<String>> answer = client.sendAsync(request, BodyHandlers.ofString());
        try {
            return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new HttpTimeoutException("no whole answer within %d s".formatted(patience.toSeconds()));
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted").initCause(e);
        } finally {
            answer.cancel(true);
        }
    }

    private static void requireOk(HttpResponse<String> response) throws IOException {
        Optional<String> elsewhere = response.headers().firstValue("Location");
        if (elsewhere.isPresent()) {
            throw new IOException("HTTP %d: it is at %s"
                    .formatted(response.statusCode(), elsewhere.get().replaceFirst("\\?.*", "")));
        }
        if (response.statusCode() != OK) {
            throw new IOException("HTTP " + response.statusCode() + faultOf(response.body()));
        }
    }

    private static JsonNode answer(HttpResponse<String> response) throws IOException {
        requireOk(response);
        if (!isJson(response.body())) {
            throw new IOException("an answer that is no JSON");
        }
        return Json.MAPPER.readTree(response.body());
    }

    private static boolean isJson(String body) {
        try {
            return Json.MAPPER.readTree(body).isObject();
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    private static String faultOf(String body) throws IOException {
        JsonNode fault = isJson(body) ? Json.MAPPER.readTree(body) : MissingNode.getInstance();
        String line = (fault.path("error_code").asText() + " "
                        + fault.path("message").asText())
                .replaceAll("\\s+", " ")
                .strip();
        return line.isEmpty() ? "" : ": " + line.substring(0, Math.min(LONGEST_FAULT, line.length()));
    }

    private static String text(JsonNode node, String pointer) throws IOException {
        String text = node.at(pointer).asText("");
        if (text.isEmpty()) {
            throw new IOException("an answer without " + pointer.substring(pointer.lastIndexOf('/') + 1));
        }
        return text;
    }

    @Override
    public String toString() {
        return address.toString();
    }
}
