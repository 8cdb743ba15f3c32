package org.catalogtagger.streaming.kafka.secured;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.streaming.job.FlinkEnvironment;
import org.catalogtagger.streaming.job.LocalFlink;
import org.catalogtagger.streaming.job.TaggingJob;
import org.catalogtagger.streaming.kafka.KafkaTopics;
import org.catalogtagger.streaming.kafka.TopicCatalogue;
import org.catalogtagger.streaming.lease.OneJob;
import org.catalogtagger.streaming.settings.StreamSettings;

/** The job on a local Flink over a secured Kafka, prepared as {@code tagger stream} does. */
final class SecuredJob implements AutoCloseable {
    private final Path folder;
    private final LocalFlink flink;
    private final JobClient client;

    private SecuredJob(Path folder, LocalFlink flink, JobClient client) {
        this.folder = folder;
        this.flink = flink;
        this.client = client;
    }

    /** Settings of a small job with a checkpoint five times a second, and more. */
    static StreamSettings settings(Path folder, Login login, ModelBundle model, String more) throws IOException {
        Path file = Files.writeString(
                folder.resolve("stream.yaml"),
                """
                kafka: {bootstrapServers: '%s'}
                model: {bundle: '%s'}
                accuracy: {window: 1 s, outOfOrderness: 1 s, idleAfter: 1 s}
                flink:
                  parallelism: 1
                  stateBackend: hashmap
                  checkpointInterval: 200 ms
                  checkpointDirectory: '%s'
                  properties: {%s}
                """
                        .formatted(login.bootstrapServers(), model.directory(), folder.resolve("checkpoints"), more));
        return StreamSettings.read(file, login.properties());
    }

    /** Makes the topics, as one who may. */
    static void createTopics(SecuredKafka kafka, Path folder, ModelBundle model) throws IOException {
        StreamSettings inside = settings(folder, new Login(kafka.inside(), Map.of()), model, "");
        List<String> unused = new TopicCatalogue(inside).create(OptionalInt.of(2), OptionalInt.empty());
    }

    /** Asks Kafka for all that the job must know before it starts. */
    static Prepared prepare(Path folder, StreamSettings settings) throws InterruptedException {
        OneJob.Sighting seen = OneJob.look(settings);
        KafkaTopics topics = new KafkaTopics(settings);
        topics.ensureTopics();
        Optional<String> unused = topics.sizeNotice();
        return new Prepared(
                folder,
                settings,
                topics.job(),
                topics.readers(),
                FlinkEnvironment.configuration(settings, topics.checkpoints()),
                OneJob.prepare(settings, seen, Optional.empty(), notice -> {}));
    }

    /** A job that can start. */
    record Prepared(
            Path folder, StreamSettings settings, TaggingJob job, int readers, Configuration flink, OneJob oneJob) {
        SecuredJob start() throws Exception {
            return start(Optional.empty());
        }

        /**
         * Starts it.
         *
         * @param savepoint that it goes on from, if there is one
         */
        SecuredJob start(Optional<Path> savepoint) throws Exception {
            savepoint.ifPresent(path ->
                    flink.set(StateRecoveryOptions.SAVEPOINT_PATH, path.toUri().toString()));
            LocalFlink cluster = FlinkEnvironment.local(flink);
            try {
                StreamExecutionEnvironment env = cluster.environment();
                oneJob.guard(job.assemble(env, settings.tagging(), readers));
                return new SecuredJob(folder, cluster, env.executeAsync("test"));
            } catch (Exception | Error e) {
                cluster.close();
                throw e;
            }
        }
    }

    /** Ends the job with a savepoint, and says where that is. */
    Path stop() throws Exception {
        String savepoint = client.stopWithSavepoint(
                        false, folder.resolve("savepoint").toUri().toString(), SavepointFormatType.CANONICAL)
                .get();
        client.getJobExecutionResult().get();
        return Path.of(URI.create(savepoint));
    }

    /** Done, exceptionally, when it has failed for good. */
    CompletableFuture<?> end() {
        return client.getJobExecutionResult();
    }

    /** The stack traces of what has failed, the newest first. */
    List<String> failures() {
        URI uri = URI.create(flink.webPage() + "/jobs/" + client.getJobID() + "/exceptions");
        try (InputStream in = uri.toURL().openStream()) {
            JsonNode answer = Json.MAPPER.readTree(in);
            return answer.path("exceptionHistory").path("entries").findValuesAsText("stacktrace");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws Exception {
        flink.close();
    }
}
