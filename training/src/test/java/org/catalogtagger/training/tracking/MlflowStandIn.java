package org.catalogtagger.training.tracking;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What MLflow's REST API 2.0 says that a server does ({@code mlflow.org/docs/latest/rest-api.html}, and the messages of
 * {@code service.proto} and {@code mlflow_artifacts.proto}): it takes their fields and no others, and the limits of requests and names.
 */
public final class MlflowStandIn implements AutoCloseable {
    private static final String API = "/api/2.0/mlflow/";
    private static final String ARTIFACTS = "/api/2.0/mlflow-artifacts/artifacts/";
    /** Names "may only contain alphanumerics, underscores, dashes, periods, spaces and slashes". */
    private static final Pattern NAME = Pattern.compile("[\\w\\-. /:]+");

    private static final int MOST_METRICS = 1000;
    private static final int MOST_OTHERS = 100;
    private static final int LONGEST_PARAMETER = 500;
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private final HttpServer server;
    private final List<String> experiments = new ArrayList<>();
    private final List<Run> runs = new ArrayList<>();
    private final Map<String, byte[]> files = new ConcurrentHashMap<>();
    private volatile @Nullable String requiredAuthorization;
    private volatile String artifactRoot = "mlflow-artifacts:/";
    private volatile boolean failing;
    private volatile @Nullable String elsewhere;
    private final AtomicInteger requests = new AtomicInteger();

    /** A run as the server has it. */
    public static final class Run {
        private final int id;
        private final String name;
        private final String experiment;
        private String status = "RUNNING";
        private final Map<String, String> parameters = new LinkedHashMap<>();
        private final Map<String, String> tags = new LinkedHashMap<>();
        private final List<Metric> metrics = new ArrayList<>();

        private Run(int id, String name, String experiment) {
            this.id = id;
            this.name = name;
            this.experiment = experiment;
        }

        public String name() {
            return name;
        }

        public String experiment() {
            return experiment;
        }

        public String status() {
            return status;
        }

        public Map<String, String> parameters() {
            return parameters;
        }

        public Map<String, String> tags() {
            return tags;
        }

        public List<Metric> metrics() {
            return metrics;
        }
    }

    /** Of {@code service.proto}. */
    public record Metric(String key, double value, long timestamp, long step) {}

    private record KeyValue(String key, String value) {}

    private record CreateExperiment(String name) {}

    private record CreateRun(String experiment_id, String run_name, long start_time, List<KeyValue> tags) {}

    private record LogBatch(String run_id, List<Metric> metrics, List<KeyValue> params, List<KeyValue> tags) {}

    private record UpdateRun(String run_id, String status, long end_time) {}

    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1;
        private final int status;
        private final String code;

        Refused(int status, String code, String message) {
            super(message);
            this.status = status;
            this.code = code;
        }
    }

    private MlflowStandIn(HttpServer server) {
        this.server = server;
        server.createContext("/", this::answer);
        server.start();
    }

    public static MlflowStandIn start() throws IOException {
        return new MlflowStandIn(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
    }

    public URI address() {
        return URI.create("http://localhost:" + server.getAddress().getPort());
    }

    /** From now on only who says this is answered. */
    void requireAuthorization(String value) {
        requiredAuthorization = value;
    }

    /** From now on runs have their files at another place than the server. */
    void keepArtifactsAt(String root) {
        artifactRoot = root;
    }

    /** From now on it says that it is at another place. */
    void moveTo(String address) {
        elsewhere = address;
    }

    /** So many have come. */
    int requests() {
        return requests.get();
    }

    /** Whether all fails from now on. */
    void fail(boolean failing) {
        this.failing = failing;
    }

    public synchronized List<Run> runs() {
        return List.copyOf(runs);
    }

    /** By their paths. */
    public Map<String, byte[]> files() {
        return files;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            requests.incrementAndGet();
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (elsewhere != null) {
                exchange.getResponseHeaders().add("Location", elsewhere);
                exchange.sendResponseHeaders(301, -1);
                return;
            }
            int status = 200;
            String answer;
            try {
                answer = JSON.writeValueAsString(answer(exchange, body));
            } catch (Refused e) {
                status = e.status;
                answer = JSON.writeValueAsString(Map.of("error_code", e.code, "message", e.getMessage()));
            } catch (RuntimeException | IOException e) {
                status = 400;
                answer = JSON.writeValueAsString(
                        Map.of("error_code", "INVALID_PARAMETER_VALUE", "message", String.valueOf(e.getMessage())));
            }
            byte[] bytes = answer.getBytes(UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private synchronized Object answer(HttpExchange exchange, byte[] body) throws Refused, IOException {
        if (failing) {
            throw new Refused(503, "TEMPORARILY_UNAVAILABLE", "the database\nis away");
        }
        if (requiredAuthorization != null
                && !requiredAuthorization.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            throw new Refused(401, "UNAUTHENTICATED", "who are you?");
        }
        String path = exchange.getRequestURI().getPath();
        String what = exchange.getRequestMethod() + " " + (path.startsWith(API) ? path.substring(API.length()) : path);
        if (what.startsWith("PUT " + ARTIFACTS)) {
            files.put(path.substring(ARTIFACTS.length()), body);
            return Map.of();
        }
        return switch (what) {
            case "GET experiments/get-by-name" -> experimentNamed(exchange.getRequestURI());
            case "POST experiments/create" -> {
                experiments.add(JSON.readValue(body, CreateExperiment.class).name());
                yield Map.of("experiment_id", String.valueOf(experiments.size() - 1));
            }
            case "POST runs/create" -> create(JSON.readValue(body, CreateRun.class));
            case "POST runs/log-batch" -> log(JSON.readValue(body, LogBatch.class));
            case "POST runs/update" -> {
                UpdateRun update = JSON.readValue(body, UpdateRun.class);
                require(List.of("FINISHED", "FAILED", "KILLED").contains(update.status()), update.status());
                require(update.end_time() > 0, "an end");
                run(update.run_id()).status = update.status();
                yield Map.of();
            }
            default -> throw new Refused(404, "ENDPOINT_NOT_FOUND", what);
        };
    }

    private Object experimentNamed(URI request) throws Refused {
        String name = URLDecoder.decode(request.getRawQuery().replaceFirst("^experiment_name=", ""), UTF_8);
        int id = experiments.indexOf(name);
        if (id < 0) {
            throw new Refused(404, "RESOURCE_DOES_NOT_EXIST", "Could not find experiment with name '" + name + "'");
        }
        return Map.of("experiment", Map.of("experiment_id", String.valueOf(id), "name", name));
    }

    private Object create(CreateRun create) {
        Run run = new Run(runs.size(), create.run_name(), experiments.get(Integer.parseInt(create.experiment_id())));
        require(create.start_time() > 0, "a start");
        create.tags().forEach(tag -> run.tags.put(tag.key(), tag.value()));
        runs.add(run);
        String uri = artifactRoot + create.experiment_id() + "/run " + run.id + "/artifacts";
        return Map.of(
                "run", Map.of("info", Map.of("run_id", "run " + run.id, "artifact_uri", uri.replace(" ", "%20"))));
    }

    private Object log(LogBatch batch) {
        Run run = run(batch.run_id());
        require(
                batch.metrics().size() <= MOST_METRICS
                        && batch.params().size() <= MOST_OTHERS
                        && batch.tags().size() <= MOST_OTHERS,
                "fewer at a time");
        for (Metric metric : batch.metrics()) {
            require(NAME.matcher(metric.key()).matches() && metric.timestamp() > 0, metric.toString());
            run.metrics.add(metric);
        }
        for (KeyValue parameter : batch.params()) {
            require(
                    NAME.matcher(parameter.key()).matches() && parameter.value().length() <= LONGEST_PARAMETER,
                    parameter.toString());
            String before = run.parameters.put(parameter.key(), parameter.value());
            require(before == null || before.equals(parameter.value()), "a parameter is what it is");
        }
        batch.tags().forEach(tag -> run.tags.put(tag.key(), tag.value()));
        return Map.of();
    }

    private Run run(String id) {
        return runs.get(Integer.parseInt(id.replaceFirst("^run ", "")));
    }

    private static void require(boolean condition, String what) {
        if (!condition) {
            throw new IllegalArgumentException(Objects.requireNonNull(what));
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
