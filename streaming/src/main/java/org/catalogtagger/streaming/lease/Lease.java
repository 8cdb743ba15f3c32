package org.catalogtagger.streaming.lease;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.catalogtagger.streaming.settings.StreamSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to run as the job of a consumer group, held by being the one member of a group of its own, which Kafka's
 * coordinator watches over (why so: {@code src/site/one-job.md}). Not thread-safe, but may pass from thread to thread.
 */
final class Lease implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Lease.class);

    /** Kafka takes who has not been heard of for so long for dead. */
    static final Duration SESSION = Duration.ofSeconds(15);

    private static final Duration HEARTBEAT = Duration.ofSeconds(3);
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final Duration JOINING = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(50);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final TopicPartition partition;
    private final Holder holder;
    private final LeaseRecord before;
    private long confirmations;

    private Lease(KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, Holder holder, LeaseRecord before) {
        this.consumer = consumer;
        this.partition = partition;
        this.holder = holder;
        this.before = before;
    }

    /**
     * Takes the lease.
     *
     * @param expected epoch that was seen when the job was prepared: what it goes on from is the last then
     * @throws RefusedException if another job has it, or has had it since then
     * @throws KafkaException if Kafka does not answer
     */
    static Lease take(StreamSettings.Kafka kafka, Holder holder, long expected) {
        LeaseRecord seen = LeaseRecord.read(kafka);
        // A job that Flink has restarted, on another machine perhaps, takes its own lease over at once.
        if (!seen.isOf(holder.start())) {
            requireFree(kafka, seen, expected);
        }
        return join(kafka, holder, seen);
    }

    /**
     * Takes it again where it may have been lost: not from another JobManager that has taken the job over since, as of two
     * that both count themselves the leader the later is right.
     *
     * @throws RefusedException as {@link #take}
     * @throws KafkaException if another JobManager has the job, or Kafka does not answer
     */
    static Lease takeAgain(StreamSettings.Kafka kafka, Holder holder, long expected) {
        LeaseRecord seen = LeaseRecord.read(kafka);
        if (!seen.holder().equals(Optional.of(holder))) {
            if (seen.isOf(holder.start())) {
                throw takenOver(seen);
            }
            requireFree(kafka, seen, expected);
        }
        return join(kafka, holder, seen);
    }

    private static KafkaException takenOver(LeaseRecord now) {
        return new KafkaException("another JobManager has taken the job over: "
                + now.holder().map(Holder::toString).orElse("not known"));
    }

    private static Lease join(StreamSettings.Kafka kafka, Holder holder, LeaseRecord seen) {
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(properties(kafka));
        try {
            join(consumer, kafka);
            LeaseRecord now = LeaseRecord.read(kafka);
            if (now.epoch() != seen.epoch()) {
                throw now.isOf(holder.start()) ? takenOver(now) : another(kafka, now);
            }
            Lease lease = new Lease(consumer, LeaseRecord.partition(kafka), holder, seen);
            lease.confirm();
            return lease;
        } catch (RuntimeException e) {
            leave(consumer);
            throw e;
        }
    }

    private static void requireFree(StreamSettings.Kafka kafka, LeaseRecord seen, long expected) {
        if (seen.isHeld()) {
            throw another(kafka, seen);
        }
        if (seen.epoch() != expected) {
            throw new RefusedException(
                    "another job of consumer group %s has run since this one was prepared (%s); start it again"
                            .formatted(
                                    kafka.consumerGroup(),
                                    seen.holder().map(Holder::toString).orElse("not known")));
        }
    }

    /** What a second start is told. */
    static RefusedException another(StreamSettings.Kafka kafka, LeaseRecord held) {
        return new RefusedException(
                "consumer group %s has its job already (%s); stop that first, or give this one a kafka.consumerGroup of its own"
                        .formatted(
                                kafka.consumerGroup(),
                                held.holder().map(Holder::toString).orElse("starting now")));
    }

    private static Properties properties(StreamSettings.Kafka kafka) {
        Properties properties = new Properties();
        properties.putAll(kafka.properties());
        properties.putAll(Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                kafka.bootstrapServers(),
                ConsumerConfig.GROUP_ID_CONFIG,
                LeaseRecord.group(kafka),
                // One name, one member: who joins takes the place of the one before, who finds itself fenced.
                ConsumerConfig.GROUP_INSTANCE_ID_CONFIG,
                "job",
                ConsumerConfig.GROUP_PROTOCOL_CONFIG,
                "classic",
                ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
                (int) SESSION.toMillis(),
                // Also who only does not ask any more, though its heartbeats go on.
                ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG,
                (int) SESSION.toMillis(),
                ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
                (int) HEARTBEAT.toMillis(),
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                (int) ANSWER.toMillis(),
                ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                (int) ANSWER.toMillis(),
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false));
        properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        properties.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
        return properties;
    }

    private static void join(KafkaConsumer<byte[], byte[]> consumer, StreamSettings.Kafka kafka) {
        consumer.subscribe(List.of(kafka.imagesTopic()), new ConsumerRebalanceListener() {
            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                // It is there to be a member, not to read.
                consumer.pause(partitions);
            }

            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> partitions) {}

            @Override
            public void onPartitionsLost(Collection<TopicPartition> partitions) {
                // Else the consumer would join again by itself, and take the place of whoever came since.
                throw new KafkaException("the group's coordinator has given this member up");
            }
        });
        long deadline = System.nanoTime() + JOINING.toNanos();
        while (consumer.assignment().isEmpty()) {
            if (System.nanoTime() > deadline) {
                throw new KafkaException("group %s could not be joined within %d s"
                        .formatted(LeaseRecord.group(kafka), JOINING.toSeconds()));
            }
            keepUp(consumer);
        }
    }

    private static void keepUp(KafkaConsumer<byte[], byte[]> consumer) {
        ConsumerRecords<byte[], byte[]> unused = consumer.poll(POLL);
    }

    /** Stays a member; to be called every second or so. */
    void keepUp() {
        keepUp(consumer);
    }

    /**
     * Has Kafka confirm that the lease is held, at some time between call and return.
     *
     * @throws RetriableException if that is not known
     * @throws KafkaException if it is lost
     */
    void confirm() {
        confirmations++;
        commit(" " + confirmations);
    }

    private void commit(String more) {
        consumer.commitSync(Map.of(partition, new OffsetAndMetadata(before.epoch() + 1, holder.text() + more)), ANSWER);
    }

    /** Whether whoever had it before went in good order, and may not wake up again. */
    boolean wasHandedBack() {
        return before.isHandedBack();
    }

    /** Gives it up once nothing of the job runs any more, so that another may start at once. */
    void handBack() {
        try {
            commit(LeaseRecord.HANDED_BACK);
        } catch (KafkaException e) {
            LOG.debug("the lease was not held any more", e);
        }
        leave(consumer);
    }

    /** Stops keeping it, while something of the job may still run: others wait until Kafka has given it up. */
    @Override
    public void close() {
        close(consumer, CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP);
    }

    private static void leave(KafkaConsumer<byte[], byte[]> consumer) {
        close(consumer, CloseOptions.GroupMembershipOperation.LEAVE_GROUP);
    }

    private static void close(
            KafkaConsumer<byte[], byte[]> consumer, CloseOptions.GroupMembershipOperation membership) {
        try {
            consumer.close(CloseOptions.timeout(ANSWER).withGroupMembershipOperation(membership));
        } catch (KafkaException e) {
            LOG.debug("the group was not left in good order; Kafka gives the lease up by itself", e);
        }
    }
}
