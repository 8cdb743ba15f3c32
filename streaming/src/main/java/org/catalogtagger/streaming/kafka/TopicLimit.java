package org.catalogtagger.streaming.kafka;

import java.io.Serializable;
import java.time.Duration;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.AbstractRecords;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.record.RecordBatch;
import org.jspecify.annotations.Nullable;

/**
 * What an output topic takes.
 *
 * @param maxBytes of a batch that holds one record, uncompressed, with key, headers and Kafka's own bytes
 * @param maxBehindMillis how far a record's time may be behind the broker's clock
 * @param maxAheadMillis how far ahead of it
 * @param needsKey whether records without a key are refused: the topic is compacted
 */
record TopicLimit(int maxBytes, long maxBehindMillis, long maxAheadMillis, boolean needsKey) implements Serializable {
    /** Of a broker with Kafka's own defaults (4.x). */
    static final TopicLimit DEFAULT =
            new TopicLimit(1_048_588, Long.MAX_VALUE, Duration.ofHours(1).toMillis(), false);

    /** Between our clock and the broker's, and while a record waits to be sent. */
    private static final long MARGIN_MILLIS = Duration.ofMinutes(5).toMillis();

    /** The size that counts. */
    static int sizeOf(byte @Nullable [] key, byte @Nullable [] value, Header... headers) {
        return AbstractRecords.estimateSizeInBytesUpperBound(
                RecordBatch.CURRENT_MAGIC_VALUE, CompressionType.NONE, key, value, headers);
    }

    boolean takes(ProducerRecord<byte[], byte[]> kafkaRecord) {
        boolean hasKey = kafkaRecord.key() != null || !needsKey;
        return hasKey
                && sizeOf(
                                kafkaRecord.key(),
                                kafkaRecord.value(),
                                kafkaRecord.headers().toArray())
                        <= maxBytes;
    }

    /** Bytes for a value beside a key. */
    int roomBeside(byte[] key) {
        return maxBytes - sizeOf(key, new byte[0]) - RejectionRecord.MAX_VARINT_BYTES;
    }

    /** The time of a record: its own, if the topic takes it, or the clock's. All in milliseconds since 1970. */
    long time(long millis, long now) {
        return millis >= 0 && now - millis <= within(maxBehindMillis) && millis - now <= within(maxAheadMillis)
                ? millis
                : now;
    }

    private static long within(long limit) {
        return limit - Math.min(MARGIN_MILLIS, limit / 2);
    }

    /** The same with a bound of the producer's. */
    TopicLimit atMost(int bytes) {
        return new TopicLimit(Math.min(maxBytes, bytes), maxBehindMillis, maxAheadMillis, needsKey);
    }
}
