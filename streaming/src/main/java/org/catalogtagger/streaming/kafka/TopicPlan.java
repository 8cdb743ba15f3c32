package org.catalogtagger.streaming.kafka;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.config.TopicConfig;
import org.catalogtagger.streaming.settings.StreamSettings;

/**
 * A topic as the job needs it.
 *
 * @param use what it is for, in a few words
 * @param maker who makes it if it is not there
 * @param spread whether it has as many partitions as the images, else one
 * @param compacted whether Kafka must keep the newest record of each key for ever
 * @param largest its records may be so many bytes at least; none if the broker's default will do
 */
record TopicPlan(String name, String use, Maker maker, boolean spread, boolean compacted, Optional<Integer> largest) {
    /** Room for keys and headers beside the largest image that may come, in bytes. */
    static final int RECORD_OVERHEAD = 1 << 20;

    /** Who makes a topic. */
    enum Maker {
        /** Whoever runs Kafka, or {@code tagger topics --create}: how many partitions it has is their decision. */
        USER,
        /** The job, when it starts: it writes there, or reads what may never come. */
        JOB
    }

    /** All topics of the settings, the images first. */
    static List<TopicPlan> all(StreamSettings settings) {
        StreamSettings.Kafka kafka = settings.kafka();
        int image = settings.images().maxBytes() + RECORD_OVERHEAD;
        return List.of(
                new TopicPlan(kafka.imagesTopic(), "images to tag", Maker.USER, true, false, Optional.of(image)),
                of(kafka.labelsTopic(), "true labels that come apart from the images", true),
                of(kafka.tagsTopic(), "tags", true),
                of(kafka.shadowTagsTopic(), "tags of the shadow model", true),
                new TopicPlan(
                        kafka.rejectedTopic(),
                        "records without a tag",
                        Maker.JOB,
                        true,
                        false,
                        Optional.of(image + RECORD_OVERHEAD)),
                of(kafka.accuracyTopic(), "accuracy per window", false),
                of(kafka.driftAlertsTopic(), "drift alerts", false),
                of(kafka.acceptancesTopic(), "drift alerts that are accepted", false),
                compacted(kafka.baselinesTopic(), "how models did in their tests"),
                compacted(kafka.releasesTopic(), "models released to the job"),
                of(kafka.releaseOutcomesTopic(), "what became of releases", false));
    }

    private static TopicPlan of(String name, String use, boolean spread) {
        return new TopicPlan(name, use, Maker.JOB, spread, false, Optional.empty());
    }

    private static TopicPlan compacted(String name, String use) {
        return new TopicPlan(name, use, Maker.JOB, false, true, Optional.empty());
    }

    /**
     * What is wrong with the topic as it is.
     *
     * @param images the topic of the images, if it is there
     */
    List<String> faults(FoundTopic found, Optional<FoundTopic> images) {
        List<String> faults = new ArrayList<>();
        if (compacted && !found.cleanup().equals(TopicConfig.CLEANUP_POLICY_COMPACT)) {
            faults.add("cleanup.policy is %s and must be compact, or what is in force is forgotten in time"
                    .formatted(found.cleanup()));
        }
        if (maker == Maker.JOB && largest.isPresent() && images.isPresent()) {
            int needed = images.get().maxMessageBytes() + RECORD_OVERHEAD;
            if (found.maxMessageBytes() < needed) {
                faults.add("max.message.bytes is %d, and %d would hold whatever %s does"
                        .formatted(found.maxMessageBytes(), needed, images.get().name()));
            }
        }
        return faults;
    }
}
