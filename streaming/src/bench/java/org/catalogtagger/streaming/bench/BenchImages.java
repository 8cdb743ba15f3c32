package org.catalogtagger.streaming.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.catalogtagger.RealData;
import org.catalogtagger.model.image.ImageFolder;
import org.catalogtagger.training.sample.ProductShape;
import org.catalogtagger.training.sample.SampleCatalogue;

/**
 * Encoded images in memory, in random order: all real ones where they are, else drawn ones, and that is said.
 *
 * @param labels one per image
 */
public record BenchImages(List<byte[]> encoded, List<String> labels) {
    /** Up to so many events a second each is sent by itself; more would be a broker's whole core. */
    private static final double ALONE_PER_SECOND = 1000;

    private static final int DRAWN = 2000;

    /** All of them. */
    public static BenchImages load() throws IOException {
        Optional<Path> real = RealData.folder();
        List<byte[]> encoded = new ArrayList<>();
        List<String> labels = new ArrayList<>();
        if (real.isEmpty()) {
            System.out.println("no real images (CATALOG_TAGGER_DATA): these figures are of drawn ones");
            List<ProductShape> shapes = List.of(ProductShape.values());
            for (int i = 0; i < DRAWN; i++) {
                ProductShape shape = shapes.get(i % shapes.size());
                encoded.add(SampleCatalogue.jpeg(shape, new Random(i)));
                labels.add(shape.name());
            }
            return new BenchImages(encoded, labels);
        }
        ImageFolder folder = ImageFolder.scan(real.get());
        List<ImageFolder.Entry> order = new ArrayList<>(folder.images());
        Collections.shuffle(order, new Random(0));
        for (ImageFolder.Entry entry : order) {
            encoded.add(Files.readAllBytes(entry.file()));
            labels.add(folder.classes().get(entry.classIndex()));
        }
        return new BenchImages(encoded, labels);
    }

    /**
     * Publishes so many events, over and over the images, with product ids of their own.
     *
     * @param first the product id of the first; those of the others follow
     * @param perSecond 0 for as fast as it goes
     */
    public void publish(String bootstrapServers, String topic, int first, int count, double perSecond) {
        Properties properties = new Properties();
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        properties.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
        properties.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
        properties.put(
                ProducerConfig.LINGER_MS_CONFIG, perSecond == 0 ? "20" : perSecond > ALONE_PER_SECOND ? "5" : "0");
        properties.put(ProducerConfig.BATCH_SIZE_CONFIG, Integer.toString(1 << 18));
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(properties)) {
            long start = System.nanoTime();
            for (int i = first; i < first + count; i++) {
                if (perSecond > 0) {
                    long due = start + (long) ((i - first) / perSecond * TimeUnit.SECONDS.toNanos(1));
                    for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                        LockSupport.parkNanos(left);
                    }
                }
                ProducerRecord<byte[], byte[]> event = new ProducerRecord<>(
                        topic, Integer.toString(i).getBytes(StandardCharsets.UTF_8), encoded.get(i % encoded.size()));
                event.headers().add("label", labels.get(i % labels.size()).getBytes(StandardCharsets.UTF_8));
                Future<RecordMetadata> unused = producer.send(event);
            }
        }
    }
}
