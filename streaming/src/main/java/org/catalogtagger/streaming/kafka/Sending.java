package org.catalogtagger.streaming.kafka;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;

/** Sends records, and hears of each what became of it. */
public final class Sending {
    private Sending() {}

    /**
     * Sends a record and waits until Kafka has it.
     *
     * @param what it is, for people
     * @throws IOException if Kafka does not take it
     */
    static void sendAndWait(Producer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> message, String what)
            throws IOException, InterruptedException {
        CompletableFuture<RecordMetadata> taken = new CompletableFuture<>();
        send(producer, message, (metadata, e) -> {
            if (e == null) {
                taken.complete(metadata);
            } else {
                taken.completeExceptionally(e);
            }
        });
        try {
            RecordMetadata unused = taken.get();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(
                    "Kafka did not take the %s: %s".formatted(what, Refusal.ofWriting(message.topic(), cause)), e);
        }
    }

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
