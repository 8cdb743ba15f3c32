package org.catalogtagger.streaming.job;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.api.common.BatchShuffleMode;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.RecoveryClaimMode;
import org.apache.flink.state.rocksdb.RocksDBConfigurableOptions;
import org.apache.flink.state.rocksdb.RocksDBOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.streaming.metrics.PrometheusEndpointFactory;
import org.catalogtagger.streaming.settings.StreamSettings;
import org.catalogtagger.streaming.settings.StreamSettings.StateBackend;
import org.rocksdb.CompactionStyle;
import org.rocksdb.CompressionType;

/** How the job's settings become Flink's. */
public final class FlinkEnvironment {
    /**
     * State can be spread over so many subtasks at most, and evenly over so many as divide it: it has 30 divisors, 1 to 6, 8, 9, 10, 12, 15,
     * 16 and so on, where Flink's own 128 has 8. Autoscalers pick such. It cannot be changed once there is state.
     */
    static final int MAX_PARALLELISM = 720;

    private static final int BUFFER_BYTES = 128 << 10;

    private static final Pattern ADDRESS = Pattern.compile("(\\S+):(\\d{1,5})");

    private FlinkEnvironment() {}

    /**
     * Flink's configuration for the job, with the place for its checkpoints.
     *
     * @throws CommandException if {@code flink.properties} holds what has its place elsewhere
     */
    public static Configuration configuration(StreamSettings settings, CheckpointFolder checkpoints) {
        Configuration flink = configuration(settings);
        flink.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.uri());
        flink.set(CheckpointingOptions.SAVEPOINT_DIRECTORY, checkpoints.uri());
        // By Flink's REST API a client sees these alone of a job's settings; to stop one it must say where the
        // savepoint goes.
        Map<String, String> parameters = new HashMap<>(
                flink.getOptional(PipelineOptions.GLOBAL_JOB_PARAMETERS).orElse(Map.of()));
        parameters.put(ClusterJobs.CHECKPOINT_FOLDER, checkpoints.uri());
        flink.set(PipelineOptions.GLOBAL_JOB_PARAMETERS, parameters);
        return flink;
    }

    /**
     * The same, without a place for them.
     *
     * @throws CommandException if {@code flink.properties} holds what has its place elsewhere
     */
    public static Configuration configuration(StreamSettings settings) {
        Configuration flink = ofEveryJob(settings.flink().parallelism());
        flink.set(PipelineOptions.MAX_PARALLELISM, MAX_PARALLELISM);
        flink.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, settings.flink().checkpointInterval());
        if (settings.flink().stateBackend() == StateBackend.ROCKSDB) {
            rocksDb(flink);
        }
        // The old run's files stay its own, and can be deleted whole.
        flink.set(StateRecoveryOptions.RESTORE_MODE, RecoveryClaimMode.NO_CLAIM);
        flink.set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        flink.set(CheckpointingOptions.CHECKPOINTING_TIMEOUT, Duration.ofMinutes(5));
        StreamSettings.Prometheus prometheus = settings.flink().prometheus();
        if (prometheus.port() != 0) {
            PrometheusEndpointFactory.configure(flink, prometheus.host(), prometheus.port(), prometheus.flinkMetrics());
        }
        MoreFlinkSettings.check(settings.flink().properties().keySet());
        settings.flink().properties().forEach(flink::setString);
        return flink;
    }

    /** State on local disk, as the job keeps it. */
    public static void rocksDb(Configuration flink) {
        flink.set(StateBackendOptions.STATE_BACKEND, "rocksdb");
        flink.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true);
        // Most tags are of products that were never heard of before.
        flink.set(RocksDBConfigurableOptions.USE_BLOOM_FILTER, true);
        // The filter of a file of a million products is larger than a shard of the cache, and was read anew for each
        // product: more than 500 µs (bench label-state, rocksdbAt1000000ExpiryMicros). In parts it is 17, and 15 in the
        // place of 49 at 400,000.
        flink.set(RocksDBOptions.USE_PARTITIONED_INDEX_FILTERS, true);
        // Products are put once and removed once, and each checkpoint makes a small file of them. Levels rewrite,
        // compress and upload all that waits every few checkpoints: with Snappy that took 20 core microseconds for each
        // tag of a job that kept 600,000 products, and more the more there were; this takes 6 to 13 (bench
        // stream-compact). The price is disk: up to three times what is kept, for as long as it is merged.
        flink.set(RocksDBConfigurableOptions.COMPACTION_STYLE, CompactionStyle.UNIVERSAL);
        flink.set(RocksDBConfigurableOptions.COMPRESSION_PER_LEVEL, List.of(CompressionType.LZ4_COMPRESSION));
    }

    /** Flink in this JVM for jobs that end by themselves. */
    public static LocalFlink batch(int parallelism) throws IOException {
        Configuration flink = ofEveryJob(parallelism);
        flink.set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.BATCH);
        // Blocking exchanges would write all images to disk before the first is classified.
        flink.set(ExecutionOptions.BATCH_SHUFFLE_MODE, BatchShuffleMode.ALL_EXCHANGES_PIPELINED);
        flink.set(JobManagerOptions.SCHEDULER, JobManagerOptions.SchedulerType.Default);
        // What fails here would fail again: say so at once.
        flink.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        // Figures for the progress bar come with it.
        flink.set(HeartbeatManagerOptions.HEARTBEAT_INTERVAL, Duration.ofSeconds(1));
        return new LocalFlink(flink);
    }

    private static Configuration ofEveryJob(int parallelism) {
        Configuration flink = new Configuration();
        flink.set(CoreOptions.DEFAULT_PARALLELISM, parallelism);
        // Our operators neither change nor keep what they are given, beyond the immutable values themselves.
        flink.set(PipelineOptions.OBJECT_REUSE, true);
        // Kryo would be slow and would break restored state when a class changes; let it fail the build's tests
        // instead.
        flink.set(PipelineOptions.GENERIC_TYPES, false);
        return flink;
    }

    /** Flink in this JVM, with its web page on loopback, at the port that is set, or else 8081 or the next that is free. */
    public static LocalFlink local(Configuration flink) throws IOException {
        Configuration local = new Configuration(flink);
        setDefault(local, RestOptions.BIND_PORT, "8081-8099,0");
        // A buffer of 32 KiB, Flink's default, holds a dozen images, and each that is read wakes the thread that fills
        // it (bench stream-compact: 16.7 core microseconds an image in the classifying task, 10.8 with 128 KiB).
        setDefault(local, TaskManagerOptions.MEMORY_SEGMENT_SIZE, new MemorySize(BUFFER_BYTES));
        MemorySize network = MemorySize.ofMebiBytes(64 + 16L * flink.get(CoreOptions.DEFAULT_PARALLELISM));
        if (!local.contains(TaskManagerOptions.NETWORK_MEMORY_MIN)
                && !local.contains(TaskManagerOptions.NETWORK_MEMORY_MAX)) {
            local.set(TaskManagerOptions.NETWORK_MEMORY_MIN, network);
            local.set(TaskManagerOptions.NETWORK_MEMORY_MAX, network);
        }
        return new LocalFlink(local);
    }

    private static <T> void setDefault(Configuration flink, ConfigOption<T> option, T value) {
        if (!flink.contains(option)) {
            flink.set(option, value);
        }
    }

    /** Whether a text is a {@code host:port}. */
    public static boolean isAddress(String jobmanager) {
        return ADDRESS.matcher(jobmanager).matches();
    }

    /**
     * An environment on a cluster. The job brings no jars: the cluster's class path has them, because a native library
     * such as PyTorch's can be loaded by one class loader only, and Flink gives each job's jars a loader of their own.
     *
     * @param jobmanager {@code host:port} of its REST endpoint
     */
    public static StreamExecutionEnvironment remote(String jobmanager, Configuration flink) {
        Matcher address = ADDRESS.matcher(jobmanager);
        if (!address.matches()) {
            throw new CommandException("--jobmanager must be HOST:PORT, not " + jobmanager);
        }
        return StreamExecutionEnvironment.createRemoteEnvironment(
                address.group(1), Integer.parseInt(address.group(2)), flink);
    }
}
