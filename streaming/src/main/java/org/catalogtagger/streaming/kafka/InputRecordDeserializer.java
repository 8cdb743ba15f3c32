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
import org.catalogtagger.streaming.events.EventTimes;
import org.catalogtagger.streaming.events.InputRecord;

/**
 * A record of an input topic, whatever it is, as an event, with nothing lost, so that a rejection can hand it on
 * untouched. Where it lies is one header more; an event time that is not believed is replaced, which is another.
 */
final class InputRecordDeserializer implements KafkaRecordDeserializationSchema<InputRecord> {
    private static final long serialVersionUID = 1;

    private final EventTimes times;

    InputRecordDeserializer(EventTimes times) {
        this.times = times;
    }

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> kafkaRecord, Collector<InputRecord> out) {
        List<EventHeader> headers = new ArrayList<>();
        for (Header header : kafkaRecord.headers()) {
            EventHeader copy = new EventHeader(header.key(), header.value());
            if (!copy.isOurs()) {
                headers.add(copy);
            }
        }
        String place = kafkaRecord.topic() + '/' + kafkaRecord.partition() + '/' + kafkaRecord.offset();
        headers.add(new EventHeader(EventHeader.SOURCE_RECORD, place.getBytes(StandardCharsets.UTF_8)));
        InputRecord event = new InputRecord(kafkaRecord.key(), kafkaRecord.value(), headers, kafkaRecord.timestamp());
        out.collect(times.held(event, System.currentTimeMillis()));
    }

    @Override
    public TypeInformation<InputRecord> getProducedType() {
        return TypeInformation.of(InputRecord.class);
    }
}
