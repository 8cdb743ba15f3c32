package org.catalogtagger.streaming.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.BlobServerOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.YamlParserUtils;
import org.apache.flink.container.entrypoint.StandaloneApplicationClusterEntryPoint;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessSpec;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.jobmanager.JobManagerProcessSpec;
import org.apache.flink.runtime.jobmanager.JobManagerProcessUtils;
import org.apache.flink.runtime.taskexecutor.TaskManagerRunner;
import org.apache.flink.runtime.util.config.memory.ProcessMemoryUtils;
import org.catalogtagger.cli.SettingsFile;
import org.catalogtagger.streaming.cluster.Member.Kind;

/**
 * A JobManager or TaskManager: its configuration, and what Flink's own scripts make of it.
 *
 * @param isJobManager or a TaskManager
 */
record FlinkProcess(boolean isJobManager, Configuration configuration) {
    /** By its name, as the room of the commands lies above this one. */
    private static final String JOB = "org.catalogtagger.streaming.commands.StreamApplication";

    private static final String SESSION_TIMEOUT = "6 s";
    private static final String CONNECTION_TIMEOUT = "4 s";

    /**
     * One of a cluster, with high availability by its ZooKeeper.
     *
     * @param shared what is the same everywhere
     */
    static FlinkProcess of(Path shared, Member member, ClusterPlan plan, Path directory, Path temporary)
            throws IOException {
        Configuration flink = new Configuration();
        SettingsFile.read(shared)
                .tree()
                .properties()
                .forEach(setting -> flink.setString(
                        setting.getKey(), setting.getValue().asText().strip()));
        flink.set(HighAvailabilityOptions.HA_MODE, "zookeeper");
        flink.set(HighAvailabilityOptions.HA_ZOOKEEPER_QUORUM, plan.addresses(Kind.ZOOKEEPER));
        flink.set(HighAvailabilityOptions.HA_CLUSTER_ID, "catalog-tagger");
        flink.set(
                HighAvailabilityOptions.HA_STORAGE_PATH,
                directory.resolve("ha").toUri().toString());
        // A JobManager that stands by must see that the job has ended; else it would start it again.
        flink.setString("job-result-store.delete-on-commit", "false");
        flink.setString("application-result-store.delete-on-commit", "false");
        // So long the leader may be silent; the default is a minute.
        flink.setString(HighAvailabilityOptions.ZOOKEEPER_SESSION_TIMEOUT.key(), SESSION_TIMEOUT);
        flink.setString(HighAvailabilityOptions.ZOOKEEPER_CONNECTION_TIMEOUT.key(), CONNECTION_TIMEOUT);
        flink.set(CoreOptions.TMP_DIRS, temporary.toString());
        flink.set(BlobServerOptions.PORT, "0");
        String host = member.host();
        flink.setString("metrics.reporter.prom.host", host);
        flink.setString(
                "metrics.reporter.prom.port",
                Integer.toString(member.ports().get(member.ports().size() - 1)));
        boolean isJobManager = member.kind() == Kind.JOBMANAGER;
        if (isJobManager) {
            flink.set(JobManagerOptions.ADDRESS, host);
            flink.set(JobManagerOptions.BIND_HOST, host);
            flink.set(RestOptions.ADDRESS, host);
            flink.set(RestOptions.BIND_ADDRESS, host);
            flink.set(RestOptions.PORT, member.ports().get(0));
            flink.set(RestOptions.BIND_PORT, member.ports().get(0).toString());
            flink.set(
                    HighAvailabilityOptions.HA_JOB_MANAGER_PORT_RANGE,
                    member.ports().get(1).toString());
        } else {
            flink.set(TaskManagerOptions.HOST, host);
            flink.set(TaskManagerOptions.BIND_HOST, host);
        }
        return new FlinkProcess(isJobManager, flink);
    }

    void write(Path file) throws IOException {
        Map<String, Object> sorted = new TreeMap<>(configuration.toMap());
        Files.write(file, YamlParserUtils.convertAndDumpYamlFromFlatMap(sorted));
    }

    String entryPoint() {
        return (isJobManager ? StandaloneApplicationClusterEntryPoint.class : TaskManagerRunner.class).getName();
    }

    /** The heap and other limits by the configured memory, and {@code env.java.opts.all}. */
    List<String> jvmOptions() {
        List<String> options = new ArrayList<>(words(configuration.get(CoreOptions.FLINK_JVM_OPTIONS)));
        options.addAll(words(
                isJobManager
                        ? JobManagerProcessUtils.generateJvmParametersStr(jobManager(), configuration)
                        : ProcessMemoryUtils.generateJvmParametersStr(taskManager())));
        return options;
    }

    /**
     * What the entry point is given.
     *
     * @param folder of {@code config.yaml}
     * @param settings of the job
     */
    List<String> arguments(Path folder, Path settings) {
        List<String> arguments = new ArrayList<>(List.of("--configDir", folder.toString()));
        if (isJobManager) {
            arguments.addAll(List.of("--job-classname", JOB));
            arguments.addAll(words(JobManagerProcessUtils.generateDynamicConfigsStr(jobManager())));
            arguments.add(settings.toString());
        } else {
            arguments.addAll(words(TaskExecutorProcessUtils.generateDynamicConfigsStr(taskManager())));
        }
        return arguments;
    }

    private JobManagerProcessSpec jobManager() {
        return JobManagerProcessUtils.processSpecFromConfig(configuration);
    }

    private TaskExecutorProcessSpec taskManager() {
        return TaskExecutorProcessUtils.processSpecFromConfig(configuration);
    }

    private static List<String> words(String line) {
        return line.isBlank() ? List.of() : List.of(line.strip().split("\\s+"));
    }
}
