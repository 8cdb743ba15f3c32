package org.catalogtagger.streaming.commands;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.PipelineOptionsInternal;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.catalogtagger.streaming.job.ClusterJobs;
import org.catalogtagger.streaming.job.Resume;
import org.catalogtagger.streaming.kafka.AdminSession;
import org.catalogtagger.streaming.kafka.Outage;
import org.catalogtagger.streaming.lease.FlinkCluster;
import org.catalogtagger.streaming.process.FlinkProcesses;
import org.catalogtagger.streaming.settings.StreamSettings;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * The entry point for Flink's own tools: {@code flink run}, application mode, the Kubernetes operator. Runs the job in the
 * environment that it finds itself in; the settings stand over those of the cluster.
 *
 * <pre>
 * flink run -c org.catalogtagger.streaming.commands.StreamApplication streaming.jar stream.yaml
 * </pre>
 *
 * <p>The file has no {@code --config} before it: the entry point of Flink's application mode takes that for the beginning of
 * its own {@code --configDir}. What to go on from is said by Flink's options ({@code -s}, {@code -n}).
 */
@Command(name = "StreamApplication", description = "The streaming job, for Flink's own tools to start.")
public final class StreamApplication implements Callable<Integer> {
    /** So long Kafka may be away when the job starts, or another JobManager takes it over. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    @Parameters(paramLabel = "FILE", description = "The job's settings in YAML, where the JobManager finds them.")
    private Path config;

    @Option(
            names = "--from-scratch",
            description = "Do not go on from the last checkpoint, but from the offsets that Kafka has for the group.")
    private boolean fromScratch;

    @Mixin
    private ClientProperties client;

    /** Submits the job; what goes wrong is thrown, as Flink expects it of a program. */
    public static void main(String[] arguments) throws Exception {
        StreamApplication application = new StreamApplication();
        new CommandLine(application).parseArgs(arguments);
        application.call();
    }

    @Override
    public Integer call() throws Exception {
        StreamSettings settings = StreamSettings.read(config, client.all());
        // A JobManager whose program fails has ended, which is too much for brokers that come later than it, or are
        // moved.
        StreamExecutionEnvironment assembled =
                Outage.outlast(() -> AdminSession.share(() -> assemble(settings)), PATIENCE, System.out::println);
        try (StreamExecutionEnvironment env = assembled) {
            env.execute(ClusterJobs.name(settings.kafka().consumerGroup()));
        }
        return 0;
    }

    private StreamExecutionEnvironment assemble(StreamSettings settings) throws Exception {
        ReadableConfig given =
                StreamExecutionEnvironment.getExecutionEnvironment().getConfiguration();
        FlinkProcesses.watchJobManager(given);
        StreamJob job = StreamJob.prepare(settings, FlinkCluster.mark(given), System.out::println);
        Resume resume = resume(given);
        Configuration flink = resume.configuration(settings, job.checkpoints());
        if (given.getOptional(PipelineOptionsInternal.PIPELINE_FIXED_JOB_ID).isEmpty() && !isHighlyAvailable(given)) {
            resume.deleteOthers(job.checkpoints());
        }
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(flink);
        job.assemble(env);
        return env;
    }

    /** Then this program may run again while Flink recovers the job that it has started, from checkpoints that it chooses. */
    private static boolean isHighlyAvailable(ReadableConfig given) {
        return !given.get(HighAvailabilityOptions.HA_MODE).equalsIgnoreCase("NONE");
    }

    /** What Flink's tools were told comes before the last checkpoint. */
    private Resume resume(ReadableConfig given) {
        return new Resume(
                fromScratch,
                given.getOptional(StateRecoveryOptions.SAVEPOINT_PATH),
                given.get(StateRecoveryOptions.SAVEPOINT_IGNORE_UNCLAIMED_STATE));
    }
}
