package org.catalogtagger.streaming.kafka;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.catalogtagger.model.image.ImageFormat;
import org.catalogtagger.model.image.ImageNames;
import org.catalogtagger.streaming.events.BoundedText;
import org.catalogtagger.streaming.events.EventHeader;
import org.catalogtagger.streaming.events.EventTimes;
import org.catalogtagger.streaming.events.InputRecord;
import org.catalogtagger.streaming.events.ProductLabel;
import org.catalogtagger.streaming.events.RejectedEventException;
import org.catalogtagger.streaming.settings.TaggingSettings;

/**
 * Fetches the images of the newest events of a topic into files, the newest of each product by event time, and what is known of
 * their truth: the newest label, with an image or by itself.
 */
public final class NewestImages {
    /** The folder of the files, in that which is given. */
    public static final String IMAGES = "images";

    private static final EventTimes TIMES = TaggingSettings.Accuracy.defaults().eventTimes();

    private final String bootstrapServers;
    private final Map<String, String> properties;
    private final String topic;
    private final String labelsTopic;
    private final Map<String, Found> found = new HashMap<>();
    private int events;
    private int byUri;
    private int others;

    /**
     * A product's image.
     *
     * @param place topic, partition and offset of its event
     * @param truth its label, if it has one
     */
    public record ProductImage(String productId, String place, Optional<String> truth) {
        /** Of no product. */
        public static final ProductImage NONE = new ProductImage("", "", Optional.empty());
    }

    /**
     * The newest event of a product.
     *
     * @param file with its image; none if it is by URI
     * @param at its time, milliseconds since 1970
     * @param offset where it lies in its partition
     * @param labelledAt the time of its label
     */
    private record Found(Optional<String> file, ProductImage image, long at, long offset, long labelledAt) {
        boolean isOlderThan(long otherAt, long otherOffset) {
            return at < otherAt || (at == otherAt && offset < otherOffset);
        }

        Found labelled(ProductLabel label) {
            if (image.truth().isPresent() && label.labelledAt() < labelledAt) {
                return this;
            }
            ProductImage labelled = new ProductImage(image.productId(), image.place(), Optional.of(label.label()));
            return new Found(file, labelled, at, offset, label.labelledAt());
        }
    }

    /**
     * Those of a cluster.
     *
     * @param properties more Kafka client settings
     * @param labelsTopic labels that came by themselves; there may be none
     */
    public NewestImages(String bootstrapServers, Map<String, String> properties, String topic, String labelsTopic) {
        this.bootstrapServers = bootstrapServers;
        this.properties = new HashMap<>(properties);
        this.properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        this.topic = topic;
        this.labelsTopic = labelsTopic;
    }

    /**
     * Fetches them.
     *
     * @param count of events, and of products at most; more events may be read
     * @param folder where the files go
     * @param done told how many events were read
     * @throws IOException if Kafka gives nothing for a minute, or a file cannot be written
     */
    public void fetch(int count, Path folder, IntConsumer done) throws IOException {
        Files.createDirectories(folder.resolve(IMAGES));
        try (KafkaConsumer<byte[], byte[]> consumer = CommittedRecords.consumer(bootstrapServers, properties)) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
            Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(partitions));
            // Backwards, for offsets may hold nothing: markers of transactions, what was compacted or taken back.
            for (long wanted = count;
                    events < count && !ends.isEmpty();
                    wanted = Math.max(count - events, 2 * wanted)) {
                Map<TopicPartition, CommittedRecords.Range> ranges = shares(wanted, begins, ends);
                CommittedRecords.readRanges(consumer, ranges, each -> {
                    take(each, folder.resolve(IMAGES));
                    done.accept(events);
                });
                ranges.forEach((partition, range) -> ends.put(partition, range.from()));
                ends.entrySet().removeIf(each -> each.getValue() <= begins.getOrDefault(each.getKey(), 0L));
            }
            keepNewest(count, folder.resolve(IMAGES));
            if (KafkaConnection.topics(bootstrapServers, properties).contains(labelsTopic)) {
                CommittedRecords.readThrough(consumer, labelsTopic, this::label);
            }
        }
    }

    /** Where much holds nothing, more than was wanted may have been read before it. */
    private void keepNewest(int count, Path folder) throws IOException {
        List<Found> newestFirst = found.values().stream()
                .sorted(Comparator.comparingLong(Found::at).reversed())
                .toList();
        for (Found one : newestFirst.subList(Math.min(count, newestFirst.size()), newestFirst.size())) {
            found.remove(one.image().productId());
            if (one.file().isPresent()) {
                Files.delete(folder.resolve(one.file().get()));
            }
        }
    }

    /** The last of what lies before the ends: of each partition as many as its share of all. */
    private static Map<TopicPartition, CommittedRecords.Range> shares(
            long count, Map<TopicPartition, Long> begins, Map<TopicPartition, Long> ends) {
        double all = 0;
        for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
            all += end.getValue() - begins.getOrDefault(end.getKey(), 0L);
        }
        double share = Math.min(1, count / Math.max(1, all));
        Map<TopicPartition, CommittedRecords.Range> ranges = new HashMap<>();
        ends.forEach((partition, end) -> {
            long length = end - begins.getOrDefault(partition, 0L);
            long own = Math.min(length, (long) Math.ceil(share * length));
            ranges.put(partition, new CommittedRecords.Range(end - own, end));
        });
        return ranges;
    }

    private void take(ConsumerRecord<byte[], byte[]> each, Path folder) throws IOException {
        events++;
        InputRecord event = event(each);
        String productId;
        try {
            productId = event.productId();
        } catch (RejectedEventException e) {
            others++;
            return;
        }
        byte[] value = event.value();
        // The job rejects what is no image, and the tag before it stays.
        if (!event.isUri() && (value == null || ImageFormat.of(value).isEmpty())) {
            others++;
            return;
        }
        Found before = found.get(productId);
        if (before != null && !before.isOlderThan(event.timestamp(), each.offset())) {
            return;
        }
        if (before != null && before.file().isPresent()) {
            Files.delete(folder.resolve(before.file().get()));
        }
        byUri += event.isUri() ? 1 : 0;
        Optional<String> file =
                Optional.of(each.partition() + "-" + each.offset()).filter(name -> !event.isUri());
        if (file.isPresent() && value != null) {
            Files.write(folder.resolve(file.get()), value);
        }
        Optional<String> truth = EventHeader.text(event.headers(), EventHeader.LABEL)
                .filter(label -> !label.isBlank())
                .filter(label -> label.getBytes(StandardCharsets.UTF_8).length <= BoundedText.MAX_NAME_BYTES)
                .map(ImageNames::composed);
        String place = "%s/%d/%d".formatted(each.topic(), each.partition(), each.offset());
        ProductImage image = new ProductImage(productId, place, truth);
        found.put(productId, new Found(file, image, event.timestamp(), each.offset(), event.timestamp()));
    }

    private void label(ConsumerRecord<byte[], byte[]> each) {
        try {
            ProductLabel label = ProductLabel.of(event(each), TIMES, System.currentTimeMillis());
            found.computeIfPresent(label.productId(), (product, of) -> of.labelled(label));
        } catch (RejectedEventException e) {
            // The job has rejected it too, and said why.
        }
    }

    private static InputRecord event(ConsumerRecord<byte[], byte[]> each) {
        List<EventHeader> headers = new ArrayList<>();
        each.headers().forEach(header -> headers.add(new EventHeader(header.key(), header.value())));
        InputRecord event = new InputRecord(each.key(), each.value(), headers, each.timestamp());
        return TIMES.held(event, System.currentTimeMillis());
    }

    /** The images by the names of their files. */
    public Map<String, ProductImage> images() {
        Map<String, ProductImage> images = new HashMap<>();
        found.values().forEach(of -> of.file().ifPresent(file -> images.put(file, of.image())));
        return images;
    }

    /** Events that were read. */
    public int events() {
        return events;
    }

    /** What is not among the images, for people; nothing if all is. */
    public String leftOut() {
        String uris = byUri == 0 ? "" : "; %,d by URI left out".formatted(byUri);
        return others == 0 ? uris : uris + "; %,d no image".formatted(others);
    }
}
