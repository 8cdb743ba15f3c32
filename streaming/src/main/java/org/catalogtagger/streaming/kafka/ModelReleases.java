package org.catalogtagger.streaming.kafka;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.catalogtagger.streaming.events.ModelRelease;
import org.catalogtagger.streaming.json.JsonValues;
import org.catalogtagger.streaming.json.ReleaseOutcomeValue;

/** Releases models to running jobs, and hears what became of it. */
public final class ModelReleases implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);

    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> outcomes;
    private final String topic;

    /**
     * A connection that hears all outcomes from now on.
     *
     * @param clientProperties more Kafka client settings
     * @param topic which exists
     * @param outcomesTopic which exists
     */
    public ModelReleases(
            String bootstrapServers, Map<String, String> clientProperties, String topic, String outcomesTopic) {
        this.topic = topic;
        Properties properties = new Properties();
        properties.putAll(clientProperties);
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
        outcomes = CommittedRecords.consumer(bootstrapServers, clientProperties);
        List<TopicPartition> partitions = outcomes.partitionsFor(outcomesTopic).stream()
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
        outcomes.assign(partitions);
        outcomes.seekToEnd(partitions);
        partitions.forEach(outcomes::position);
    }

    /** What one subtask of a job said of a release. */
    public record Outcome(String modelVersion, boolean accepted, String detail, int subtask, int subtasks) {}

    /** Writes a release and waits until Kafka has it. */
    public void send(ModelRelease release) throws IOException, InterruptedException {
        Sending.sendAndWait(producer, Records.release(topic, release), "release");
    }

    /**
     * Waits until all subtasks of a job have said what they made of a release.
     *
     * @return what was said, of each subtask its last word, as a job that Flink restarts says it again; fewer than
     *     {@link Outcome#subtasks()} or none if the time is up
     */
    public List<Outcome> await(ModelRelease release, Duration patience) throws IOException {
        long deadline = System.nanoTime() + patience.toNanos();
        Map<Integer, Outcome> heard = new TreeMap<>();
        while (!complete(heard) && System.nanoTime() < deadline) {
            for (ConsumerRecord<byte[], byte[]> outcome : outcomes.poll(POLL)) {
                outcomeOf(release, outcome).ifPresent(said -> heard.put(said.subtask(), said));
            }
        }
        return List.copyOf(heard.values());
    }

    private static boolean complete(Map<Integer, Outcome> heard) {
        return heard.values().stream().anyMatch(said -> heard.size() >= said.subtasks());
    }

    private static Optional<Outcome> outcomeOf(ModelRelease release, ConsumerRecord<byte[], byte[]> outcome)
            throws IOException {
        ReleaseOutcomeValue value = JsonValues.read(outcome.value(), ReleaseOutcomeValue.class);
        boolean ours = value.role().equals(release.role().key())
                && value.bundle().equals(release.bundle())
                && value.releasedAt().toEpochMilli() == release.releasedAt();
        return ours
                ? Optional.of(new Outcome(
                        value.modelVersion(), value.accepted(), value.detail(), value.subtask(), value.subtasks()))
                : Optional.empty();
    }

    @Override
    public void close() {
        producer.close();
        outcomes.close();
    }
}
