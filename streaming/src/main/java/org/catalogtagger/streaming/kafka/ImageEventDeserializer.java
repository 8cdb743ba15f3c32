package org.catalogtagger.streaming.kafka;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.catalogtagger.streaming.job.EventHeader;
import org.catalogtagger.streaming.job.ImageEvent;

/** A record of the images topic as an event, with nothing lost, so that a rejection can hand it on untouched. */
final class ImageEventDeserializer implements KafkaRecordDeserializationSchema<ImageEvent> {
    private static final long serialVersionUID = 1;

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> kafkaRecord, Collector<ImageEvent> out) {
        List<EventHeader> headers = new ArrayList<>();
        for (Header header : kafkaRecord.headers()) {
            headers.add(new EventHeader(header.key(), header.value()));
        }
        out.collect(new ImageEvent(kafkaRecord.key(), kafkaRecord.value(), headers, kafkaRecord.timestamp()));
    }

    @Override
    public TypeInformation<ImageEvent> getProducedType() {
        return TypeInformation.of(ImageEvent.class);
    }
}
