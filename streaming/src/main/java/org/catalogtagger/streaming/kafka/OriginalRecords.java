package org.catalogtagger.streaming.kafka;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.catalogtagger.streaming.events.EventHeader;
import org.jspecify.annotations.Nullable;

/** From a {@link RejectionRecord} back to the record that it was made of. */
final class OriginalRecords implements AutoCloseable {
    private static final Pattern PLACE = Pattern.compile("([\\w.-]{1,249})/(\\d{1,9})/(\\d{1,18})");

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Set<String> topics;

    /** Reads by a consumer, which it closes. */
    OriginalRecords(KafkaConsumer<byte[], byte[]> consumer) {
        this.consumer = consumer;
        this.topics = Set.copyOf(consumer.listTopics().keySet());
    }

    /** What is known of where a record came from. */
    enum Place {
        KNOWN,
        /** Its topic is not there, or does not hold it any more, and it was cut. */
        GONE,
        /** It does not say of which topic it is. */
        UNKNOWN
    }

    /**
     * A record as it came.
     *
     * @param original there if its place is known
     */
    record Found(Place place, Optional<ProducerRecord<byte[], byte[]>> original) {}

    /**
     * The record that a rejected one was, for the topic that it was of.
     *
     * @throws IOException if Kafka does not give it
     */
    Found find(ConsumerRecord<byte[], byte[]> rejected) throws IOException {
        Matcher place = PLACE.matcher(text(rejected, EventHeader.SOURCE_RECORD));
        if (!place.matches()) {
            return new Found(Place.UNKNOWN, Optional.empty());
        }
        TopicPartition partition = new TopicPartition(place.group(1), Integer.parseInt(place.group(2)));
        Optional<ProducerRecord<byte[], byte[]>> original =
                original(rejected, partition, Long.parseLong(place.group(3)));
        return new Found(original.isPresent() ? Place.KNOWN : Place.GONE, original);
    }

    private Optional<ProducerRecord<byte[], byte[]>> original(
            ConsumerRecord<byte[], byte[]> each, TopicPartition partition, long offset) throws IOException {
        String topic = partition.topic();
        if (!topics.contains(topic)) {
            return Optional.empty();
        }
        if (each.headers().lastHeader(EventHeader.CUT) == null) {
            return Optional.of(
                    new ProducerRecord<>(topic, null, time(each), each.key(), each.value(), theirs(each.headers())));
        }
        return whole(partition, offset)
                .filter(source -> isStartOf(each.value(), source.value()))
                .map(source -> new ProducerRecord<>(
                        topic,
                        null,
                        source.timestamp() < 0 ? each.timestamp() : source.timestamp(),
                        source.key(),
                        source.value(),
                        source.headers()));
    }

    /** The time that it came with: where the job did not believe it, a header says it. */
    private static long time(ConsumerRecord<byte[], byte[]> each) {
        try {
            return Math.max(0, Long.parseLong(text(each, EventHeader.EVENT_TIME_REPLACED)));
        } catch (NumberFormatException e) {
            return each.timestamp();
        }
    }

    /** The record that lies there, unless it has been removed meanwhile. */
    private Optional<ConsumerRecord<byte[], byte[]>> whole(TopicPartition partition, long offset) throws IOException {
        List<TopicPartition> one = List.of(partition);
        consumer.assign(one);
        if (offset < consumer.beginningOffsets(one).getOrDefault(partition, 0L)
                || offset >= consumer.endOffsets(one).getOrDefault(partition, 0L)) {
            return Optional.empty();
        }
        consumer.seek(partition, offset);
        long end = System.nanoTime() + CommittedRecords.PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            for (ConsumerRecord<byte[], byte[]> each : consumer.poll(CommittedRecords.POLL)) {
                return each.offset() == offset ? Optional.of(each) : Optional.empty();
            }
        }
        throw new IOException("Kafka does not give the record %s/%d".formatted(partition, offset));
    }

    /** Whether it can be the same record: a topic that was made anew has others at its offsets. */
    private static boolean isStartOf(byte @Nullable [] kept, byte @Nullable [] all) {
        return kept == null
                || (all != null
                        && all.length >= kept.length
                        && Arrays.equals(kept, 0, kept.length, all, 0, kept.length));
    }

    /** What the job adds comes after what was there. */
    private static Headers theirs(Headers all) {
        RecordHeaders theirs = new RecordHeaders();
        for (Header header : all) {
            if (!new EventHeader(header.key(), header.value()).isOurs()) {
                theirs.add(header);
            }
        }
        Header[] kept = theirs.toArray();
        RecordHeaders without = new RecordHeaders();
        for (int i = 0; i < kept.length - RejectionRecord.ADDED.size(); i++) {
            without.add(kept[i]);
        }
        return without;
    }

    /** The last header of a name; empty if there is none. */
    static String text(ConsumerRecord<byte[], byte[]> each, String name) {
        Header header = each.headers().lastHeader(name);
        return header == null || header.value() == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
