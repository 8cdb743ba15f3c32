package org.catalogtagger.streaming.job;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.FallbackKey;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.catalogtagger.cli.CommandException;

/** Flink's own settings, passed through: all but those that have a name of ours, and those that keep others out. */
final class MoreFlinkSettings {
    private static final Map<String, String> WHY_NOT = new HashMap<>();

    static {
        refuse(CoreOptions.DEFAULT_PARALLELISM, "flink.parallelism says it");
        refuse(StateBackendOptions.STATE_BACKEND, "flink.stateBackend says it");
        refuse(CheckpointingOptions.CHECKPOINTING_INTERVAL, "flink.checkpointInterval says it");
        refuse(CheckpointingOptions.CHECKPOINTS_DIRECTORY, "flink.checkpointDirectory says it");
        refuse(CheckpointingOptions.SAVEPOINT_DIRECTORY, "flink.checkpointDirectory says it");
        refuse(StateRecoveryOptions.SAVEPOINT_PATH, "a job goes on from its own last checkpoint");
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
     * @throws CommandException naming the first that is refused, and why
     */
    static void check(Collection<String> names) {
        for (String name : new TreeSet<>(names)) {
            Optional.ofNullable(WHY_NOT.get(name)).ifPresent(why -> {
                throw new CommandException("flink.properties: %s does not belong there: %s".formatted(name, why));
            });
        }
    }
}
