package org.catalogtagger.deploy.chaos;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.streaming.kafka.CommittedRecords;

/** Reads the committed tags as they come, counts them, and sees when they come again after a disturbance. */
final class TagWatch implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final long[] newestEventMillis;
    private final AtomicInteger seen = new AtomicInteger();
    private final List<Recovery> awaited = new ArrayList<>();
    private final int events;
    private final Thread thread;
    private volatile boolean closed;
    private volatile long lastTagNanos = System.nanoTime();

    /** What one disturbance costs: the time until each partition has a tag of an image that was published after it. */
    static final class Recovery {
        private final long sinceMillis;
        private volatile double seconds = Double.NaN;

        Recovery(long sinceMillis) {
            this.sinceMillis = sinceMillis;
        }

        /** Not a number until then. */
        double seconds() {
            return seconds;
        }
    }

    /**
     * Watches a topic from its beginning.
     *
     * @param events when so many have their tags, all is as it was at the latest
     */
    TagWatch(String bootstrapServers, String topic, int events) {
        this.events = events;
        consumer = CommittedRecords.consumer(bootstrapServers);
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        newestEventMillis = new long[partitions.size()];
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        thread = new Thread(this::run, "tag watch");
        thread.start();
    }

    private void run() {
        while (!closed) {
            for (ConsumerRecord<byte[], byte[]> tag : consumer.poll(POLL)) {
                take(tag);
            }
            long oldest = seen.get() >= events
                    ? Long.MAX_VALUE
                    : Arrays.stream(newestEventMillis).min().orElseThrow();
            synchronized (awaited) {
                awaited.stream()
                        .filter(recovery -> recovery.sinceMillis <= oldest)
                        .forEach(recovery ->
                                recovery.seconds = (System.currentTimeMillis() - recovery.sinceMillis) / 1e3);
                awaited.removeIf(recovery -> recovery.sinceMillis <= oldest);
            }
        }
        consumer.close();
    }

    private void take(ConsumerRecord<byte[], byte[]> tag) {
        try {
            String eventTime =
                    Json.MAPPER.readTree(tag.value()).path("eventTime").asText();
            // Tags lie in the partition of their images, as the key decides, and the topics have as many.
            newestEventMillis[tag.partition()] = Math.max(
                    newestEventMillis[tag.partition()], Instant.parse(eventTime).toEpochMilli());
        } catch (IOException e) {
            throw new IllegalStateException("a tag is no JSON", e);
        }
        seen.incrementAndGet();
        lastTagNanos = System.nanoTime();
    }

    /** From now on. */
    Recovery disturbed() {
        Recovery recovery = new Recovery(System.currentTimeMillis());
        synchronized (awaited) {
            awaited.add(recovery);
        }
        return recovery;
    }

    /** Tags so far. */
    int seen() {
        return seen.get();
    }

    /** How long none has come. */
    Duration silence() {
        return Duration.ofNanos(System.nanoTime() - lastTagNanos);
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.join();
    }
}
