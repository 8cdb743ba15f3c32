package org.catalogtagger.streaming.kafka;

import java.io.IOException;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.catalogtagger.streaming.events.DriftAcceptance;

/** Tells running jobs which drift alerts are accepted. */
public final class DriftAcceptances implements AutoCloseable {
    private final KafkaProducer<byte[], byte[]> producer;
    private final String topic;

    /**
     * A connection to a topic, which exists.
     *
     * @param clientProperties more Kafka client settings
     */
    public DriftAcceptances(String bootstrapServers, Map<String, String> clientProperties, String topic) {
        this.topic = topic;
        Properties properties = new Properties();
        properties.putAll(clientProperties);
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /**
     * Writes an acceptance and waits until Kafka has it.
     *
     * @param key of the alert's records
     */
    public void send(String key, DriftAcceptance acceptance) throws IOException, InterruptedException {
        Sending.sendAndWait(producer, Records.acceptance(topic, key, acceptance), "acceptance");
    }

    @Override
    public void close() {
        producer.close();
    }
}
