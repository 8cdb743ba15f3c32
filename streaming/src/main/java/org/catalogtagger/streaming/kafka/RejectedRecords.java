package org.catalogtagger.streaming.kafka;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.cli.ErrorLine;
import org.catalogtagger.streaming.events.EventHeader;
import org.jspecify.annotations.Nullable;

/**
 * What was rejected, sent to its topic again: key, value, headers and timestamp as they came. A record that was cut is read
 * from where it lies. Releases are left: one of yesterday must not take the place of today's model.
 */
public final class RejectedRecords implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int LARGEST = 128 << 20;
    private static final Pattern PLACE = Pattern.compile("([\\w.-]{1,249})/(\\d{1,9})/(\\d{1,18})");

    /** The reason of releases that cannot be read. */
    public static final String BAD_RELEASE = "bad-release";

    private final String bootstrapServers;
    private final Map<String, String> clientProperties;
    private final KafkaConsumer<byte[], byte[]> rejected;
    private final KafkaConsumer<byte[], byte[]> sources;
    private final KafkaProducer<byte[], byte[]> producer;
    private final AtomicReference<@Nullable Exception> refusal = new AtomicReference<>();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong taken = new AtomicLong();
    private final Map<String, Boolean> topics = new HashMap<>();

    /**
     * Those of a cluster.
     *
     * @param clientProperties more Kafka client settings
     */
    public RejectedRecords(String bootstrapServers, Map<String, String> clientProperties) {
        this.bootstrapServers = bootstrapServers;
        this.clientProperties = Map.copyOf(clientProperties);
        Map<String, String> reading = new HashMap<>(clientProperties);
        reading.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        this.rejected = CommittedRecords.consumer(bootstrapServers, reading);
        this.sources = CommittedRecords.consumer(bootstrapServers, reading);
        Properties properties = new Properties();
        properties.putAll(clientProperties);
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        // What is too large, the topic says.
        properties.putIfAbsent(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.toString(LARGEST));
        properties.putIfAbsent(ProducerConfig.BUFFER_MEMORY_CONFIG, Integer.toString(2 * LARGEST));
        this.producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /**
     * Which are meant.
     *
     * @param reasons all, if there are none
     * @param since when they were rejected, at the earliest
     * @param until before when
     */
    public record Selection(Set<String> reasons, Optional<Instant> since, Optional<Instant> until) {
        public Selection {
            reasons = Set.copyOf(reasons);
        }

        boolean takes(String reason, Instant at) {
            return !reason.equals(BAD_RELEASE)
                    && (reasons.isEmpty() || reasons.contains(reason))
                    && since.filter(at::isBefore).isEmpty()
                    && until.filter(end -> !at.isBefore(end)).isEmpty();
        }
    }

    /**
     * What was found, and done.
     *
     * @param byReason how many of the selected there are
     * @param sent how many their topics took
     * @param refused how many they did not take
     * @param refusal why not, the first; empty if there was none
     * @param gone those whose topic is not there, or that were cut and lie no longer where they lay
     * @param ofNoTopic those that no topic is said of
     */
    public record Outcome(
            Map<String, Long> byReason, long sent, long refused, String refusal, long gone, long ofNoTopic) {
        /** How many were selected. */
        public long selected() {
            return byReason.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /**
     * Sends the selected ones that the topic holds now, in the order of each partition.
     *
     * @param topic of the rejected
     * @param dryRun counts, and sends nothing
     * @param read told how many records of the topic were looked at
     * @throws IOException if Kafka gives no more records; those before are sent
     */
    public Outcome replay(String topic, Selection selection, boolean dryRun, LongConsumer read) throws IOException {
        Map<String, Long> byReason = new TreeMap<>();
        long gone = 0;
        long ofNoTopic = 0;
        long seen = 0;
        refused.set(0);
        taken.set(0);
        refusal.set(null);
        long heard = System.nanoTime();
        List<TopicPartition> partitions = assign(topic);
        Map<TopicPartition, Long> ends = rejected.endOffsets(partitions);
        while (partitions.stream().anyMatch(p -> rejected.position(p) < ends.getOrDefault(p, 0L))) {
            if (System.nanoTime() - heard > PATIENCE.toNanos()) {
                throw new IOException("Kafka gives no more records of " + topic);
            }
            for (ConsumerRecord<byte[], byte[]> each : rejected.poll(POLL)) {
                heard = System.nanoTime();
                read.accept(++seen);
                String reason = text(each.headers(), "reason");
                boolean isOfBefore = each.offset() < ends.getOrDefault(new TopicPartition(topic, each.partition()), 0L);
                if (!isOfBefore || !selection.takes(reason, at(each))) {
                    continue;
                }
                byReason.merge(reason, 1L, Long::sum);
                Matcher place = PLACE.matcher(text(each.headers(), EventHeader.SOURCE_RECORD));
                if (!place.matches()) {
                    ofNoTopic++;
                } else if (!dryRun) {
                    Optional<ProducerRecord<byte[], byte[]>> original = original(each, place);
                    if (original.isPresent()) {
                        send(original.get());
                    } else {
                        gone++;
                    }
                }
            }
        }
        producer.flush();
        Exception first = refusal.get();
        return new Outcome(
                byReason, taken.get(), refused.get(), first == null ? "" : ErrorLine.of(first), gone, ofNoTopic);
    }

    /** How many records a topic holds, about: what is to be looked at. */
    public long count(String topic) {
        List<TopicPartition> partitions = assign(topic);
        Map<TopicPartition, Long> ends = rejected.endOffsets(partitions);
        Map<TopicPartition, Long> begins = rejected.beginningOffsets(partitions);
        return partitions.stream()
                .mapToLong(p -> ends.getOrDefault(p, 0L) - begins.getOrDefault(p, 0L))
                .sum();
    }

    private List<TopicPartition> assign(String topic) {
        List<TopicPartition> partitions = rejected.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        rejected.assign(partitions);
        rejected.seekToBeginning(partitions);
        return partitions;
    }

    private Optional<ProducerRecord<byte[], byte[]>> original(ConsumerRecord<byte[], byte[]> each, Matcher place)
            throws IOException {
        String topic = place.group(1);
        if (!isThere(topic)) {
            return Optional.empty();
        }
        if (each.headers().lastHeader(EventHeader.CUT) == null) {
            return Optional.of(
                    new ProducerRecord<>(topic, null, time(each), each.key(), each.value(), theirs(each.headers())));
        }
        return whole(new TopicPartition(topic, Integer.parseInt(place.group(2))), Long.parseLong(place.group(3)))
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
            return Math.max(0, Long.parseLong(text(each.headers(), EventHeader.EVENT_TIME_REPLACED)));
        } catch (NumberFormatException e) {
            return each.timestamp();
        }
    }

    private boolean isThere(String topic) {
        return topics.computeIfAbsent(topic, name -> {
            try {
                KafkaConnection.requireTopic(bootstrapServers, clientProperties, name);
                return true;
            } catch (CommandException e) {
                return false;
            }
        });
    }

    /** The record that lies there, unless it has been removed meanwhile. */
    private Optional<ConsumerRecord<byte[], byte[]>> whole(TopicPartition partition, long offset) throws IOException {
        List<TopicPartition> one = List.of(partition);
        sources.assign(one);
        if (offset < sources.beginningOffsets(one).getOrDefault(partition, 0L)
                || offset >= sources.endOffsets(one).getOrDefault(partition, 0L)) {
            return Optional.empty();
        }
        sources.seek(partition, offset);
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            for (ConsumerRecord<byte[], byte[]> each : sources.poll(POLL)) {
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
        // Reason, detail, at: RejectionRecord adds them last.
        for (int i = 0; i < kept.length - RejectionRecord.ADDED; i++) {
            without.add(kept[i]);
        }
        return without;
    }

    private void send(ProducerRecord<byte[], byte[]> original) {
        // The callback hears of failures.
        Future<RecordMetadata> unused = producer.send(original, (metadata, e) -> {
            if (e == null) {
                taken.incrementAndGet();
            } else {
                refused.incrementAndGet();
                refusal.compareAndSet(null, e);
            }
        });
    }

    private static Instant at(ConsumerRecord<byte[], byte[]> each) {
        try {
            return Instant.parse(text(each.headers(), "at"));
        } catch (DateTimeParseException e) {
            return Instant.ofEpochMilli(each.timestamp());
        }
    }

    private static String text(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        rejected.close();
        sources.close();
        producer.close();
    }
}
