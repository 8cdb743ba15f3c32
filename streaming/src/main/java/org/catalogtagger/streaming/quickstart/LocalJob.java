package org.catalogtagger.streaming.quickstart;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.streaming.job.FlinkEnvironment;
import org.catalogtagger.streaming.job.JobFigures;
import org.catalogtagger.streaming.job.JobWatch;
import org.catalogtagger.streaming.job.LocalFlink;
import org.catalogtagger.streaming.kafka.KafkaTopics;
import org.catalogtagger.streaming.settings.StreamSettings;

/** The streaming job, running in this JVM's Flink. */
final class LocalJob implements AutoCloseable {
    private static final Duration HEARTBEAT = Duration.ofSeconds(1);
    private static final Duration STOP = Duration.ofSeconds(60);

    private final LocalFlink flink;
    private final JobClient client;
    private final JobWatch watch;
    private final Path savepoints;

    private LocalJob(LocalFlink flink, JobClient client, Path savepoints) {
        this.flink = flink;
        this.client = client;
        this.watch = JobWatch.unforgiving(client, flink);
        this.savepoints = savepoints;
    }

    /** Starts Flink and the job. */
    static LocalJob start(StreamSettings settings, Path savepoints) throws Exception {
        Configuration configuration = FlinkEnvironment.configuration(settings, new KafkaTopics(settings).checkpoints());
        // What fails here would fail again: say so at once.
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        configuration.set(HeartbeatManagerOptions.HEARTBEAT_INTERVAL, HEARTBEAT);
        LocalFlink flink = FlinkEnvironment.local(configuration);
        try {
            StreamExecutionEnvironment env = flink.environment();
            new KafkaTopics(settings).job().assemble(env, settings.tagging());
            return new LocalJob(flink, env.executeAsync("catalog tagger"), savepoints);
        } catch (Exception e) {
            flink.close();
            throw e;
        }
    }

    String webPage() {
        return flink.webPage();
    }

    /**
     * Waits a moment.
     *
     * @return whether the job goes on
     * @throws CommandException if it failed
     */
    boolean goesOn() {
        try {
            return watch.goesOn();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException("interrupted", e);
        }
    }

    /** Ends the job as if the input had ended: all windows close, all is committed. */
    JobFigures finish() throws InterruptedException, ExecutionException, TimeoutException {
        client.stopWithSavepoint(true, savepoints.toUri().toString(), SavepointFormatType.CANONICAL)
                .get(STOP.toSeconds(), TimeUnit.SECONDS);
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

    /** Ends Flink, and the job if it still runs. */
    @Override
    public void close() throws Exception {
        flink.close();
    }
}
