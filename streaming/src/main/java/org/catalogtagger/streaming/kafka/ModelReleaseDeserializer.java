package org.catalogtagger.streaming.kafka;

import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.catalogtagger.streaming.events.ModelRelease;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A record of the releases topic; one that is none is logged and passed over. */
final class ModelReleaseDeserializer implements KafkaRecordDeserializationSchema<ModelRelease> {
    private static final long serialVersionUID = 1;
    private static final Logger LOG = LoggerFactory.getLogger(ModelReleaseDeserializer.class);

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> kafkaRecord, Collector<ModelRelease> out) {
        Records.release(kafkaRecord)
                .ifPresentOrElse(
                        out::collect,
                        () -> LOG.warn("not a release of a model: offset {} of {}", kafkaRecord.offset(), kafkaRecord));
    }

    @Override
    public TypeInformation<ModelRelease> getProducedType() {
        return TypeInformation.of(ModelRelease.class);
    }
}
