package org.catalogtagger.streaming.watch;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.catalogtagger.cli.ErrorLine;
import org.catalogtagger.streaming.kafka.CommittedRecords;

/**
 * Reads topics from some way back on, as they grow, in a thread of its own. Topics and partitions that are not there yet
 * are read once they are; a Kafka that is away is waited for.
 */
final class TopicFollower implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration ASK = Duration.ofSeconds(5);

    /** How far back a topic is read. */
    enum From {
        /** All that it holds. */
        BEGINNING,
        /** What came since a time, and {@link #NEWEST} records at least. */
        SINCE,
        /** The newest {@link #NEWEST} records. */
        NEWEST_FEW
    }

    /** Of a partition. */
    private static final long NEWEST = 500;

    /**
     * Each partition's first so many bytes at most: a topic of large images must not crowd the others out.
     */
    private static final int FETCH_BYTES = 1 << 20;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<String, From> topics;
    private final Instant since;
    private final Consumer<ConsumerRecord<byte[], byte[]>> taker;
    private final Consumer<String> trouble;
    private final Set<TopicPartition> followed = new HashSet<>();
    private final Thread thread = new Thread(this::follow, "watch topics");
    private volatile boolean stopping;
    private long askedNanos = System.nanoTime() - ASK.toNanos();

    /**
     * Starts to read.
     *
     * @param taker gets each record, in one thread
     * @param trouble gets what is wrong with Kafka, empty if nothing is
     */
    TopicFollower(
            String bootstrapServers,
            Map<String, String> properties,
            Map<String, From> topics,
            Instant since,
            Consumer<ConsumerRecord<byte[], byte[]>> taker,
            Consumer<String> trouble) {
        this.topics = Map.copyOf(topics);
        this.since = since;
        this.taker = taker;
        this.trouble = trouble;
        Map<String, String> client = new HashMap<>(properties);
        client.putIfAbsent("max.partition.fetch.bytes", Integer.toString(FETCH_BYTES));
        client.putIfAbsent("max.poll.records", "2000");
        consumer = CommittedRecords.consumer(bootstrapServers, client);
        thread.setDaemon(true);
        thread.start();
    }

    private void follow() {
        try (consumer) {
            while (!stopping) {
                try {
                    if (System.nanoTime() - askedNanos >= ASK.toNanos()) {
                        askedNanos = System.nanoTime();
                        trouble.accept(followNewPartitions());
                    }
                    if (followed.isEmpty()) {
                        Thread.sleep(POLL.toMillis());
                    } else {
                        consumer.poll(POLL).forEach(taker);
                    }
                } catch (WakeupException e) {
                    stopping = true;
                } catch (TimeoutException e) {
                    trouble.accept("Kafka does not answer");
                } catch (KafkaException e) {
                    trouble.accept(ErrorLine.of(e));
                    Thread.sleep(POLL.toMillis());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What is missing, for people; empty if nothing is. */
    private String followNewPartitions() {
        Map<String, List<PartitionInfo>> present = consumer.listTopics(ASK);
        List<TopicPartition> fresh = new ArrayList<>();
        for (String topic : topics.keySet()) {
            for (PartitionInfo info : present.getOrDefault(topic, List.of())) {
                TopicPartition partition = new TopicPartition(topic, info.partition());
                if (!followed.contains(partition)) {
                    fresh.add(partition);
                }
            }
        }
        if (!fresh.isEmpty()) {
            follow(fresh);
        }
        String missing = topics.keySet().stream()
                .filter(topic -> !present.containsKey(topic))
                .sorted()
                .collect(Collectors.joining(", "));
        return missing.isEmpty() ? "" : "topics that are not there yet: " + missing;
    }

    private void follow(List<TopicPartition> fresh) {
        Map<TopicPartition, Long> begins = consumer.beginningOffsets(fresh, ASK);
        Map<TopicPartition, Long> ends = consumer.endOffsets(fresh, ASK);
        Map<TopicPartition, Long> times = new HashMap<>();
        fresh.forEach(partition -> times.put(partition, since.toEpochMilli()));
        Map<TopicPartition, OffsetAndTimestamp> sinceOffsets = consumer.offsetsForTimes(times, ASK);
        followed.addAll(fresh);
        consumer.assign(followed);
        for (TopicPartition partition : fresh) {
            long begin = begins.getOrDefault(partition, 0L);
            long newest = Math.max(begin, ends.getOrDefault(partition, 0L) - NEWEST);
            OffsetAndTimestamp atTime = sinceOffsets.get(partition);
            consumer.seek(
                    partition,
                    switch (topics.getOrDefault(partition.topic(), From.NEWEST_FEW)) {
                        case BEGINNING -> begin;
                        case SINCE -> atTime == null ? newest : Math.min(newest, atTime.offset());
                        case NEWEST_FEW -> newest;
                    });
        }
    }

    @Override
    public void close() throws InterruptedException {
        stopping = true;
        consumer.wakeup();
        thread.join();
    }
}
