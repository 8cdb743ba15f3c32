package org.catalogtagger.streaming.commands;

import java.util.Optional;
import java.util.function.Consumer;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.catalogtagger.streaming.job.CheckpointFolder;
import org.catalogtagger.streaming.job.ClusterJobs;
import org.catalogtagger.streaming.job.FlinkEnvironment;
import org.catalogtagger.streaming.kafka.KafkaTopics;
import org.catalogtagger.streaming.lease.OneJob;
import org.catalogtagger.streaming.settings.StreamSettings;

/** The streaming job between Kafka's topics, as the one of its consumer group. */
final class StreamJob {
    private final StreamSettings settings;
    private final CheckpointFolder checkpoints;
    private final OneJob oneJob;

    private StreamJob(StreamSettings settings, CheckpointFolder checkpoints, OneJob oneJob) {
        this.settings = settings;
        this.checkpoints = checkpoints;
        this.oneJob = oneJob;
    }

    /**
     * Makes sure that the job can run. To be called before a checkpoint to go on from is looked for.
     *
     * @param cluster the mark of the highly available Flink cluster whose one job it is, if there is one
     * @param notices gets what the user should hear, a line each
     * @throws org.catalogtagger.cli.CommandException if Kafka does not answer, lacks the images, or the group has its job
     */
    static StreamJob prepare(StreamSettings settings, Optional<String> cluster, Consumer<String> notices)
            throws InterruptedException {
        // What is wrong with the settings is said before Kafka is asked, and given topics.
        Configuration unused = FlinkEnvironment.configuration(settings);
        OneJob.Sighting seen = OneJob.look(settings);
        KafkaTopics topics = new KafkaTopics(settings);
        topics.ensureTopics();
        topics.sizeNotice().ifPresent(notices);
        return new StreamJob(settings, topics.checkpoints(), OneJob.prepare(settings, seen, cluster, notices));
    }

    /** Where it leaves its checkpoints, and finds those of earlier runs. */
    CheckpointFolder checkpoints() {
        return checkpoints;
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
