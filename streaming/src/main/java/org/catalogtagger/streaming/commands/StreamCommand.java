package org.catalogtagger.streaming.commands;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.FlinkException;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.cli.ErrorLine;
import org.catalogtagger.cli.StopOnExit;
import org.catalogtagger.model.SharedModel;
import org.catalogtagger.model.bundle.ModelDescription;
import org.catalogtagger.streaming.bundles.Bundles;
import org.catalogtagger.streaming.bundles.FlinkFileSystems;
import org.catalogtagger.streaming.job.CheckpointFolder;
import org.catalogtagger.streaming.job.FlinkEnvironment;
import org.catalogtagger.streaming.job.JobWatch;
import org.catalogtagger.streaming.job.LocalFlink;
import org.catalogtagger.streaming.job.LoopbackPort;
import org.catalogtagger.streaming.kafka.KafkaConnection;
import org.catalogtagger.streaming.metrics.PrometheusEndpointFactory;
import org.catalogtagger.streaming.settings.ShownSettings;
import org.catalogtagger.streaming.settings.StreamSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tagger stream}. */
@Command(
        name = "stream",
        description = {
            "Tags the images of a Kafka topic until it is stopped.",
            "Flink runs in this JVM: stopped with Ctrl-C the job leaves a savepoint, started again it goes on from"
                    + " there. With --jobmanager the job is handed to a cluster, and this command ends when it runs"
                    + " there.",
            "A job that cannot run any more ends the command with exit code 1 and the cause. While a job of the same"
                    + " kafka.consumerGroup lives, anywhere, a second start is refused."
        })
public final class StreamCommand implements Callable<Integer> {
    private static final long STOP_SECONDS = 60;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            required = true,
            description = "The job's settings in YAML; tagger stream-defaults prints them all with their defaults.")
    private Path config;

    @Option(
            names = "--jobmanager",
            paramLabel = "HOST:PORT",
            description = "Run on this Flink cluster, whose class path (lib/) must hold Catalog Tagger's jars and whose"
                    + " TaskManagers must find the model's bundle where the settings say, by path or URI.")
    private Optional<String> jobmanager = Optional.empty();

    @Option(
            names = "--follow",
            description = "With --jobmanager: stay, say what goes wrong with the job, and end with it. Ctrl-C ends only"
                    + " the following.")
    private boolean follow;

    @Mixin
    private ResumeOptions resume;

    @Mixin
    private ClientProperties client;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        if (!jobmanager.map(FlinkEnvironment::isAddress).orElse(true)) {
            throw new ParameterException(
                    spec.commandLine(), "--jobmanager must be HOST:PORT, not " + jobmanager.orElseThrow());
        }
        StreamSettings settings = StreamSettings.read(config, client.all());
        System.out.print(ShownSettings.of(settings));
        FlinkFileSystems.open(settings.flink().properties());
        // Held until the end: it proves that the model loads, and the job's subtasks in this JVM share it.
        try (SharedModel model =
                Bundles.acquire(settings.model().bundle(), settings.model().allowed())) {
            return run(settings, model.description());
        }
    }

    private int run(StreamSettings settings, ModelDescription model) throws Exception {
        StreamSettings.Prometheus prometheus = settings.flink().prometheus();
        if (jobmanager.isEmpty() && prometheus.port() != 0) {
            PrometheusEndpointFactory.requireFree(prometheus.host(), prometheus.port());
            if (!LoopbackPort.isLoopback(prometheus.host())) {
                System.out.printf(
                        "all who can reach %s:%d can read the metrics%n", prometheus.host(), prometheus.port());
            }
        }
        StreamJob job = StreamJob.prepare(settings, Optional.empty(), System.out::println);
        Configuration flink = resume.choice().configuration(settings, job.checkpoints());
        resume.choice().deleteOthers(job.checkpoints());
        String what = model.modelVersion()
                + flink.getOptional(StateRecoveryOptions.SAVEPOINT_PATH)
                        .map(path -> ", going on from " + ShownSettings.withoutCredentials(path))
                        .orElse("");
        return jobmanager.isPresent()
                ? runOn(jobmanager.get(), job, settings, flink, what)
                : runHere(job, settings, flink, what);
    }

    private static int runHere(StreamJob prepared, StreamSettings settings, Configuration configuration, String what)
            throws Exception {
        try (StopOnExit running = new StopOnExit()) {
            LocalFlink flink = running.add(FlinkEnvironment.local(configuration));
            JobClient job = start(flink.environment(), prepared);
            running.add(() -> {
                if (running.exiting()) {
                    stop(job, prepared.checkpoints());
                }
            });
            System.out.printf("tagging with %s%nFlink's page: %s; stop with Ctrl-C%n", what, flink.webPage());
            follow(JobWatch.local(job, flink, settings.flink(), outage(settings), StreamCommand::say), running);
        }
        return 0;
    }

    private int runOn(
            String address, StreamJob prepared, StreamSettings settings, Configuration configuration, String what)
            throws Exception {
        JobWatch.requireFlink("http://" + address);
        JobClient job = start(FlinkEnvironment.remote(address, configuration), prepared);
        JobWatch watch =
                JobWatch.remote(job, "http://" + address, settings.flink(), outage(settings), StreamCommand::say);
        watch.awaitStart();
        System.out.printf("tagging with %s%njob %s runs on %s%n", what, job.getJobID(), address);
        if (follow) {
            try (StopOnExit running = new StopOnExit()) {
                follow(watch, running);
            }
        }
        return 0;
    }

    private static JobClient start(StreamExecutionEnvironment env, StreamJob job) throws Exception {
        job.assemble(env);
        try {
            return env.executeAsync(job.name());
        } catch (ExecutionException | FlinkException e) {
            throw new CommandException("Flink did not take the job: " + ErrorLine.ofRootCause(e), e);
        }
    }

    private static void follow(JobWatch watch, StopOnExit running) throws InterruptedException {
        try {
            while (watch.goesOn()) {
                // Until it is stopped.
            }
        } catch (CommandException e) {
            if (!running.exiting()) {
                throw e;
            }
        }
    }

    private static Supplier<Optional<String>> outage(StreamSettings settings) {
        return () -> KafkaConnection.outage(
                settings.kafka().bootstrapServers(), settings.kafka().properties());
    }

    private static void say(String notice) {
        System.err.println("tagger stream: " + ShownSettings.withoutCredentials(notice));
    }

    private static void stop(JobClient job, CheckpointFolder checkpoints) {
        try {
            if (job.getJobStatus().get(STOP_SECONDS, TimeUnit.SECONDS).isGloballyTerminalState()) {
                return;
            }
            String savepoint = job.stopWithSavepoint(false, checkpoints.uri(), SavepointFormatType.CANONICAL)
                    .get(STOP_SECONDS, TimeUnit.SECONDS);
            System.out.println("stopped; the next run goes on from " + ShownSettings.withoutCredentials(savepoint));
        } catch (Exception e) {
            say("no savepoint (" + ErrorLine.ofRootCause(e) + "); the next run goes on from the last checkpoint");
        }
    }
}
