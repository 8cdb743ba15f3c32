package org.catalogtagger.streaming.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.utils.Utils;
import org.catalogtagger.streaming.events.EventHeader;
import org.catalogtagger.streaming.events.InputRecord;
import org.catalogtagger.streaming.events.Rejection;
import org.jspecify.annotations.Nullable;

/**
 * The original record, and headers more: {@code source-record}, {@code reason}, {@code detail}, {@code at} (ISO 8601). What
 * its topic does not take is cut, the value first, then the headers, then the key; a header {@code cut} gives the bytes
 * that each of them had, and {@code source-record} says where all of it lies.
 */
final class RejectionRecord {
    /** Kafka writes each length before what is so long. */
    static final int MAX_VARINT_BYTES = 5;

    static final String REASON = "reason";
    static final String DETAIL = "detail";
    static final String AT = "at";

    /** The headers of each that come after all others, but for that of what was cut. */
    static final List<String> ADDED = List.of(REASON, DETAIL, AT);

    private final InputRecord event;
    private final List<Header> theirs = new ArrayList<>();
    private final List<Header> ours = new ArrayList<>();

    private RejectionRecord(Rejection rejection) {
        event = rejection.event();
        for (EventHeader header : event.headers()) {
            (header.isOurs() ? ours : theirs).add(new RecordHeader(header.name(), header.value()));
        }
        ours.add(new RecordHeader(REASON, bytes(rejection.reason())));
        ours.add(new RecordHeader(DETAIL, bytes(rejection.detail())));
        ours.add(new RecordHeader(AT, bytes(Instant.ofEpochMilli(rejection.at()).toString())));
    }

    /** Key, value and timestamp: as they came, as far as the topic takes them. */
    static ProducerRecord<byte[], byte[]> of(String topic, TopicLimit limit, Rejection rejection) {
        RejectionRecord parts = new RejectionRecord(rejection);
        long time = limit.time(rejection.event().timestamp(), rejection.at());
        ProducerRecord<byte[], byte[]> untouched =
                parts.kafkaRecord(topic, time, parts.event.key(), parts.event.value(), parts.theirs);
        return limit.takes(untouched) ? untouched : parts.cut(topic, time, limit);
    }

    private ProducerRecord<byte[], byte[]> cut(String topic, long time, TopicLimit limit) {
        byte[] key = event.key() == null && limit.needsKey() ? place() : event.key();
        byte[] value = event.value();
        int headerBytes = theirs.stream().mapToInt(RejectionRecord::bytesOf).sum();

        List<Header> fixed = new ArrayList<>(ours);
        fixed.add(cutHeader(length(value), headerBytes, length(key)));
        int room =
                limit.maxBytes() - TopicLimit.sizeOf(null, null, fixed.toArray(Header[]::new)) - 2 * MAX_VARINT_BYTES;

        byte[] keptKey = start(key, room);
        room -= length(keptKey);
        List<Header> keptHeaders = new ArrayList<>();
        for (Header header : theirs) {
            int withLengths = bytesOf(header) + 2 * MAX_VARINT_BYTES;
            if (withLengths <= room) {
                room -= withLengths;
                keptHeaders.add(header);
            }
        }
        byte[] keptValue = start(value, room);

        Header cut = cutHeader(
                length(keptValue) < length(value) ? length(value) : 0,
                keptHeaders.size() < theirs.size() ? headerBytes : 0,
                length(keptKey) < length(key) ? length(key) : 0);
        if (cut.value().length > 0) {
            ours.add(cut);
        }
        return kafkaRecord(topic, time, keptKey, keptValue, keptHeaders);
    }

    /** For a topic that takes no record without a key, and would keep one of all that have the same. */
    private byte[] place() {
        return ours.stream()
                .filter(header -> header.key().equals(EventHeader.SOURCE_RECORD))
                .map(Header::value)
                .findFirst()
                .orElseGet(() -> new byte[0]);
    }

    /** Names each part that had any bytes to lose. */
    private static Header cutHeader(int valueBytes, int headerBytes, int keyBytes) {
        List<String> parts = new ArrayList<>();
        if (valueBytes > 0) {
            parts.add("value=" + valueBytes);
        }
        if (headerBytes > 0) {
            parts.add("headers=" + headerBytes);
        }
        if (keyBytes > 0) {
            parts.add("key=" + keyBytes);
        }
        EventHeader header = EventHeader.cut(parts);
        return new RecordHeader(header.name(), header.value());
    }

    private ProducerRecord<byte[], byte[]> kafkaRecord(
            String topic, long time, byte @Nullable [] key, byte @Nullable [] value, List<Header> kept) {
        ProducerRecord<byte[], byte[]> kafkaRecord = new ProducerRecord<>(topic, null, time, key, value, kept);
        ours.forEach(kafkaRecord.headers()::add);
        return kafkaRecord;
    }

    private static int bytesOf(Header header) {
        return Utils.utf8Length(header.key()) + length(header.value());
    }

    private static int length(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    private static byte @Nullable [] start(byte @Nullable [] bytes, int room) {
        return bytes == null || bytes.length <= room ? bytes : Arrays.copyOf(bytes, Math.max(0, room));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
