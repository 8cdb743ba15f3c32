package org.catalogtagger.streaming.publish;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Properties;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.streaming.kafka.Refusal;
import org.catalogtagger.streaming.kafka.Sending;

/** Sends products' true labels to the labels topic, each a while after it became known. Not thread-safe. */
public final class DelayedLabels implements AutoCloseable {
    private final KafkaProducer<byte[], byte[]> producer;
    private final String topic;
    private final long delayNanos;
    private final Queue<Due> queue = new ArrayDeque<>();
    private final AtomicReference<Exception> failure = new AtomicReference<>();

    private record Due(long nanoTime, String productId, String label) {}

    private record Value(String label, Instant labelledAt) {}

    /**
     * A publisher to a topic that exists.
     *
     * @param clientProperties more Kafka client settings
     */
    public DelayedLabels(String bootstrapServers, Map<String, String> clientProperties, String topic, Duration delay) {
        Properties properties = new Properties();
        properties.putAll(clientProperties);
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        this.producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
        this.topic = topic;
        this.delayNanos = delay.toNanos();
    }

    /** A label to be sent when its time has come. */
    public void add(String productId, String label) {
        queue.add(new Due(System.nanoTime() + delayNanos, productId, label));
    }

    /** Labels that are not sent yet. */
    public int waiting() {
        return queue.size();
    }

    /** Waits until the next label is due, if there is one, but no longer than a second. */
    public void awaitNext() throws InterruptedException {
        Due next = queue.peek();
        if (next != null) {
            long left = Math.min(next.nanoTime() - System.nanoTime(), TimeUnit.SECONDS.toNanos(1));
            TimeUnit.NANOSECONDS.sleep(left);
        }
    }

    /** Sends the labels that are due. */
    public void sendDue() {
        long now = System.nanoTime();
        for (Due next = queue.peek(); next != null && next.nanoTime() - now <= 0; next = queue.peek()) {
            queue.remove();
            send(next);
        }
    }

    private void send(Due label) {
        byte[] json;
        try {
            json = Json.MAPPER.writeValueAsBytes(new Value(label.label(), Instant.now()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        // The callback hears of failures.
        Sending.send(
                producer,
                new ProducerRecord<>(topic, label.productId().getBytes(StandardCharsets.UTF_8), json),
                (metadata, e) -> {
                    if (e != null) {
                        failure.compareAndSet(null, e);
                    }
                });
    }

    /**
     * Waits until Kafka has all that was sent.
     *
     * @throws IOException if it did not take one
     */
    public void flush() throws IOException {
        producer.flush();
        Exception e = failure.get();
        if (e != null) {
            throw new IOException("Kafka did not take a label: " + Refusal.ofWriting(topic, e), e);
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
