package org.catalogtagger.streaming.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.catalogtagger.streaming.events.EventHeader;
import org.catalogtagger.streaming.events.EventTimes;
import org.catalogtagger.streaming.events.InputRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InputRecordDeserializerTest {
    /** Whoever sends images draws none for the audit, nor says where they came from. */
    @ParameterizedTest
    @ValueSource(strings = {"audit", "audit-probability", "cut", "event-time-replaced", "source-record"})
    void whatTheJobAloneSaysIsDroppedFromWhatComes(String name) throws Exception {
        ConsumerRecord<byte[], byte[]> sent =
                new ConsumerRecord<>("images", 3, 7, "1".getBytes(UTF_8), "image".getBytes(UTF_8));
        sent.headers().add(name, "0.5".getBytes(UTF_8));
        sent.headers().add("segment", "north".getBytes(UTF_8));
        List<InputRecord> read = new ArrayList<>();
        new InputRecordDeserializer(new EventTimes(0)).deserialize(sent, new ListCollector<>(read));
        assertThat(read).singleElement().satisfies(record -> {
            assertThat(EventHeader.text(record.headers(), name).filter("0.5"::equals))
                    .isEmpty();
            assertThat(EventHeader.text(record.headers(), "segment")).contains("north");
            assertThat(EventHeader.text(record.headers(), "source-record")).contains("images/3/7");
        });
    }
}
