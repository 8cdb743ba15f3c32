package org.catalogtagger.streaming.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.catalogtagger.cli.SettingsFile;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.streaming.job.FlinkEnvironment;
import org.catalogtagger.streaming.job.LocalFlink;
import org.catalogtagger.streaming.job.LoopbackPort;
import org.catalogtagger.streaming.job.TaggingJob;
import org.catalogtagger.streaming.lease.OneJob;
import org.catalogtagger.streaming.quickstart.LocalKafka;
import org.catalogtagger.streaming.settings.StreamSettings;

/** The job on a local Flink over a local Kafka, for tests. */
public final class RunningJob implements AutoCloseable {
    /** A savepoint belongs to its Kafka cluster. */
    private static final String CLUSTER = "c2F2ZXBvaW50cy1vZi12MQ";

    private static final Duration PATIENCE = Duration.ofMinutes(4);

    public final LocalKafka kafka;
    public final StreamSettings settings;
    private final Path folder;
    private final LocalFlink flink;
    private final JobClient client;

    private RunningJob(LocalKafka kafka, StreamSettings settings, Path folder, LocalFlink flink, JobClient client) {
        this.kafka = kafka;
        this.settings = settings;
        this.folder = folder;
        this.flink = flink;
        this.client = client;
    }

    /** Starts both; {@code change} may put other ends to the job. It may fetch what is in the folder's {@code images}. */
    public static RunningJob start(
            Path folder, ModelBundle model, BiFunction<StreamSettings, TaggingJob, TaggingJob> change)
            throws Exception {
        return start(folder, model, change, "");
    }

    /** The same with more settings, in YAML. */
    public static RunningJob start(
            Path folder,
            ModelBundle model,
            BiFunction<StreamSettings, TaggingJob, TaggingJob> change,
            String moreSettings)
            throws Exception {
        return start(folder, model, change, moreSettings, (kafka, settings) -> {});
    }

    /** Sees Kafka with its topics before the job starts. */
    @FunctionalInterface
    interface Preparation {
        /** May change them. */
        void prepare(LocalKafka kafka, StreamSettings settings) throws Exception;
    }

    /** The same with other topics. */
    static RunningJob start(
            Path folder,
            ModelBundle model,
            BiFunction<StreamSettings, TaggingJob, TaggingJob> change,
            String moreSettings,
            Preparation preparation)
            throws Exception {
        return start(folder, model, change, moreSettings, preparation, Optional.empty());
    }

    /** The same from a savepoint, if there is one. */
    static RunningJob start(
            Path folder,
            ModelBundle model,
            BiFunction<StreamSettings, TaggingJob, TaggingJob> change,
            String moreSettings,
            Preparation preparation,
            Optional<Path> savepoint)
            throws Exception {
        LocalKafka kafka = LocalKafka.start(folder.resolve("kafka"), CLUSTER);
        try {
            return start(kafka, folder, model, change, moreSettings, preparation, savepoint);
        } catch (Exception | Error e) {
            // A broker whose folder is removed ends the JVM.
            kafka.close();
            throw e;
        }
    }

    private static RunningJob start(
            LocalKafka kafka,
            Path folder,
            ModelBundle model,
            BiFunction<StreamSettings, TaggingJob, TaggingJob> change,
            String moreSettings,
            Preparation preparation,
            Optional<Path> savepoint)
            throws Exception {
        StreamSettings settings = merged(
                """
                kafka: {bootstrapServers: '%s'}
                model: {bundle: '%s'}
                classify: {maxBatch: 64, maxDelay: 20 ms}
                images: {fetch: {allow: ['%s'], retries: 0}}
                flink:
                  {parallelism: 2, checkpointInterval: 200 ms, checkpointDirectory: '%s', prometheus: {port: %d}}
                """
                        .formatted(
                                kafka.bootstrapServers(),
                                model.directory(),
                                folder.resolve("images").toUri(),
                                folder.resolve("checkpoints"),
                                LoopbackPort.free()),
                moreSettings);
        StreamSettings.Kafka topics = settings.kafka();
        kafka.createTopics(topics.outputTopics(), 2);
        kafka.createTopics(List.of(topics.imagesTopic()), 2);
        new KafkaTopics(settings).ensureTopics();
        preparation.prepare(kafka, settings);
        Configuration flink = FlinkEnvironment.configuration(settings, new KafkaTopics(settings).checkpoints());
        savepoint.ifPresent(path ->
                flink.set(StateRecoveryOptions.SAVEPOINT_PATH, path.toUri().toString()));
        LocalFlink cluster = FlinkEnvironment.local(flink);
        StreamExecutionEnvironment env = cluster.environment();
        OneJob.prepare(settings, OneJob.look(settings), Optional.empty(), notice -> {})
                .guard(change.apply(settings, new KafkaTopics(settings).job()).assemble(env, settings.tagging()));
        return new RunningJob(kafka, settings, folder, cluster, env.executeAsync("test"));
    }

    private static StreamSettings merged(String yaml, String more) {
        SettingsFile settings = SettingsFile.parse("test", yaml);
        return StreamSettings.parse(
                "test",
                more.isBlank()
                        ? yaml
                        : SettingsFile.parse("more", more).over(settings).tree().toString());
    }

    /** Ends the job as if its input had ended. */
    void drain() throws Exception {
        client.stopWithSavepoint(true, folder.resolve("savepoint").toUri().toString(), SavepointFormatType.CANONICAL)
                .get();
        client.getJobExecutionResult().get();
    }

    /** Ends the job with a savepoint, and says where that is. */
    Path stop() throws Exception {
        String savepoint = client.stopWithSavepoint(
                        false, folder.resolve("savepoint").toUri().toString(), SavepointFormatType.CANONICAL)
                .get();
        client.getJobExecutionResult().get();
        return Path.of(URI.create(savepoint));
    }

    /** How often Flink has restarted the job; it does not say so at once. */
    int restarts() throws InterruptedException {
        AtomicInteger restarts = new AtomicInteger(-1);
        await("the number of restarts", () -> {
            restarts.set(ask("/metrics?get=numRestarts").path(0).path("value").asInt(-1));
            return restarts.get() >= 0;
        });
        return restarts.get();
    }

    /** The stack traces of what has failed, the newest first. */
    List<String> failures() {
        return ask("/exceptions").path("exceptionHistory").path("entries").findValuesAsText("stacktrace");
    }

    private JsonNode ask(String what) {
        URI uri = URI.create(flink.webPage() + "/jobs/" + client.getJobID() + what);
        try (InputStream in = uri.toURL().openStream()) {
            return Json.MAPPER.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for a condition. */
    public static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + PATIENCE.toSeconds() + " s: " + what);
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    @Override
    public void close() throws Exception {
        try {
            flink.close();
        } finally {
            kafka.close();
        }
    }
}
