package org.catalogtagger.deploy.chaos;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.catalogtagger.streaming.bench.BenchImages;

/** Sends events at an even pace, each until the brokers have acknowledged it. */
final class ChaosPublisher {
    private static final Map<String, Object> PATIENT = Map.of(
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 3_600_000,
            ProducerConfig.MAX_BLOCK_MS_CONFIG, 3_600_000,
            ProducerConfig.ACKS_CONFIG, "all",
            // A request for each image or two, its copies and its fetch kept two cores busy with nothing else, at 278
            // images/s.
            ProducerConfig.LINGER_MS_CONFIG, 100);

    private final String bootstrapServers;
    private final String topic;
    private final BenchImages images;
    private final AtomicInteger acknowledged = new AtomicInteger();

    ChaosPublisher(String bootstrapServers, String topic, BenchImages images) {
        this.bootstrapServers = bootstrapServers;
        this.topic = topic;
        this.images = images;
    }

    /** The true label of an event. */
    String label(int event) {
        return images.labels().get(event % images.labels().size());
    }

    /**
     * Returns when all are acknowledged; their event times are those of the sending.
     *
     * @param first the product id of the first; those of the others follow
     */
    void publish(int first, int count, double perSecond) {
        Map<String, Object> properties = new HashMap<>(PATIENT);
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            long start = System.nanoTime();
            for (int i = first; i < first + count; i++) {
                long due = start + (long) ((i - first) / perSecond * TimeUnit.SECONDS.toNanos(1));
                for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                ProducerRecord<byte[], byte[]> event = new ProducerRecord<>(
                        topic,
                        Integer.toString(i).getBytes(StandardCharsets.UTF_8),
                        images.encoded().get(i % images.encoded().size()));
                event.headers().add("label", label(i).getBytes(StandardCharsets.UTF_8));
                Future<RecordMetadata> unused = producer.send(event, (metadata, fault) -> {
                    if (fault == null) {
                        acknowledged.incrementAndGet();
                    }
                });
            }
        }
        if (acknowledged.get() != first + count) {
            throw new IllegalStateException("Kafka took %d of %d events".formatted(acknowledged.get(), first + count));
        }
    }
}
