package org.catalogtagger.deploy.soak;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.catalogtagger.streaming.kafka.CommittedRecords;

/** Reads committed tags as they come, counts them, and measures how old their events are. */
final class TagReader implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(50);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Thread thread;
    private final AtomicLong seen = new AtomicLong();
    private final List<Long> millis = new ArrayList<>();
    private volatile boolean closed;

    TagReader(String bootstrapServers, String topic) {
        consumer = CommittedRecords.consumer(bootstrapServers);
        consumer.subscribe(List.of(topic));
        thread = new Thread(this::run, "tag reader");
        thread.start();
    }

    private void run() {
        while (!closed) {
            List<Long> some = new ArrayList<>();
            for (ConsumerRecord<byte[], byte[]> tag : consumer.poll(POLL)) {
                // A tag's timestamp is its event's.
                some.add(System.currentTimeMillis() - tag.timestamp());
            }
            seen.addAndGet(some.size());
            synchronized (millis) {
                millis.addAll(some);
            }
        }
        consumer.close();
    }

    /** Tags so far. */
    long seen() {
        return seen.get();
    }

    /** From events to their tags, milliseconds, of the tags that came since this was last asked; sorted. */
    List<Long> takeMillis() {
        synchronized (millis) {
            List<Long> sorted = new ArrayList<>(millis);
            millis.clear();
            Collections.sort(sorted);
            return sorted;
        }
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.join();
    }
}
