package org.catalogtagger.streaming.kafka;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.catalogtagger.streaming.events.EventHeader;
import org.catalogtagger.streaming.events.ImageEvent;

/**
 * A record of the images or the labels topic as an event, with nothing lost, so that a rejection can hand it on untouched;
 * where it lies is one header more.
 */
final class ImageEventDeserializer implements KafkaRecordDeserializationSchema<ImageEvent> {
    private static final long serialVersionUID = 1;

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> kafkaRecord, Collector<ImageEvent> out) {
        List<EventHeader> headers = new ArrayList<>();
        for (Header header : kafkaRecord.headers()) {
            if (!header.key().equals(EventHeader.SOURCE_RECORD)) {
                headers.add(new EventHeader(header.key(), header.value()));
            }
        }
        String place = kafkaRecord.topic() + '/' + kafkaRecord.partition() + '/' + kafkaRecord.offset();
        headers.add(new EventHeader(EventHeader.SOURCE_RECORD, place.getBytes(StandardCharsets.UTF_8)));
        out.collect(new ImageEvent(kafkaRecord.key(), kafkaRecord.value(), headers, kafkaRecord.timestamp()));
    }

    @Override
    public TypeInformation<ImageEvent> getProducedType() {
        return TypeInformation.of(ImageEvent.class);
    }
}
