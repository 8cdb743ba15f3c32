package org.catalogtagger.streaming.commands;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.cli.ErrorLine;
import org.catalogtagger.cli.SettingsFile;
import org.catalogtagger.model.SharedModel;
import org.catalogtagger.model.bundle.ModelDescription;
import org.catalogtagger.streaming.job.FlinkEnvironment;
import org.catalogtagger.streaming.kafka.KafkaConnection;
import org.catalogtagger.streaming.kafka.KafkaTopics;
import org.catalogtagger.streaming.metrics.PrometheusEndpointFactory;
import org.catalogtagger.streaming.settings.StreamSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tagger stream}. */
@Command(
        name = "stream",
        description = {
            "Tags the images of a Kafka topic until it is stopped.",
            "Flink runs in this JVM: stopped with Ctrl-C the job leaves a savepoint, started again it goes on from"
                    + " there. With --jobmanager the job is handed to a cluster, and this command ends."
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
                    + " TaskManagers must find the model's bundle where the settings say.")
    private Optional<String> jobmanager = Optional.empty();

    @Option(
            names = "--from-scratch",
            description = "Do not go on from the last checkpoint, but from the offsets that Kafka has for the group.")
    private boolean fromScratch;

    @Override
    public Integer call() throws Exception {
        StreamSettings settings = StreamSettings.read(config);
        System.out.print(SettingsFile.describe(settings));
        // Held until the end: it proves that the model loads, and the job's subtasks in this JVM share it.
        try (SharedModel model = SharedModel.acquire(settings.model().directory())) {
            return run(settings, model.description());
        }
    }

    private int run(StreamSettings settings, ModelDescription model) throws Exception {
        KafkaConnection.requireTopic(
                settings.kafka().bootstrapServers(),
                settings.kafka().properties(),
                settings.kafka().imagesTopic());
        StreamSettings.Prometheus prometheus = settings.flink().prometheus();
        if (jobmanager.isEmpty() && prometheus.port() != 0) {
            PrometheusEndpointFactory.requireFree(prometheus.host(), prometheus.port());
        }
        KafkaTopics topics = new KafkaTopics(settings);
        topics.ensureTopics();
        topics.sizeNotice().ifPresent(System.out::println);
        Optional<String> checkpoint = fromScratch ? Optional.empty() : FlinkEnvironment.latestCheckpoint(settings);
        Configuration flink = FlinkEnvironment.configuration(settings, checkpoint);
        StreamExecutionEnvironment env = jobmanager.isPresent()
                ? FlinkEnvironment.remote(jobmanager.get(), flink)
                : FlinkEnvironment.local(flink);
        topics.job().assemble(env, settings.tagging());
        JobClient job = env.executeAsync("catalog tagger");
        System.out.printf(
                "tagging with %s%s%n",
                model.modelVersion(),
                checkpoint.map(path -> ", going on from " + path).orElse(""));
        if (jobmanager.isPresent()) {
            System.out.printf("job %s runs on %s%n", job.getJobID(), jobmanager.get());
            return 0;
        }
        System.out.printf("Flink's page: %s; stop with Ctrl-C%n", FlinkEnvironment.webPage(flink));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(job, settings), "stop"));
        return await(job, new FailureNotice(FlinkEnvironment.webPage(flink), job.getJobID(), System.err));
    }

    private static int await(JobClient job, FailureNotice failures) throws InterruptedException {
        Future<?> end = job.getJobExecutionResult();
        try {
            while (true) {
                try {
                    end.get(1, TimeUnit.SECONDS);
                    return 0;
                } catch (TimeoutException e) {
                    failures.check();
                }
            }
        } catch (ExecutionException e) {
            throw new CommandException("the job failed: " + ErrorLine.ofRootCause(e), e);
        }
    }

    private static void stop(JobClient job, StreamSettings settings) {
        try {
            if (job.getJobStatus().get().isGloballyTerminalState()) {
                return;
            }
            System.out.println("stopping");
            String savepoint = job.stopWithSavepoint(
                            false, FlinkEnvironment.checkpointDirectory(settings), SavepointFormatType.CANONICAL)
                    .get(STOP_SECONDS, TimeUnit.SECONDS);
            System.out.println("stopped; the next run goes on from " + savepoint);
        } catch (Exception e) {
            System.err.println("tagger stream: no savepoint (" + ErrorLine.ofRootCause(e)
                    + "); the next run goes on from the last checkpoint");
        }
    }
}
