package org.catalogtagger.streaming.kafka;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.KafkaSinkBuilder;
import org.apache.flink.connector.kafka.sink.TransactionNamingStrategy;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.catalogtagger.streaming.events.InputRecord;
import org.catalogtagger.streaming.job.CheckpointFolder;
import org.catalogtagger.streaming.job.TaggingJob;
import org.catalogtagger.streaming.settings.StreamSettings;
import org.catalogtagger.streaming.settings.StreamSettings.Delivery;
import org.catalogtagger.streaming.settings.StreamSettings.StartFrom;

/** The job between its Kafka topics. */
public final class KafkaTopics {
    /**
     * A broker that stands still, or is cut off, closes no connection. Its partitions have another leader after nine seconds, of
     * which a client hears when it gives its request up; Kafka's default is half a minute.
     */
    private static final String REQUEST_TIMEOUT_MILLIS = "10000";

    private static final int PRODUCER_BATCH_BYTES = 64 << 10;

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

    /**
     * What the user should hear of the topics before the job runs: that rejected images will not fit whole, if so.
     */
    public Optional<String> sizeNotice() {
        StreamSettings.Kafka kafka = settings.kafka();
        Map<String, TopicLimit> limits = limits(List.of(kafka.imagesTopic(), kafka.rejectedTopic()));
        int images = limit(limits, kafka.imagesTopic()).maxBytes();
        int rejected = limit(limits, kafka.rejectedTopic()).maxBytes();
        return rejected >= images
                ? Optional.empty()
                : Optional.of(
                        "%s takes records of %,d bytes, %s of %,d: what is rejected and larger is cut; raise its max.message.bytes"
                                .formatted(kafka.imagesTopic(), images, kafka.rejectedTopic(), rejected));
    }

    /**
     * The job from the topics of images, releases, labels and acceptances to all the others, whose limits it asks for.
     *
     * @throws org.catalogtagger.cli.CommandException if a topic takes too little, or a transaction could not last as long
     *     as a checkpoint may
     */
    public TaggingJob job() {
        new TransactionTimeout(settings).requireEnough();
        StreamSettings.Kafka kafka = settings.kafka();
        List<String> outputs = new ArrayList<>(kafka.outputTopics());
        outputs.add(kafka.baselinesTopic());
        Map<String, TopicLimit> limits = limits(outputs);
        return new TaggingJob(
                images(),
                Optional.of(releases()),
                Optional.of(labels()),
                Optional.of(acceptances()),
                sink("tags", kafka.tagsTopic(), limits, kafka.delivery(), Records::tag),
                sink("shadow-tags", kafka.shadowTagsTopic(), limits, kafka.delivery(), Records::tag),
                sink("rejected", kafka.rejectedTopic(), limits, kafka.delivery(), RejectionRecord::of),
                sink("accuracy", kafka.accuracyTopic(), limits, kafka.delivery(), Records::accuracy),
                Optional.of(
                        sink("drift-alerts", kafka.driftAlertsTopic(), limits, kafka.delivery(), Records::driftAlert)),
                // Each that restarts tells them anew, and twice does no harm.
                Optional.of(sink(
                        "model-baselines", kafka.baselinesTopic(), limits, Delivery.AT_LEAST_ONCE, Records::baseline)),
                // Someone waits for them, and twice does no harm.
                sink(
                        "release-outcomes",
                        kafka.releaseOutcomesTopic(),
                        limits,
                        Delivery.AT_LEAST_ONCE,
                        Records::releaseOutcome));
    }

    /**
     * Where the job leaves its checkpoints.
     *
     * @throws org.catalogtagger.cli.CommandException if Kafka does not answer
     */
    public CheckpointFolder checkpoints() {
        return CheckpointFolder.of(
                settings,
                KafkaConnection.clusterId(
                        settings.kafka().bootstrapServers(), settings.kafka().properties()));
    }

    /**
     * How many subtasks can have images to read: no more than partitions.
     *
     * @throws org.catalogtagger.cli.CommandException if Kafka does not answer, or lacks the images
     */
    public int readers() {
        return Math.min(settings.flink().parallelism(), new TopicCatalogue(settings).imagesPartitions());
    }

    private Map<String, TopicLimit> limits(Collection<String> topics) {
        return TopicLimits.ask(
                settings.kafka().bootstrapServers(), settings.kafka().properties(), topics);
    }

    private static TopicLimit limit(Map<String, TopicLimit> limits, String topic) {
        return limits.getOrDefault(topic, TopicLimit.DEFAULT);
    }

    @SuppressWarnings("deprecation") // The connector asks for Kafka's old enum.
    private KafkaSource<InputRecord> images() {
        OffsetResetStrategy otherwise = settings.kafka().startFrom() == StartFrom.LATEST
                ? OffsetResetStrategy.LATEST
                : OffsetResetStrategy.EARLIEST;
        return source().setTopics(settings.kafka().imagesTopic())
                .setGroupId(settings.kafka().consumerGroup())
                .setStartingOffsets(OffsetsInitializer.committedOffsets(otherwise))
                .build();
    }

    private KafkaSource<InputRecord> labels() {
        return source().setTopics(settings.kafka().labelsTopic())
                .setGroupId(settings.kafka().consumerGroup() + "-labels")
                .setStartingOffsets(OffsetsInitializer.earliest())
                .build();
    }

    /** All that the topic still holds, the newest of each role last. */
    private KafkaSource<InputRecord> releases() {
        return source().setTopics(settings.kafka().releasesTopic())
                .setGroupId(settings.kafka().consumerGroup() + "-releases")
                .setStartingOffsets(OffsetsInitializer.earliest())
                .build();
    }

    /** All that the topic still holds: those of alerts that are not open are of no effect. */
    private KafkaSource<InputRecord> acceptances() {
        return source().setTopics(settings.kafka().acceptancesTopic())
                .setGroupId(settings.kafka().consumerGroup() + "-acceptances")
                .setStartingOffsets(OffsetsInitializer.earliest())
                .build();
    }

    private KafkaSourceBuilder<InputRecord> source() {
        return KafkaSource.<InputRecord>builder()
                .setProperties(clientProperties())
                .setBootstrapServers(settings.kafka().bootstrapServers())
                .setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed")
                .setDeserializer(new InputRecordDeserializer(settings.accuracy().eventTimes()));
    }

    private <T> Sink<T> sink(
            String name,
            String topic,
            Map<String, TopicLimit> limits,
            Delivery delivery,
            BoundedSerializer.Form<T> form) {
        StreamSettings.Kafka kafka = settings.kafka();
        int largestRecord = settings.images().maxBytes() + TopicPlan.RECORD_OVERHEAD;
        Properties producer = clientProperties();
        producer.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.toString(largestRecord));
        // The tags of a batch of images come at once, and a request holds one batch of each partition: with Kafka's
        // 16 KiB the broker had half as much again to do (bench stream-compact: 14.5 core microseconds a tag, 9.7 with
        // 128 KiB). A batch that is larger than its topic takes would be refused, and sent again in parts.
        producer.putIfAbsent(
                ProducerConfig.BATCH_SIZE_CONFIG,
                Integer.toString(
                        Math.min(PRODUCER_BATCH_BYTES, limit(limits, topic).maxBytes())));
        producer.put(ProducerConfig.BUFFER_MEMORY_CONFIG, Long.toString(Math.max(32L << 20, 2L * largestRecord)));
        KafkaSinkBuilder<T> sink = KafkaSink.<T>builder()
                .setKafkaProducerConfig(producer)
                .setBootstrapServers(kafka.bootstrapServers())
                .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
                .setRecordSerializer(
                        new BoundedSerializer<>(topic, limit(limits, topic).atMost(largestRecord), form));
        if (delivery == Delivery.EXACTLY_ONCE) {
            sink.setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
                    .setProperty(
                            ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                            Long.toString(kafka.transactionTimeout().toMillis()))
                    // A few ids for each subtask, used again and again; the default takes a new one for each
                    // checkpoint.
                    .setTransactionNamingStrategy(TransactionNamingStrategy.POOLING)
                    .setTransactionalIdPrefix(kafka.transactionalIdPrefix() + name);
        }
        return new ClosingKafkaSink<>(sink.build());
    }

    private Properties clientProperties() {
        Properties properties = new Properties();
        properties.putAll(settings.kafka().properties());
        properties.putIfAbsent(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MILLIS);
        return properties;
    }
}
