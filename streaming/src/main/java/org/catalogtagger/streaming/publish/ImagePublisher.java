package org.catalogtagger.streaming.publish;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.catalogtagger.model.image.ImageFolder;
import org.catalogtagger.model.image.ImageLimits;
import org.catalogtagger.streaming.events.EventHeader;
import org.catalogtagger.streaming.kafka.Refusal;
import org.catalogtagger.streaming.kafka.Sending;
import org.jspecify.annotations.Nullable;

/** Sends image files as events: key the product id, value the file's bytes as they are, header {@code label}. */
public final class ImagePublisher implements AutoCloseable {
    private final KafkaProducer<byte[], byte[]> producer;
    private final String topic;
    private final Optional<String> segment;
    private final AtomicReference<Exception> failure = new AtomicReference<>();

    /**
     * A publisher to a topic that exists.
     *
     * @param clientProperties more Kafka client settings
     */
    public ImagePublisher(String bootstrapServers, Map<String, String> clientProperties, String topic) {
        this(bootstrapServers, clientProperties, topic, Optional.empty());
    }

    /**
     * The same.
     *
     * @param segment that each event carries in its header
     */
    public ImagePublisher(
            String bootstrapServers, Map<String, String> clientProperties, String topic, Optional<String> segment) {
        Properties properties = new Properties();
        properties.putAll(clientProperties);
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        properties.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
        properties.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.LINGER_MS_CONFIG, "20");
        int largest = ImageLimits.DEFAULT.maxBytes() + (1 << 20);
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.toString(largest));
        this.producer = new KafkaProducer<>(properties);
        this.topic = topic;
        this.segment = segment;
    }

    /**
     * Sends images in the given order and waits until Kafka has them all.
     *
     * @param classes the labels by class index
     * @param labels whether each event carries its label
     * @param perSecond at most so many images a second; 0 for as fast as it goes
     * @param sent told how many images are on their way
     * @throws IOException if a file cannot be read or Kafka does not take an event
     */
    public void publish(
            List<ImageFolder.Entry> images, List<String> classes, boolean labels, double perSecond, LongConsumer sent)
            throws IOException {
        publish(images, classes, labels, image -> segment, perSecond, sent);
    }

    /**
     * The same.
     *
     * @param segmentOf what an image belongs to, if anything
     */
    public void publish(
            List<ImageFolder.Entry> images,
            List<String> classes,
            boolean labels,
            Function<ImageFolder.Entry, Optional<String>> segmentOf,
            double perSecond,
            LongConsumer sent)
            throws IOException {
        Pace pace = new Pace(perSecond);
        long count = 0;
        for (ImageFolder.Entry image : images) {
            pace.awaitNext();
            String label = labels ? classes.get(image.classIndex()) : "";
            send(image.productId(), Files.readAllBytes(image.file()), label, segmentOf.apply(image), null);
            count++;
            sent.accept(count);
        }
        flush();
    }

    /**
     * Sends one image, without waiting for Kafka to have it.
     *
     * @param label empty for an event without one
     * @throws IOException if Kafka did not take an earlier one
     */
    public void send(String productId, byte[] image, String label) throws IOException {
        send(productId, image, label, null);
    }

    /**
     * Sends one image of an event time of its own, milliseconds since 1970; null is now.
     *
     * @param label empty for an event without one
     * @throws IOException if Kafka did not take an earlier one
     */
    public void send(String productId, byte[] image, String label, @Nullable Long eventTime) throws IOException {
        send(productId, image, label, segment, eventTime);
    }

    /**
     * Sends one image, which belongs to something of its own, of an event time of its own, milliseconds since 1970; null is now.
     *
     * @param label empty for an event without one
     * @throws IOException if Kafka did not take an earlier one
     */
    public void send(String productId, byte[] image, String label, Optional<String> ofSegment, @Nullable Long eventTime)
            throws IOException {
        throwFailure();
        ProducerRecord<byte[], byte[]> event =
                new ProducerRecord<>(topic, null, eventTime, productId.getBytes(StandardCharsets.UTF_8), image);
        if (!label.isEmpty()) {
            event.headers().add(EventHeader.LABEL, label.getBytes(StandardCharsets.UTF_8));
        }
        ofSegment.ifPresent(name -> event.headers().add(EventHeader.SEGMENT, name.getBytes(StandardCharsets.UTF_8)));
        // The callback hears of failures.
        Sending.send(producer, event, (metadata, e) -> {
            if (e != null) {
                failure.compareAndSet(null, e);
            }
        });
    }

    /**
     * Waits until Kafka has all.
     *
     * @throws IOException if it does not take one
     */
    public void flush() throws IOException {
        producer.flush();
        throwFailure();
    }

    private void throwFailure() throws IOException {
        Exception e = failure.get();
        if (e != null) {
            throw new IOException("Kafka did not take an event: " + Refusal.ofWriting(topic, e), e);
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
