package org.catalogtagger.streaming.kafka;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.catalogtagger.streaming.events.EventTimes;
import org.catalogtagger.streaming.events.InputRecord;

/**
 * The committed events of an images topic between two times. The times of a topic's records need not be in order: all are read, from the first
 * that is late enough to the topic's end as the job starts.
 *
 * @param properties more Kafka client settings
 * @param from records have this time at least; the topic's beginning if there is none
 * @param until records have a time before this; the topic's end if there is none
 * @param times that events may have
 */
public record KafkaRange(
        String bootstrapServers,
        Map<String, String> properties,
        String topic,
        Optional<Instant> from,
        Optional<Instant> until,
        EventTimes times) {
    /** The events, as they come to the streaming job too. */
    public Source<InputRecord, ?, ?> images() {
        Properties client = new Properties();
        client.putAll(properties);
        return KafkaSource.<InputRecord>builder()
                .setProperties(client)
                .setBootstrapServers(bootstrapServers)
                .setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed")
                .setTopics(topic)
                .setStartingOffsets(from.map(time -> OffsetsInitializer.timestamp(time.toEpochMilli()))
                        .orElseGet(OffsetsInitializer::earliest))
                .setBounded(OffsetsInitializer.latest())
                .setDeserializer(new RecordsBetween(
                        from.map(Instant::toEpochMilli).orElse(Long.MIN_VALUE),
                        until.map(Instant::toEpochMilli).orElse(Long.MAX_VALUE),
                        new InputRecordDeserializer(times)))
                .build();
    }
}
