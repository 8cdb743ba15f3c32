package org.catalogtagger.streaming.kafka;

import java.io.Serializable;
import java.util.function.Predicate;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.catalogtagger.streaming.events.EventTimes;
import org.catalogtagger.streaming.events.InputRecord;
import org.catalogtagger.streaming.job.TaggingJob;
import org.catalogtagger.streaming.settings.StreamSettings;

/** The images of a job, read by a source that throws when the test wants it. */
final class FailingImages {
    private FailingImages() {}

    /** Whether the source throws at a record. It is sent to the tasks, so what it counts is static. */
    @FunctionalInterface
    interface Failure extends Predicate<ConsumerRecord<byte[], byte[]>>, Serializable {}

    /** The job, but for its source of images. */
    static TaggingJob of(StreamSettings settings, TaggingJob job, Failure failure) {
        KafkaSource<InputRecord> source = KafkaSource.<InputRecord>builder()
                .setBootstrapServers(settings.kafka().bootstrapServers())
                .setTopics(settings.kafka().imagesTopic())
                .setStartingOffsets(OffsetsInitializer.earliest())
                .setDeserializer(new Failing(settings.accuracy().eventTimes(), failure))
                .build();
        return new TaggingJob(
                source,
                job.releases(),
                job.labels(),
                job.acceptances(),
                job.tags(),
                job.shadowTags(),
                job.rejected(),
                job.accuracy(),
                job.driftAlerts(),
                job.baselines(),
                job.releaseOutcomes());
    }

    private static final class Failing implements KafkaRecordDeserializationSchema<InputRecord> {
        private static final long serialVersionUID = 1;

        private final InputRecordDeserializer deserializer;
        private final Failure failure;

        Failing(EventTimes eventTimes, Failure failure) {
            this.deserializer = new InputRecordDeserializer(eventTimes);
            this.failure = failure;
        }

        @Override
        public void deserialize(ConsumerRecord<byte[], byte[]> event, Collector<InputRecord> out) {
            if (failure.test(event)) {
                throw new IllegalStateException("injected failure");
            }
            deserializer.deserialize(event, out);
        }

        @Override
        public TypeInformation<InputRecord> getProducedType() {
            return deserializer.getProducedType();
        }
    }
}
