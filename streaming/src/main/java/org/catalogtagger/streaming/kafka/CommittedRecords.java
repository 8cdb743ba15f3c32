package org.catalogtagger.streaming.kafka;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads what the job has written as its readers should: committed records only. */
public final class CommittedRecords {
    static final Duration POLL = Duration.ofMillis(200);
    static final Duration PATIENCE = Duration.ofMinutes(1);

    private CommittedRecords() {}

    /** A consumer of committed records from the beginning, in a group of its own, that commits no offsets. */
    public static KafkaConsumer<byte[], byte[]> consumer(String bootstrapServers) {
        return consumer(bootstrapServers, Map.of());
    }

    /**
     * A consumer as above.
     *
     * @param clientProperties more Kafka client settings
     */
    public static KafkaConsumer<byte[], byte[]> consumer(
            String bootstrapServers, Map<String, String> clientProperties) {
        Properties properties = new Properties();
        properties.putAll(clientProperties);
        properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        properties.put(
                ConsumerConfig.GROUP_ID_CONFIG,
                "catalog-tagger-reader-" + ProcessHandle.current().pid());
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class.getName());
        properties.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class.getName());
        return new KafkaConsumer<>(properties);
    }

    /** All committed records that a topic holds now. */
    public static List<ConsumerRecord<byte[], byte[]>> readAll(String bootstrapServers, String topic) {
        List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(bootstrapServers)) {
            readThrough(consumer, topic, all::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all;
    }

    /** What is done with a record. */
    @FunctionalInterface
    public interface Action {
        /** May fail, which ends the reading. */
        void take(ConsumerRecord<byte[], byte[]> committed) throws IOException;
    }

    /**
     * Hands on the committed records that a topic holds as this begins. The next ones are those that the consumer polls next.
     *
     * @throws IOException if Kafka gives none for a minute, or the action fails
     */
    public static void readThrough(KafkaConsumer<byte[], byte[]> consumer, String topic, Action action)
            throws IOException {
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
        Map<TopicPartition, Range> ranges = new HashMap<>();
        consumer.endOffsets(partitions)
                .forEach((each, end) -> ranges.put(each, new Range(begins.getOrDefault(each, 0L), end)));
        readRanges(consumer, ranges, action);
    }

    /**
     * Offsets of a partition.
     *
     * @param from of the first record
     * @param to after the last
     */
    record Range(long from, long to) {}

    /**
     * Hands on the committed records of some partitions between offsets. What comes next is what the consumer polls next.
     *
     * @throws IOException if Kafka gives none for a minute, or the action fails
     */
    static void readRanges(KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Range> ranges, Action action)
            throws IOException {
        consumer.assign(ranges.keySet());
        ranges.forEach((partition, range) -> consumer.seek(partition, range.from()));
        long heard = System.nanoTime();
        long read = 0;
        while (true) {
            Set<TopicPartition> done = new HashSet<>();
            long now = 0;
            for (Map.Entry<TopicPartition, Range> each : ranges.entrySet()) {
                long position = consumer.position(each.getKey());
                now += Math.min(position, each.getValue().to());
                if (position >= each.getValue().to()) {
                    done.add(each.getKey());
                }
            }
            if (done.size() == ranges.size()) {
                break;
            }
            // What lies beyond is not wanted, and its coming says nothing of the others.
            consumer.pause(done);
            if (now != read) {
                read = now;
                heard = System.nanoTime();
            } else if (System.nanoTime() - heard > PATIENCE.toNanos()) {
                throw new IOException("Kafka gives no more records of "
                        + ranges.keySet().iterator().next().topic());
            }
            for (ConsumerRecord<byte[], byte[]> each : consumer.poll(POLL)) {
                TopicPartition partition = new TopicPartition(each.topic(), each.partition());
                if (each.offset()
                        < Objects.requireNonNull(ranges.get(partition)).to()) {
                    action.take(each);
                }
            }
        }
        consumer.resume(ranges.keySet());
        ranges.forEach((partition, range) -> consumer.seek(partition, range.to()));
    }
}
