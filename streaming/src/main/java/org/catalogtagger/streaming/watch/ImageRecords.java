package org.catalogtagger.streaming.watch;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.catalogtagger.streaming.kafka.CommittedRecords;

/** Single records of the images topic, by where they lie. For one thread. */
final class ImageRecords implements SampledImages.Records {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final String topic;

    ImageRecords(String bootstrapServers, Map<String, String> properties, String topic) {
        this.topic = topic;
        Map<String, String> client = new HashMap<>(properties);
        // The first batch comes whole, however large; more is not wanted.
        client.put("max.partition.fetch.bytes", "1024");
        client.put("fetch.max.bytes", "1024");
        client.put("max.poll.records", "1");
        consumer = CommittedRecords.consumer(bootstrapServers, client);
    }

    @Override
    public Optional<ConsumerRecord<byte[], byte[]>> at(String place) {
        String[] parts = place.split("/", -1);
        if (parts.length != 3 || !parts[0].equals(topic)) {
            return Optional.empty();
        }
        TopicPartition partition = new TopicPartition(topic, Integer.parseInt(parts[1]));
        long offset = Long.parseLong(parts[2]);
        consumer.assign(List.of(partition));
        consumer.seek(partition, offset);
        for (ConsumerRecord<byte[], byte[]> found : consumer.poll(PATIENCE)) {
            if (found.offset() == offset) {
                return Optional.of(found);
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
