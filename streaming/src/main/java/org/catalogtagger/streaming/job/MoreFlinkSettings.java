package org.catalogtagger.streaming.job;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.FallbackKey;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.catalogtagger.cli.CommandException;

/**
 * Flink's own settings, passed through: all but those that have a name of ours, that keep others out, or that would undo what
 * the job promises.
 */
final class MoreFlinkSettings {
    private static final Map<String, String> WHY_NOT = new HashMap<>();

    private static final String DEFAULT_SCHEDULER =
            "the job needs Flink's default scheduler; the adaptive one deploys tasks before it is known that no other"
                    + " job of the consumer group lives";

    static {
        refuse(CoreOptions.DEFAULT_PARALLELISM, "flink.parallelism says it");
        refuse(StateBackendOptions.STATE_BACKEND, "flink.stateBackend says it");
        refuse(CheckpointingOptions.CHECKPOINTING_INTERVAL, "flink.checkpointInterval says it");
        refuse(CheckpointingOptions.CHECKPOINTS_DIRECTORY, "flink.checkpointDirectory says it");
        refuse(CheckpointingOptions.SAVEPOINT_DIRECTORY, "flink.checkpointDirectory says it");
        refuse(StateRecoveryOptions.SAVEPOINT_PATH, "a job goes on from its own last checkpoint");
        refuse(
                StateRecoveryOptions.RESTORE_MODE,
                "it is NO_CLAIM: a run that claimed the last one's files would lose them when those are deleted");
        refuse(StateRecoveryOptions.SAVEPOINT_IGNORE_UNCLAIMED_STATE, "--allow-non-restored-state says it");
        refuse(JobManagerOptions.SCHEDULER, DEFAULT_SCHEDULER);
        refuse(JobManagerOptions.SCHEDULER_MODE, DEFAULT_SCHEDULER);
        ClosedFlink.CLOSED.forEach(
                option -> refuse(option, "a Flink in this JVM is for this machine only, and its page for looking"));
    }

    private MoreFlinkSettings() {}

    private static void refuse(ConfigOption<?> option, String why) {
        WHY_NOT.put(option.key(), why);
        for (FallbackKey other : option.fallbackKeys()) {
            WHY_NOT.put(other.getKey(), why);
        }
    }

    /**
     * Looks at the names of such settings.
     *
     * @throws CommandException naming those that are refused, and why
     */
    static void check(Collection<String> names) {
        String refused = new TreeSet<>(names)
                .stream()
                        .filter(WHY_NOT::containsKey)
                        .map(name -> "%s does not belong there: %s".formatted(name, WHY_NOT.get(name)))
                        .collect(Collectors.joining("; "));
        if (!refused.isEmpty()) {
            throw new CommandException("flink.properties: " + refused);
        }
    }
}
