package org.catalogtagger.streaming.kafka;

import java.util.Optional;
import java.util.Properties;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.catalogtagger.streaming.events.ImageEvent;
import org.catalogtagger.streaming.events.ModelRelease;
import org.catalogtagger.streaming.job.TaggingJob;
import org.catalogtagger.streaming.settings.StreamSettings;
import org.catalogtagger.streaming.settings.StreamSettings.Delivery;
import org.catalogtagger.streaming.settings.StreamSettings.StartFrom;

/** The job between its Kafka topics. */
public final class KafkaTopics {
    private final StreamSettings settings;

    public KafkaTopics(StreamSettings settings) {
        this.settings = settings;
    }

    /**
     * Makes sure that the images are there, and makes all other topics that are not.
     *
     * @throws org.catalogtagger.cli.CommandException if that fails
     */
    public void ensureTopics() {
        new TopicCatalogue(settings).createForJob();
    }

    /** The job from the images, the releases and the labels topic to all the others. */
    public TaggingJob job() {
        // The serializers travel with the job: they take the topics' names along and nothing else.
        StreamSettings.Kafka kafka = settings.kafka();
        String tags = kafka.tagsTopic();
        String shadowTags = kafka.shadowTagsTopic();
        String rejected = kafka.rejectedTopic();
        String accuracy = kafka.accuracyTopic();
        String driftAlerts = kafka.driftAlertsTopic();
        String baselines = kafka.baselinesTopic();
        String outcomes = kafka.releaseOutcomesTopic();
        return new TaggingJob(
                images(),
                Optional.of(releases()),
                Optional.of(labels()),
                sink("tags", kafka.delivery(), (tag, context, timestamp) -> Records.tag(tags, tag)),
                sink("shadow-tags", kafka.delivery(), (tag, context, timestamp) -> Records.tag(shadowTags, tag)),
                sink(
                        "rejected",
                        kafka.delivery(),
                        (rejection, context, timestamp) -> Records.rejection(rejected, rejection)),
                sink("accuracy", kafka.delivery(), (window, context, timestamp) -> Records.accuracy(accuracy, window)),
                Optional.of(sink(
                        "drift-alerts",
                        kafka.delivery(),
                        (alert, context, timestamp) -> Records.driftAlert(driftAlerts, alert))),
                // Each that restarts tells them anew, and twice does no harm.
                Optional.of(sink(
                        "model-baselines",
                        Delivery.AT_LEAST_ONCE,
                        (baseline, context, timestamp) -> Records.baseline(baselines, baseline))),
                // Someone waits for them, and twice does no harm.
                sink(
                        "release-outcomes",
                        Delivery.AT_LEAST_ONCE,
                        (outcome, context, timestamp) -> Records.releaseOutcome(outcomes, outcome)));
    }

    @SuppressWarnings("deprecation") // The connector asks for Kafka's old enum.
    private KafkaSource<ImageEvent> images() {
        OffsetResetStrategy otherwise = settings.kafka().startFrom() == StartFrom.LATEST
                ? OffsetResetStrategy.LATEST
                : OffsetResetStrategy.EARLIEST;
        return source(new ImageEventDeserializer())
                .setTopics(settings.kafka().imagesTopic())
                .setGroupId(settings.kafka().consumerGroup())
                .setStartingOffsets(OffsetsInitializer.committedOffsets(otherwise))
                .build();
    }

    private KafkaSource<ImageEvent> labels() {
        return source(new ImageEventDeserializer())
                .setTopics(settings.kafka().labelsTopic())
                .setGroupId(settings.kafka().consumerGroup() + "-labels")
                .setStartingOffsets(OffsetsInitializer.earliest())
                .build();
    }

    /** All that the topic still holds, the newest of each role last. */
    private KafkaSource<ModelRelease> releases() {
        return source(new ModelReleaseDeserializer())
                .setTopics(settings.kafka().releasesTopic())
                .setGroupId(settings.kafka().consumerGroup() + "-releases")
                .setStartingOffsets(OffsetsInitializer.earliest())
                .build();
    }

    private <T> KafkaSourceBuilder<T> source(KafkaRecordDeserializationSchema<T> deserializer) {
        return KafkaSource.<T>builder()
                .setProperties(clientProperties())
                .setBootstrapServers(settings.kafka().bootstrapServers())
                .setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed")
                .setDeserializer(deserializer);
    }

    private <T> Sink<T> sink(String name, Delivery delivery, KafkaRecordSerializationSchema<T> serializer) {
        StreamSettings.Kafka kafka = settings.kafka();
        int largestRecord = settings.images().maxBytes() + TopicPlan.RECORD_OVERHEAD;
        Properties producer = clientProperties();
        producer.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.toString(largestRecord));
        producer.put(ProducerConfig.BUFFER_MEMORY_CONFIG, Long.toString(Math.max(32L << 20, 2L * largestRecord)));
        boolean exactlyOnce = delivery == Delivery.EXACTLY_ONCE;
        if (exactlyOnce) {
            producer.put(
                    ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                    Long.toString(kafka.transactionTimeout().toMillis()));
        }
        return new RestartableKafkaSink<>(KafkaSink.<T>builder()
                .setKafkaProducerConfig(producer)
                .setBootstrapServers(kafka.bootstrapServers())
                .setDeliveryGuarantee(exactlyOnce ? DeliveryGuarantee.EXACTLY_ONCE : DeliveryGuarantee.AT_LEAST_ONCE)
                .setTransactionalIdPrefix(kafka.consumerGroup() + "-" + name)
                .setRecordSerializer(serializer)
                .build());
    }

    private Properties clientProperties() {
        Properties properties = new Properties();
        properties.putAll(settings.kafka().properties());
        return properties;
    }
}
