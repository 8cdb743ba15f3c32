package org.catalogtagger.streaming.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;

/** What a job has answered so far, counted by the record that it is of. */
final class Answers implements AutoCloseable {
    private static final String TAGS = "product-tags";
    private static final String REJECTED = "product-images-rejected";
    private static final String OUTCOMES = "model-release-outcomes";

    private final KafkaConsumer<byte[], byte[]> consumer;
    final Map<String, Integer> tags = new HashMap<>();
    final Map<String, Integer> rejections = new HashMap<>();
    final Map<String, Integer> reasons = new TreeMap<>();
    int outcomes;
    int cut;

    Answers(String bootstrapServers) {
        consumer = CommittedRecords.consumer(bootstrapServers);
        List<TopicPartition> partitions = List.of(TAGS, REJECTED, OUTCOMES).stream()
                .flatMap(topic -> consumer.partitionsFor(topic).stream())
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** Reads on until a condition holds, or nothing new has come for so long. */
    void readUntil(BooleanSupplier enough, Duration patience) {
        long last = System.nanoTime();
        while (!enough.getAsBoolean() && System.nanoTime() - last < patience.toNanos()) {
            for (ConsumerRecord<byte[], byte[]> answer : consumer.poll(Duration.ofMillis(200))) {
                count(answer);
                last = System.nanoTime();
            }
        }
    }

    private void count(ConsumerRecord<byte[], byte[]> answer) {
        if (answer.topic().equals(OUTCOMES)) {
            outcomes++;
            return;
        }
        (answer.topic().equals(TAGS) ? tags : rejections).merge(header(answer, "source-record"), 1, Integer::sum);
        if (answer.topic().equals(REJECTED)) {
            reasons.merge(header(answer, "reason"), 1, Integer::sum);
        }
        if (answer.headers().lastHeader("cut") != null) {
            cut++;
        }
    }

    /** How many of these records have an answer. */
    long answered(Collection<String> records) {
        return records.stream()
                .filter(place -> tags.containsKey(place) || rejections.containsKey(place))
                .count();
    }

    static String header(ConsumerRecord<byte[], byte[]> answer, String name) {
        Header header = answer.headers().lastHeader(name);
        return header == null || header.value() == null ? "(none)" : new String(header.value(), UTF_8);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
