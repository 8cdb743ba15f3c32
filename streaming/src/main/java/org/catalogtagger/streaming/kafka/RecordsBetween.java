package org.catalogtagger.streaming.kafka;

import java.io.IOException;
import org.apache.flink.api.common.serialization.DeserializationSchema.InitializationContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.catalogtagger.streaming.events.InputRecord;

/** Events of records of some times, and none of the others. */
final class RecordsBetween implements KafkaRecordDeserializationSchema<InputRecord> {
    private static final long serialVersionUID = 1;

    private final long from;
    private final long until;
    private final KafkaRecordDeserializationSchema<InputRecord> each;

    /**
     * Of the times from one to before the other.
     *
     * @param from milliseconds since 1970
     * @param until milliseconds since 1970
     * @param each what a record of such a time becomes
     */
    RecordsBetween(long from, long until, KafkaRecordDeserializationSchema<InputRecord> each) {
        this.from = from;
        this.until = until;
        this.each = each;
    }

    @Override
    public void open(InitializationContext context) throws Exception {
        each.open(context);
    }

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> kafkaRecord, Collector<InputRecord> out) throws IOException {
        if (kafkaRecord.timestamp() >= from && kafkaRecord.timestamp() < until) {
            each.deserialize(kafkaRecord, out);
        }
    }

    @Override
    public TypeInformation<InputRecord> getProducedType() {
        return each.getProducedType();
    }
}
