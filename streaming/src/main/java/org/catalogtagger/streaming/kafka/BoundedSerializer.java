package org.catalogtagger.streaming.kafka;

import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetIdentifier;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacetProvider;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.metrics.Counter;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.catalogtagger.streaming.metrics.JobMetrics;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gate before a topic: hands the producer nothing that the broker would refuse, for a refusal ends the job. Forms cut
 * what is too large; should one not get it small enough, the record is dropped, counted and logged.
 */
final class BoundedSerializer<T> implements KafkaRecordSerializationSchema<T>, KafkaDatasetFacetProvider {
    private static final long serialVersionUID = 1;
    private static final Logger LOG = LoggerFactory.getLogger(BoundedSerializer.class);

    private final String topic;
    private final TopicLimit limit;
    private final Form<T> form;
    private transient @Nullable Counter dropped;

    /** How a result is written to its topic, within the limit. */
    @FunctionalInterface
    interface Form<T> extends Serializable {
        ProducerRecord<byte[], byte[]> of(String topic, TopicLimit limit, T result);
    }

    BoundedSerializer(String topic, TopicLimit limit, Form<T> form) {
        this.topic = topic;
        this.limit = limit;
        this.form = form;
    }

    @Override
    public void open(SerializationSchema.InitializationContext context, KafkaSinkContext sinkContext) {
        dropped = new JobMetrics(context.getMetricGroup()).counter("outputs_dropped_total", "topic", topic);
    }

    /** The sink looks here for transactions that an earlier run left open. */
    @Override
    public Optional<KafkaDatasetFacet> getKafkaDatasetFacet() {
        return Optional.of(new DefaultKafkaDatasetFacet(DefaultKafkaDatasetIdentifier.ofTopics(List.of(topic))));
    }

    @Override
    public @Nullable ProducerRecord<byte[], byte[]> serialize(
            T result, @Nullable KafkaSinkContext unused, @Nullable Long eventTime) {
        try {
            ProducerRecord<byte[], byte[]> kafkaRecord = form.of(topic, limit, result);
            if (limit.takes(kafkaRecord)) {
                return kafkaRecord;
            }
            LOG.error("dropped, for {} takes {} bytes at most: {}", topic, limit.maxBytes(), kafkaRecord.headers());
        } catch (RuntimeException e) {
            LOG.error("dropped, for it cannot be written to {}", topic, e);
        }
        if (dropped != null) {
            dropped.inc();
        }
        return null;
    }
}
