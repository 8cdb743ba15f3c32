package org.catalogtagger.streaming.process;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.PipelineOptionsInternal;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.runtime.entrypoint.FlinkParseException;
import org.apache.flink.runtime.taskexecutor.TaskManagerRunner;

/** What the process that this code runs in is to Flink; lets it end when it has stood still for too long: src/site/one-job.md. */
public final class FlinkProcesses {
    /** Servers grant no more than 20 of their ticks (maxSessionTimeout), of two seconds by default, whatever is asked. */
    private static final Duration LONGEST_SESSION = Duration.ofSeconds(40);

    private FlinkProcesses() {}

    /**
     * Watches over this JobManager: ZooKeeper may have another lead. Were it to go on, it would complete the checkpoint that it was
     * about to, which no successor knows of, and delete the one before it, from which the successor restores. On Kubernetes Flink
     * stores a checkpoint only while it leads.
     *
     * @param flink its configuration; nothing happens unless it is highly available by ZooKeeper and in application mode
     */
    public static void watchJobManager(ReadableConfig flink) {
        boolean isForOneJob =
                flink.getOptional(PipelineOptionsInternal.PIPELINE_FIXED_JOB_ID).isPresent();
        if (flink.get(HighAvailabilityOptions.HA_MODE).equalsIgnoreCase("ZOOKEEPER") && isForOneJob) {
            Duration configured = flink.get(HighAvailabilityOptions.ZOOKEEPER_SESSION_TIMEOUT);
            Duration agreed = configured.compareTo(LONGEST_SESSION) < 0 ? configured : LONGEST_SESSION;
            // So long after the last answer ZooKeeper's client counts its connection as lost, and Flink that it leads
            // no more.
            StandstillWatch.start(agreed.multipliedBy(2).dividedBy(3));
        }
    }

    /**
     * Watches over this TaskManager, if the process is one: the JobManager may have given it up, and have others do its tasks. Were it
     * to go on, its producers would ask for their transactional ids once more, which fences those of its successors and aborts what they
     * are about to commit.
     */
    public static void watchTaskManager() {
        patienceWithTaskManager(command()).ifPresent(StandstillWatch::start);
    }

    /** Whether this process is a TaskManager, and nothing else. */
    static boolean isTaskManager() {
        return isTaskManager(command());
    }

    private static boolean isTaskManager(String... command) {
        // On Kubernetes and YARN it is another class.
        return command[0].endsWith("TaskManagerRunner") || command[0].endsWith("TaskExecutorRunner");
    }

    private static String[] command() {
        return System.getProperty("sun.java.command", "").split(" ", -1);
    }

    /**
     * How long the JobManager waits for a TaskManager at least.
     *
     * @param command the class of a process, and its arguments
     * @return empty if it is no TaskManager
     */
    static Optional<Duration> patienceWithTaskManager(String... command) {
        if (!isTaskManager(command)) {
            return Optional.empty();
        }
        ReadableConfig flink = configuration(Arrays.copyOfRange(command, 1, command.length));
        // The last answer may be as old as one interval.
        return Optional.of(flink.get(HeartbeatManagerOptions.HEARTBEAT_TIMEOUT)
                .minus(flink.get(HeartbeatManagerOptions.HEARTBEAT_INTERVAL)));
    }

    /** As the process itself has it. */
    private static Configuration configuration(String... arguments) {
        try {
            return TaskManagerRunner.loadConfiguration(arguments);
        } catch (FlinkParseException e) {
            return GlobalConfiguration.loadConfiguration();
        }
    }
}
