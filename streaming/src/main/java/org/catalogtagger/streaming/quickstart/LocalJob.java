package org.catalogtagger.streaming.quickstart;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.cli.ErrorLine;
import org.catalogtagger.streaming.job.FlinkEnvironment;
import org.catalogtagger.streaming.job.TaggingJob;
import org.catalogtagger.streaming.kafka.KafkaTopics;
import org.catalogtagger.streaming.settings.StreamSettings;

/** The streaming job, running in this JVM's Flink. */
final class LocalJob implements AutoCloseable {
    private static final Duration HEARTBEAT = Duration.ofSeconds(1);
    private static final Duration STOP = Duration.ofSeconds(60);

    private final JobClient client;
    private final String webPage;
    private final Path savepoints;
    private final int subtasks;
    private volatile boolean finished;

    private LocalJob(JobClient client, String webPage, Path savepoints, int subtasks) {
        this.client = client;
        this.webPage = webPage;
        this.savepoints = savepoints;
        this.subtasks = subtasks;
    }

    /** Starts Flink and the job. */
    static LocalJob start(StreamSettings settings, Path savepoints) throws Exception {
        Configuration flink = FlinkEnvironment.configuration(settings, Optional.empty());
        // What fails here would fail again: say so at once.
        flink.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        flink.set(HeartbeatManagerOptions.HEARTBEAT_INTERVAL, HEARTBEAT);
        StreamExecutionEnvironment env = FlinkEnvironment.local(flink);
        new KafkaTopics(settings).job().assemble(env, settings);
        return new LocalJob(
                env.executeAsync("catalog tagger"),
                FlinkEnvironment.webPage(flink),
                savepoints,
                settings.flink().parallelism());
    }

    String webPage() {
        return webPage;
    }

    /**
     * Whether it still runs.
     *
     * @throws CommandException if it failed
     */
    boolean isRunning() {
        try {
            JobStatus status = client.getJobStatus().get();
            if (status == JobStatus.FAILED) {
                client.getJobExecutionResult().get();
            }
            return !status.isTerminalState();
        } catch (ExecutionException e) {
            throw new CommandException("the job failed: " + ErrorLine.ofRootCause(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException("interrupted", e);
        }
    }

    /** Ends the job as if the input had ended: all windows close, all is committed. */
    Speed finish() throws InterruptedException, ExecutionException, TimeoutException {
        client.stopWithSavepoint(true, savepoints.toUri().toString(), SavepointFormatType.CANONICAL)
                .get(STOP.toSeconds(), TimeUnit.SECONDS);
        finished = true;
        Map<String, Object> found = client.getJobExecutionResult()
                .get(STOP.toSeconds(), TimeUnit.SECONDS)
                .getAllAccumulatorResults();
        return speed(found);
    }

    /** Where the time went until now, when so many tags have been made. */
    Speed speedSoFar(long tags) throws InterruptedException, ExecutionException {
        long deadline = System.nanoTime() + STOP.toNanos();
        Map<String, Object> found = client.getAccumulators().get();
        // The figures come with Flink's heartbeats.
        while (tagsOf(found) < tags && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(HEARTBEAT.toMillis() / 4);
            found = client.getAccumulators().get();
        }
        return speed(found);
    }

    /** Cancels the job if it still runs. */
    @Override
    public void close() {
        if (finished) {
            return;
        }
        try {
            if (!client.getJobStatus().get().isGloballyTerminalState()) {
                client.cancel().get(STOP.toSeconds(), TimeUnit.SECONDS);
            }
        } catch (ExecutionException | TimeoutException e) {
            throw new CommandException("the job could not be cancelled: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Speed speed(Map<String, Object> accumulators) {
        double millis =
                number(accumulators, TaggingJob.LAST_TAG_MILLIS) - number(accumulators, TaggingJob.FIRST_EVENT_MILLIS);
        return new Speed(
                millis / 1e3,
                number(accumulators, TaggingJob.FORWARD_NANOS) / 1e9,
                number(accumulators, TaggingJob.DECODE_NANOS) / 1e9,
                subtasks);
    }

    private static long tagsOf(Map<String, Object> accumulators) {
        return (long) number(accumulators, TaggingJob.TAGS);
    }

    private static double number(Map<String, Object> accumulators, String name) {
        return accumulators.get(name) instanceof Number number ? number.doubleValue() : 0;
    }

    /**
     * Where the job's time went.
     *
     * @param seconds from the first event's decoding to the last tag
     * @param forwardSeconds in the model's forward passes, all subtasks together
     * @param decodeSeconds in decoding, all subtasks together
     * @param subtasks which shared the work
     */
    record Speed(double seconds, double forwardSeconds, double decodeSeconds, int subtasks) {}
}
