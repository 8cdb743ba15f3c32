package org.catalogtagger.streaming.commands;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.catalogtagger.streaming.json.DriftAlertValue;
import org.catalogtagger.streaming.json.JsonValues;
import org.catalogtagger.streaming.kafka.CommittedRecords;
import org.catalogtagger.streaming.kafka.KafkaConnection;
import org.catalogtagger.streaming.watch.Alerts;

/** The alerts that the job has written to their topic, and those that it writes by and by. Not thread-safe. */
final class AlertsTopic implements AutoCloseable {
    private static final int OVER = 1000;
    private static final Duration POLL = Duration.ofMillis(200);

    private final String topic;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Alerts alerts = new Alerts(OVER);
    private int unreadable;

    /**
     * Reads all that the topic holds now.
     *
     * @throws org.catalogtagger.cli.CommandException if it is not there
     */
    AlertsTopic(KafkaOptions kafka, String topic) throws IOException {
        this.topic = topic;
        KafkaConnection.requireTopic(kafka.bootstrap(), kafka.properties(), topic);
        Map<String, String> reading = new HashMap<>(kafka.properties());
        reading.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        consumer = CommittedRecords.consumer(kafka.bootstrap(), reading);
        try {
            CommittedRecords.readThrough(consumer, topic, this::take);
        } catch (IOException | RuntimeException e) {
            consumer.close();
            throw e;
        }
    }

    /** Waits a moment for more. */
    void poll() throws IOException {
        for (ConsumerRecord<byte[], byte[]> each : consumer.poll(POLL)) {
            take(each);
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> each) throws IOException {
        if (each.key() == null || each.value() == null) {
            unreadable++;
            return;
        }
        try {
            DriftAlertValue alert = JsonValues.read(each.value(), DriftAlertValue.class);
            alerts.add(new String(each.key(), StandardCharsets.UTF_8), alert);
        } catch (JsonProcessingException e) {
            unreadable++;
        }
    }

    Alerts alerts() {
        return alerts;
    }

    /** Says what was passed over, if anything was. */
    void warn() {
        if (unreadable > 0) {
            System.err.printf("%s: %d record(s) are no alerts and were passed over%n", topic, unreadable);
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
