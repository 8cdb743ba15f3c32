package org.catalogtagger.streaming.job;

import java.io.IOException;
import java.util.Optional;
import java.util.stream.Stream;
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
    /** Flink's configuration for a job that goes on so, and leaves its own checkpoints in the same folder. */
    public Configuration configuration(StreamSettings settings, CheckpointFolder folder) {
        Configuration flink = FlinkEnvironment.configuration(settings, folder);
        flink.set(StateRecoveryOptions.SAVEPOINT_IGNORE_UNCLAIMED_STATE, allowNonRestoredState);
        if (!fromScratch) {
            from.or(folder::latest).ifPresent(path -> flink.set(StateRecoveryOptions.SAVEPOINT_PATH, path));
        }
        return flink;
    }

    /**
     * Deletes what earlier runs left, but for the last checkpoint, and that which the job goes on from. One that starts from
     * scratch deletes nothing: it may be a mistake. To be called while no job of the consumer group lives.
     */
    public void deleteOthers(CheckpointFolder folder) throws IOException {
        if (!fromScratch) {
            folder.deleteAllBut(
                    Stream.of(from, folder.latest()).flatMap(Optional::stream).toList());
        }
    }
}
