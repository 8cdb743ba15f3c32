package org.catalogtagger.streaming.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.catalogtagger.streaming.kafka.CommittedRecords;

/** Few events a second, and how long it takes until a reader of committed tags has each one's. */
final class LightLoad {
    private static final double EVENTS_PER_SECOND = 20;
    private static final int WARM_UP = 200;
    private static final int EVENTS = WARM_UP + Integer.getInteger("bench.events", 600);

    private LightLoad() {}

    /**
     * Publishes events, and waits for their tags.
     *
     * @return from an event's timestamp to its tag, milliseconds, sorted
     */
    static List<Long> millis(BenchJob bench, BenchImages images, String topic, String tagsTopic) {
        try (KafkaConsumer<byte[], byte[]> tags = CommittedRecords.consumer(bench.bootstrapServers())) {
            tags.assign(
                    List.of(new TopicPartition(tagsTopic, 0), new TopicPartition(tagsTopic, BenchJob.PARTITIONS - 1)));
            CompletableFuture<Void> sending = CompletableFuture.runAsync(
                    () -> images.publish(bench.bootstrapServers(), topic, 0, EVENTS, EVENTS_PER_SECOND));
            List<Long> millis = new ArrayList<>();
            long deadline = System.nanoTime()
                    + TimeUnit.SECONDS.toNanos(60)
                    + (long) (EVENTS / EVENTS_PER_SECOND * TimeUnit.SECONDS.toNanos(1));
            while (millis.size() < EVENTS) {
                for (ConsumerRecord<byte[], byte[]> tag : tags.poll(Duration.ofMillis(100))) {
                    // A tag's timestamp is its event's.
                    millis.add(System.currentTimeMillis() - tag.timestamp());
                }
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("%d tags of %d events".formatted(millis.size(), EVENTS));
                }
            }
            sending.join();
            return millis.subList(WARM_UP, EVENTS).stream().sorted().toList();
        }
    }

    static double quantile(List<Long> sorted, double share) {
        return sorted.get((int) Math.min(sorted.size() - 1L, Math.round(share * sorted.size())));
    }
}
