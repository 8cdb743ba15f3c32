package org.catalogtagger.streaming.quickstart;

import java.nio.file.Path;
import java.time.Duration;
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
import org.catalogtagger.streaming.job.JobFigures;
import org.catalogtagger.streaming.kafka.KafkaTopics;
import org.catalogtagger.streaming.settings.StreamSettings;

/** The streaming job, running in this JVM's Flink. */
final class LocalJob implements AutoCloseable {
    private static final Duration HEARTBEAT = Duration.ofSeconds(1);
    private static final Duration STOP = Duration.ofSeconds(60);

    private final JobClient client;
    private final String webPage;
    private final Path savepoints;
    private volatile boolean finished;

    private LocalJob(JobClient client, String webPage, Path savepoints) {
        this.client = client;
        this.webPage = webPage;
        this.savepoints = savepoints;
    }

    /** Starts Flink and the job. */
    static LocalJob start(StreamSettings settings, Path savepoints) throws Exception {
        Configuration flink = FlinkEnvironment.configuration(settings, Optional.empty());
        // What fails here would fail again: say so at once.
        flink.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        flink.set(HeartbeatManagerOptions.HEARTBEAT_INTERVAL, HEARTBEAT);
        StreamExecutionEnvironment env = FlinkEnvironment.local(flink);
        new KafkaTopics(settings).job().assemble(env, settings.tagging());
        return new LocalJob(env.executeAsync("catalog tagger"), FlinkEnvironment.webPage(flink), savepoints);
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
    JobFigures finish() throws InterruptedException, ExecutionException, TimeoutException {
        client.stopWithSavepoint(true, savepoints.toUri().toString(), SavepointFormatType.CANONICAL)
                .get(STOP.toSeconds(), TimeUnit.SECONDS);
        finished = true;
        return JobFigures.of(client.getJobExecutionResult()
                .get(STOP.toSeconds(), TimeUnit.SECONDS)
                .getAllAccumulatorResults());
    }

    /** Where the time went until now, when so many tags have been made. */
    JobFigures figuresSoFar(long tags) throws InterruptedException, ExecutionException {
        long deadline = System.nanoTime() + STOP.toNanos();
        JobFigures figures = JobFigures.of(client.getAccumulators().get());
        // They come with Flink's heartbeats.
        while (figures.tagged() < tags && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(HEARTBEAT.toMillis() / 4);
            figures = JobFigures.of(client.getAccumulators().get());
        }
        return figures;
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
}
