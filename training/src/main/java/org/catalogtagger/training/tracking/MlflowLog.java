package org.catalogtagger.training.tracking;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.catalogtagger.model.bundle.ConfusionMatrix;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.training.fit.EpochResult;
import org.catalogtagger.training.tracking.MlflowServer.Entry;
import org.catalogtagger.training.tracking.MlflowServer.Metric;
import org.catalogtagger.training.tracking.MlflowServer.Run;

/**
 * A run on an MLflow server: its settings, the figures of each epoch and of the held-out images, under the names that
 * {@link TensorBoardLog} has, and the bundle with its report, as the artifact {@code bundle}. What the server does not take is
 * sent again with a later epoch. A run that goes on after an interruption is another one there. It ends as {@code FINISHED} if its
 * bundle was saved, as {@code KILLED} if the JVM is told to end, otherwise as {@code FAILED}.
 */
public final class MlflowLog implements RunLog {
    private static final String EXPERIMENT = "catalog-tagger";
    private static final int MOST_PARAMETERS = 100;
    private static final int MOST_METRICS = 1000;

    /** What servers of before 2.8 take. */
    private static final int LONGEST_PARAMETER = 500;

    /** After a failure no epoch waits for the server for so long, and twice as long after the next. */
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(10);

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

    private final MlflowServer server;
    private final Run run;
    private final Consumer<String> warnings;
    private final List<Metric> unsent = new ArrayList<>();
    private final Thread killed = new Thread(this::kill, "tell MLflow");
    private int epoch;
    private boolean isSilent;
    private Duration pause = Duration.ZERO;
    private long failedNanos;
    private volatile boolean isSaved;
    private boolean ended;

    private MlflowLog(MlflowServer server, Run run, Consumer<String> warnings) {
        this.server = server;
        this.run = run;
        this.warnings = warnings;
    }

    /**
     * Begins a run, in the experiment that {@code MLFLOW_EXPERIMENT_NAME} names, or in {@value #EXPERIMENT}.
     *
     * @param address of the server, {@code http} or {@code https}
     * @param environment that may say which experiment, and with what name and password
     * @param warnings takes a line when the server does not answer any more
     * @throws IOException if it does not take the run
     */
    public static MlflowLog begin(
            URI address,
            Map<String, String> environment,
            String name,
            Map<String, String> settings,
            Consumer<String> warnings)
            throws IOException {
        MlflowServer server = MlflowServer.at(address, environment);
        String experiment = server.experiment(environment.getOrDefault("MLFLOW_EXPERIMENT_NAME", EXPERIMENT));
        List<Entry> tags = List.of(
                new Entry("mlflow.source.name", "tagger train"),
                new Entry("mlflow.user", System.getProperty("user.name", "")));
        Run run = server.begin(experiment, name, tags);
        List<Entry> parameters = settings.entrySet().stream()
                .map(setting -> new Entry(setting.getKey(), shortened(setting.getValue())))
                .toList();
        MlflowLog log = new MlflowLog(server, run, warnings);
        Runtime.getRuntime().addShutdownHook(log.killed);
        try {
            for (int i = 0; i < parameters.size(); i += MOST_PARAMETERS) {
                server.log(
                        run,
                        List.of(),
                        parameters.subList(i, Math.min(parameters.size(), i + MOST_PARAMETERS)),
                        List.of());
            }
        } catch (IOException e) {
            log.close();
            throw e;
        }
        return log;
    }

    /** The address of its page. */
    public String page() {
        return server.pageOf(run);
    }

    private static String shortened(String value) {
        return value.length() <= LONGEST_PARAMETER ? value : value.substring(0, LONGEST_PARAMETER - 1) + "…";
    }

    @Override
    public synchronized void onEpoch(EpochResult result, int epochs) {
        epoch = result.epoch();
        add(RunFigures.of(result));
    }

    @Override
    public synchronized void tested(ConfusionMatrix test) {
        add(RunFigures.of(test));
    }

    private void add(Map<String, Double> figures) {
        long now = System.currentTimeMillis();
        figures.forEach((name, value) -> {
            if (Double.isFinite(value)) {
                unsent.add(new Metric(name, value, now, epoch));
            }
        });
        if (!isSilent || System.nanoTime() - failedNanos >= pause.toNanos()) {
            send();
        }
    }

    private void send() {
        try {
            while (!unsent.isEmpty()) {
                List<Metric> some = unsent.subList(0, Math.min(MOST_METRICS, unsent.size()));
                server.log(run, some, List.of(), List.of());
                some.clear();
            }
            isSilent = false;
        } catch (IOException e) {
            if (!isSilent) {
                warn("takes no figures now", e);
            }
            Duration doubled = isSilent ? pause.multipliedBy(2) : FIRST_PAUSE;
            pause = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
            failedNanos = System.nanoTime();
            isSilent = true;
        }
    }

    /** Without the lock: files may take minutes, and who ends the JVM does not wait for them. */
    @Override
    public void saved(ModelBundle bundle) {
        isSaved = true;
        try (Stream<Path> all = Files.walk(bundle.directory())) {
            for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
                String name = bundle.directory().relativize(file).toString().replace('\\', '/');
                server.upload(run, file, "bundle/" + name);
            }
            server.log(
                    run,
                    List.of(),
                    List.of(),
                    List.of(new Entry("modelVersion", bundle.description().modelVersion())));
        } catch (IOException e) {
            warn("has not all of the bundle", e);
        }
    }

    @Override
    public void close() {
        end(isSaved ? "FINISHED" : "FAILED");
        try {
            Runtime.getRuntime().removeShutdownHook(killed);
        } catch (IllegalStateException e) {
            // The JVM is ending: the other thread has told it, or is about to.
            return;
        }
    }

    private void kill() {
        end("KILLED");
    }

    private synchronized void end(String status) {
        if (ended) {
            return;
        }
        ended = true;
        send();
        if (!unsent.isEmpty()) {
            warn("lacks figures", new IOException("%d of the last were not taken".formatted(unsent.size())));
        }
        try {
            server.end(run, status);
        } catch (IOException e) {
            warn("does not know that the run has ended", e);
        }
    }

    private void warn(String what, IOException cause) {
        String why = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        warnings.accept("MLflow at %s %s: %s".formatted(server, what, why));
    }
}
