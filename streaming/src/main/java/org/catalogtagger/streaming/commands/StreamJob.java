package org.catalogtagger.streaming.commands;

import java.util.function.Consumer;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.catalogtagger.streaming.job.ClusterJobs;
import org.catalogtagger.streaming.kafka.KafkaTopics;
import org.catalogtagger.streaming.lease.OneJob;
import org.catalogtagger.streaming.settings.StreamSettings;

/** The streaming job between Kafka's topics, as the one of its consumer group. */
final class StreamJob {
    private final StreamSettings settings;
    private final OneJob oneJob;

    private StreamJob(StreamSettings settings, OneJob oneJob) {
        this.settings = settings;
        this.oneJob = oneJob;
    }

    /**
     * Makes sure that the job can run. To be called before a checkpoint to go on from is looked for.
     *
     * @param notices gets what the user should hear, a line each
     * @throws org.catalogtagger.cli.CommandException if Kafka does not answer, lacks the images, or the group has its job
     */
    static StreamJob prepare(StreamSettings settings, Consumer<String> notices) throws InterruptedException {
        KafkaTopics topics = new KafkaTopics(settings);
        topics.ensureTopics();
        topics.sizeNotice().ifPresent(notices);
        return new StreamJob(settings, OneJob.prepare(settings, notices));
    }

    void assemble(StreamExecutionEnvironment env) {
        KafkaTopics topics = new KafkaTopics(settings);
        oneJob.guard(topics.job().assemble(env, settings.tagging(), topics.readers()));
    }

    /** What Flink's page and {@code tagger jobs} call it. */
    String name() {
        return ClusterJobs.name(settings.kafka().consumerGroup());
    }
}
