package org.catalogtagger.streaming.lease;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.catalogtagger.streaming.settings.StreamSettings;

/**
 * Whose checkpoint it is: what a run must have in common with the one that it goes on from, as the offsets and transactions
 * in a checkpoint mean nothing elsewhere.
 *
 * @param cluster the id of the Kafka cluster
 */
record CheckpointOwner(String consumerGroup, String imagesTopic, String cluster) {
    private static final String SEPARATOR = "\n";

    static CheckpointOwner of(StreamSettings.Kafka kafka, String cluster) {
        return new CheckpointOwner(kafka.consumerGroup(), kafka.imagesTopic(), cluster);
    }

    /** As it lies in a checkpoint. */
    byte[] toBytes() {
        return String.join(SEPARATOR, consumerGroup, imagesTopic, cluster).getBytes(StandardCharsets.UTF_8);
    }

    /** Why a run of this one cannot go on from a checkpoint, if so; first checkpoints said the consumer group only. */
    Optional<String> fault(byte[] inCheckpoint) {
        String[] other = new String(inCheckpoint, StandardCharsets.UTF_8).split(SEPARATOR, -1);
        String[] own = {consumerGroup, imagesTopic, cluster};
        String[] names = {"consumer group", "images topic", "Kafka cluster"};
        for (int i = 0; i < Math.min(own.length, other.length); i++) {
            if (!own[i].equals(other[i])) {
                return Optional.of(
                        "the checkpoint is of the job of %s %s, and this is the job of %s; give it a kafka.consumerGroup of its own, or start it --from-scratch"
                                .formatted(names[i], other[i], own[i]));
            }
        }
        return Optional.empty();
    }
}
