package org.catalogtagger.streaming.kafka;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.catalogtagger.model.image.ImageNames;
import org.catalogtagger.streaming.events.EventHeader;
import org.catalogtagger.streaming.events.EventTimes;
import org.catalogtagger.streaming.events.InputRecord;
import org.catalogtagger.streaming.events.ProductLabel;
import org.catalogtagger.streaming.events.RejectedEventException;
import org.catalogtagger.streaming.settings.TaggingSettings;

/** Fetches the images of the newest events of a topic into files, the newest of each product, and what is known of their truth. */
public final class NewestImages {
    /** The folder of the files, in that which is given. */
    public static final String IMAGES = "images";

    private final String bootstrapServers;
    private final Map<String, String> properties;
    private final String topic;
    private final String labelsTopic;
    private final Map<String, String> fileByProduct = new HashMap<>();
    private final Map<String, Found> found = new HashMap<>();
    private int events;
    private int byUri;

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

    /** With the time of its label, if it has one. */
    private record Found(ProductImage image, long labelledAt) {
        Found labelled(ProductLabel label) {
            boolean isNewer = image.truth().isEmpty() || label.labelledAt() >= labelledAt;
            return isNewer
                    ? new Found(
                            new ProductImage(image.productId(), image.place(), Optional.of(label.label())),
                            label.labelledAt())
                    : this;
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
     * @param count events at most, but for one more a partition; of each partition as many as its share of all
     * @param until before that time only, if one is given
     * @param folder where the files go
     * @param done told how many events were read
     * @throws IOException if Kafka gives nothing for a minute, or a file cannot be written
     */
    public void fetch(int count, Optional<Instant> until, Path folder, IntConsumer done) throws IOException {
        Files.createDirectories(folder.resolve(IMAGES));
        try (KafkaConsumer<byte[], byte[]> consumer = CommittedRecords.consumer(bootstrapServers, properties)) {
            Map<TopicPartition, CommittedRecords.Range> ranges = ranges(consumer, count, until);
            CommittedRecords.readRanges(consumer, ranges, each -> {
                take(each, folder.resolve(IMAGES));
                done.accept(events);
            });
            if (KafkaConnection.topics(bootstrapServers, properties).contains(labelsTopic)) {
                CommittedRecords.readThrough(consumer, labelsTopic, this::label);
            }
        }
    }

    private Map<TopicPartition, CommittedRecords.Range> ranges(
            KafkaConsumer<byte[], byte[]> consumer, int count, Optional<Instant> until) {
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
        Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(partitions));
        until.ifPresent(time -> consumer.offsetsForTimes(partitions.stream()
                        .collect(Collectors.toMap(partition -> partition, partition -> time.toEpochMilli())))
                .forEach((partition, at) -> before(at).ifPresent(offset -> ends.put(partition, offset))));
        long all = 0;
        for (TopicPartition partition : partitions) {
            all += length(partition, begins, ends);
        }
        Map<TopicPartition, CommittedRecords.Range> ranges = new HashMap<>();
        for (TopicPartition partition : partitions) {
            long length = length(partition, begins, ends);
            long share = all <= count ? length : (length * count + all - 1) / all;
            long end = ends.getOrDefault(partition, 0L);
            ranges.put(partition, new CommittedRecords.Range(end - share, end));
        }
        return ranges;
    }

    /** Kafka answers with none where no record is as late. */
    private static Optional<Long> before(OffsetAndTimestamp at) {
        return Optional.ofNullable(at).map(OffsetAndTimestamp::offset);
    }

    private static long length(
            TopicPartition partition, Map<TopicPartition, Long> begins, Map<TopicPartition, Long> ends) {
        return Math.max(0, ends.getOrDefault(partition, 0L) - begins.getOrDefault(partition, 0L));
    }

    private void take(ConsumerRecord<byte[], byte[]> each, Path folder) throws IOException {
        events++;
        InputRecord event = event(each);
        byte[] value = event.value();
        String productId;
        try {
            productId = event.productId();
        } catch (RejectedEventException e) {
            return;
        }
        if (event.isUri()) {
            byUri++;
            return;
        }
        String file = each.partition() + "-" + each.offset();
        Files.write(folder.resolve(file), value == null ? new byte[0] : value);
        String before = fileByProduct.put(productId, file);
        Optional<String> truth = EventHeader.text(event.headers(), EventHeader.LABEL)
                .filter(label -> !label.isBlank())
                .map(ImageNames::composed);
        String place = "%s/%d/%d".formatted(each.topic(), each.partition(), each.offset());
        found.put(file, new Found(new ProductImage(productId, place, truth), each.timestamp()));
        if (before != null) {
            found.remove(before);
            Files.delete(folder.resolve(before));
        }
    }

    private void label(ConsumerRecord<byte[], byte[]> each) {
        try {
            EventTimes times = TaggingSettings.Accuracy.defaults().eventTimes();
            ProductLabel label = ProductLabel.of(event(each), times, System.currentTimeMillis());
            String file = fileByProduct.get(label.productId());
            if (file != null) {
                found.computeIfPresent(file, (name, of) -> of.labelled(label));
            }
        } catch (RejectedEventException e) {
            // The job has rejected it too, and said why.
        }
    }

    private static InputRecord event(ConsumerRecord<byte[], byte[]> each) {
        List<EventHeader> headers = new ArrayList<>();
        each.headers().forEach(header -> headers.add(new EventHeader(header.key(), header.value())));
        return new InputRecord(each.key(), each.value(), headers, each.timestamp());
    }

    /** The images by the names of their files. */
    public Map<String, ProductImage> images() {
        return found.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, each -> each.getValue()
                .image()));
    }

    /** Events that were read. */
    public int events() {
        return events;
    }

    /** Of them those that say but where their image is. */
    public int byUri() {
        return byUri;
    }
}
