package org.catalogtagger.streaming.kafka;

import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;

/** Sends records of which it is heard by a callback alone. */
public final class Sending {
    private Sending() {}

    /**
     * Sends a record, without waiting for Kafka to have it. A producer that has failed already, while it made itself known to the
     * brokers say, throws in Kafka; it tells the callback here, as of any other failure.
     */
    public static void send(
            Producer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> message, Callback callback) {
        try {
            Future<RecordMetadata> unused = producer.send(message, callback);
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            callback.onCompletion(null, e);
        }
    }
}
