package org.catalogtagger.streaming.job;

import java.io.IOException;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.catalogtagger.streaming.settings.StreamSettings;

/**
 * What a job goes on from.
 *
 * @param fromScratch nothing but Kafka's offsets
 * @param from a checkpoint or savepoint; empty for the last one
 * @param allowNonRestoredState whether state may be dropped that no part of the job takes
 */
public record Resume(boolean fromScratch, Optional<String> from, boolean allowNonRestoredState) {
    /** As a job does that nothing is said for. */
    public static Resume fromTheLast() {
        return new Resume(false, Optional.empty(), false);
    }

    /**
     * Flink's configuration for a job that goes on so. What the last run did not need is deleted; so no job of the
     * consumer group may live.
     */
    public Configuration configuration(StreamSettings settings) throws IOException {
        Configuration flink = FlinkEnvironment.configuration(settings, checkpoint(settings));
        flink.set(StateRecoveryOptions.SAVEPOINT_IGNORE_UNCLAIMED_STATE, allowNonRestoredState);
        return flink;
    }

    private Optional<String> checkpoint(StreamSettings settings) throws IOException {
        if (fromScratch || from.isPresent()) {
            return from;
        }
        CheckpointFolder folder = CheckpointFolder.of(settings);
        Optional<String> latest = folder.latest();
        if (latest.isPresent()) {
            folder.deleteAllBefore(latest.get());
        }
        return latest;
    }
}
