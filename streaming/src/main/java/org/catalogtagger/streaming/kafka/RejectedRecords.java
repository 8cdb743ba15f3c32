package org.catalogtagger.streaming.kafka;

import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.catalogtagger.cli.ErrorLine;
import org.catalogtagger.streaming.events.DriftAcceptance;
import org.catalogtagger.streaming.events.ModelRelease;
import org.jspecify.annotations.Nullable;

/**
 * What was rejected, sent to its topic again: key, value, headers and timestamp as they came. A record that was cut is read
 * from where it lies. Releases are left: one of yesterday must not take the place of today's model; and
 * acceptances: what they are about may be over.
 */
public final class RejectedRecords implements AutoCloseable {
    private static final int LARGEST = 128 << 20;
    private static final Set<String> LEFT = Set.of(ModelRelease.UNREADABLE, DriftAcceptance.UNREADABLE);

    private final KafkaConsumer<byte[], byte[]> rejected;
    private final OriginalRecords originals;
    private final KafkaProducer<byte[], byte[]> producer;
    private final AtomicReference<@Nullable Exception> refusal = new AtomicReference<>();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong taken = new AtomicLong();

    /**
     * Those of a cluster.
     *
     * @param clientProperties more Kafka client settings
     */
    public RejectedRecords(String bootstrapServers, Map<String, String> clientProperties) {
        Map<String, String> reading = new HashMap<>(clientProperties);
        reading.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        this.rejected = CommittedRecords.consumer(bootstrapServers, reading);
        this.originals = new OriginalRecords(CommittedRecords.consumer(bootstrapServers, reading));
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
            return !LEFT.contains(reason)
                    && (reasons.isEmpty() || reasons.contains(reason))
                    && since.filter(at::isBefore).isEmpty()
                    && until.filter(end -> !at.isBefore(end)).isEmpty();
        }
    }

    /**
     * What was found, and done.
     *
     * @param byReason how many of the selected there are
     * @param sent how many their topics took, or in a dry run would be given
     * @param refused how many they did not take
     * @param refusal why not, the first; empty if there was none
     * @param gone those whose topic is not there, or that were cut and lie no longer where they lay
     * @param ofNoTopic those that no topic is said of
     */
    public record Outcome(
            Map<String, Long> byReason, long sent, long refused, String refusal, long gone, long ofNoTopic) {}

    /**
     * Sends the selected ones that the topic holds now, in the order of each partition; once.
     *
     * @param topic of the rejected
     * @param dryRun counts, and sends nothing
     * @param read told how many records of the topic were looked at
     * @throws IOException if Kafka gives no more records; those before are sent
     */
    public Outcome replay(String topic, Selection selection, boolean dryRun, LongConsumer read) throws IOException {
        Map<String, Long> byReason = new TreeMap<>();
        EnumMap<OriginalRecords.Place, Long> byPlace = new EnumMap<>(OriginalRecords.Place.class);
        long[] seen = {0};
        CommittedRecords.readThrough(rejected, topic, each -> {
            read.accept(++seen[0]);
            String reason = OriginalRecords.text(each, RejectionRecord.REASON);
            if (!selection.takes(reason, at(each))) {
                return;
            }
            byReason.merge(reason, 1L, Long::sum);
            OriginalRecords.Found found = originals.find(each);
            byPlace.merge(found.place(), 1L, Long::sum);
            if (!dryRun) {
                found.original().ifPresent(this::send);
            }
        });
        producer.flush();
        Exception first = refusal.get();
        return new Outcome(
                byReason,
                dryRun ? byPlace.getOrDefault(OriginalRecords.Place.KNOWN, 0L) : taken.get(),
                refused.get(),
                first == null ? "" : ErrorLine.of(first),
                byPlace.getOrDefault(OriginalRecords.Place.GONE, 0L),
                byPlace.getOrDefault(OriginalRecords.Place.UNKNOWN, 0L));
    }

    /** How many records a topic holds, about: what is to be looked at. */
    public long count(String topic) {
        List<TopicPartition> partitions = rejected.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        Map<TopicPartition, Long> ends = rejected.endOffsets(partitions);
        Map<TopicPartition, Long> begins = rejected.beginningOffsets(partitions);
        return partitions.stream()
                .mapToLong(p -> ends.getOrDefault(p, 0L) - begins.getOrDefault(p, 0L))
                .sum();
    }

    private void send(ProducerRecord<byte[], byte[]> original) {
        // The callback hears of failures.
        Sending.send(producer, original, (metadata, e) -> {
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
            return Instant.parse(OriginalRecords.text(each, RejectionRecord.AT));
        } catch (DateTimeParseException e) {
            return Instant.ofEpochMilli(each.timestamp());
        }
    }

    @Override
    public void close() {
        rejected.close();
        originals.close();
        producer.close();
    }
}
