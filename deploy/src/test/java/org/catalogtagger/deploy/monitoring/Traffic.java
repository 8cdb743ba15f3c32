package org.catalogtagger.deploy.monitoring;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Images that come in all the time, and change when a test says so. */
final class Traffic implements AutoCloseable {
    private static final int TICK_MILLIS = 100;

    private final KafkaProducer<byte[], byte[]> producer;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final ScheduledFuture<?> ticking;
    private volatile List<Image> images = List.of();
    private volatile int perSecond;
    private int sent;

    /**
     * An image as it is sent.
     *
     * @param label empty for none
     * @param apart whether the label comes by the topic of labels
     * @param headers more of them
     */
    record Image(byte[] value, String label, boolean apart, Map<String, String> headers) {
        static Image of(byte[] value, String label) {
            return new Image(value, label, false, Map.of());
        }

        static Image at(URI uri) {
            return new Image(uri.toString().getBytes(UTF_8), "", false, Map.of("content-type", "text/uri-list"));
        }

        Image labelledApart() {
            return new Image(value, label, true, headers);
        }
    }

    Traffic(String bootstrapServers) {
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers), new ByteArraySerializer(), new ByteArraySerializer());
        ticking = clock.scheduleAtFixedRate(this::tick, 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** From now on these, over and over, so many a second. */
    void show(int imagesPerSecond, List<Image> these) {
        perSecond = imagesPerSecond;
        images = these;
    }

    private void tick() {
        List<Image> now = images;
        int count = now.isEmpty() ? 0 : perSecond * TICK_MILLIS / 1000;
        for (int i = 0; i < count; i++) {
            send(now.get(sent % now.size()));
        }
    }

    private void send(Image image) {
        sent++;
        byte[] id = ("product-" + sent).getBytes(UTF_8);
        ProducerRecord<byte[], byte[]> event = new ProducerRecord<>("product-images", id, image.value());
        image.headers().forEach((name, value) -> event.headers().add(name, value.getBytes(UTF_8)));
        if (!image.label().isEmpty() && !image.apart()) {
            event.headers().add("label", image.label().getBytes(UTF_8));
        }
        send(event);
        if (image.apart()) {
            byte[] label = "{\"label\": \"%s\"}".formatted(image.label()).getBytes(UTF_8);
            send(new ProducerRecord<>("product-labels", id, label));
        }
    }

    private void send(ProducerRecord<byte[], byte[]> event) {
        Future<?> unused = producer.send(event);
    }

    @Override
    public void close() {
        ticking.cancel(false);
        clock.shutdown();
        producer.close();
    }
}
