package org.catalogtagger.streaming.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.catalogtagger.streaming.events.EventHeader;
import org.catalogtagger.streaming.events.InputRecord;
import org.catalogtagger.streaming.events.Rejection;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RejectionRecordTest {
    private static final long NOW = 1_764_000_000_000L;
    private static final int LIMIT = 1_048_588;

    @Test
    void whatTheTopicTakesGoesOnUntouched() {
        InputRecord event = event(new byte[10], new byte[1000], new EventHeader("segment", null), header("x", 5));
        ProducerRecord<byte[], byte[]> rejected = rejected(event, TopicLimit.DEFAULT);
        assertThat(rejected.key()).isSameAs(event.key());
        assertThat(rejected.value()).isSameAs(event.value());
        assertThat(rejected.timestamp()).isEqualTo(NOW - 5);
        assertThat(rejected.headers().toArray())
                .extracting(Header::key)
                .containsExactly("segment", "x", "source-record", "reason", "detail", "at");
    }

    @Test
    void ofAValueThatTheTopicDoesNotTakeThereIsTheBeginning() {
        ProducerRecord<byte[], byte[]> rejected =
                rejected(event(new byte[10], new byte[1_048_480], header("x", 5)), TopicLimit.DEFAULT);
        assertThat(rejected.value().length).isBetween(1_047_000, 1_048_479);
        assertThat(rejected.key()).hasSize(10);
        assertThat(text(rejected, "cut")).isEqualTo("value=1048480");
        assertThat(text(rejected, "source-record")).isEqualTo("product-images/0/7");
        assertThat(rejected.headers().lastHeader("x")).isNotNull();
    }

    @Test
    void headersGoAfterTheValueAndTheKeyAfterThem() {
        ProducerRecord<byte[], byte[]> withoutHeaders = rejected(
                event(new byte[600_000], new byte[3], header("a", 700_000), header("b", 5)), TopicLimit.DEFAULT);
        assertThat(withoutHeaders.key()).hasSize(600_000);
        assertThat(text(withoutHeaders, "cut")).isEqualTo("headers=700007");
        assertThat(withoutHeaders.headers().lastHeader("b")).isNotNull();

        ProducerRecord<byte[], byte[]> all =
                rejected(event(new byte[2_000_000], new byte[3], header("a", 7)), TopicLimit.DEFAULT);
        assertThat(all.key().length).isBetween(1_047_000, LIMIT);
        assertThat(all.value()).isEmpty();
        assertThat(text(all, "cut")).isEqualTo("value=3,headers=8,key=2000000");
    }

    @Test
    void aCompactedTopicGetsAKeyOfTheRecordsOwn() {
        TopicLimit compacted = new TopicLimit(LIMIT, Long.MAX_VALUE, Long.MAX_VALUE, true);
        assertThat(rejected(event(null, new byte[3]), compacted).key())
                .asString(UTF_8)
                .isEqualTo("product-images/0/7");
        assertThat(rejected(event(null, new byte[3]), TopicLimit.DEFAULT).key()).isNull();
    }

    @Test
    void aTimeThatTheTopicRefusesIsTheRejections() {
        TopicLimit hour = new TopicLimit(LIMIT, 3_600_000, 3_600_000, false);
        assertThat(hour.time(NOW - 3_000_000, NOW)).isEqualTo(NOW - 3_000_000);
        assertThat(hour.time(NOW - 3_500_000, NOW)).as("while it is being sent").isEqualTo(NOW);
        assertThat(hour.time(NOW + 3_500_000, NOW)).as("clocks differ").isEqualTo(NOW);
        assertThat(hour.time(-1, NOW)).isEqualTo(NOW);
        assertThat(TopicLimit.DEFAULT.time(0, NOW)).isZero();
        assertThat(TopicLimit.DEFAULT.time(Long.MAX_VALUE, NOW)).isEqualTo(NOW);
    }

    @Property
    void whateverTheRecordTheTopicTakesItsRejection(
            @ForAll @IntRange(max = 100_000) int key,
            @ForAll @IntRange(max = 100_000) int value,
            @ForAll @Size(max = 30) List<@IntRange(max = 20_000) Integer> headers,
            @ForAll @IntRange(min = 16 << 10, max = 200_000) int maxBytes) {
        EventHeader[] theirs = headers.stream().map(size -> header("ü", size)).toArray(EventHeader[]::new);
        TopicLimit limit = new TopicLimit(maxBytes, Long.MAX_VALUE, Long.MAX_VALUE, false);
        ProducerRecord<byte[], byte[]> rejected = rejected(event(new byte[key], new byte[value], theirs), limit);
        assertThat(limit.takes(rejected)).isTrue();
        assertThat(text(rejected, "source-record")).isEqualTo("product-images/0/7");
        boolean whole = rejected.key().length == key
                && rejected.value().length == value
                && Arrays.stream(rejected.headers().toArray())
                                .filter(header -> header.key().equals("ü"))
                                .count()
                        == theirs.length;
        assertThat(rejected.headers().lastHeader("cut") == null).isEqualTo(whole);
    }

    private static ProducerRecord<byte[], byte[]> rejected(InputRecord event, TopicLimit limit) {
        return RejectionRecord.of("rejected", limit, new Rejection(event, "corrupt", "x".repeat(5000), NOW));
    }

    private static InputRecord event(byte @Nullable [] key, byte @Nullable [] value, EventHeader... headers) {
        List<EventHeader> all = new ArrayList<>(List.of(headers));
        all.add(new EventHeader("source-record", "product-images/0/7".getBytes(UTF_8)));
        return new InputRecord(key, value, all, NOW - 5);
    }

    private static EventHeader header(String name, int bytes) {
        return new EventHeader(name, new byte[bytes]);
    }

    private static String text(ProducerRecord<byte[], byte[]> kafkaRecord, String header) {
        return new String(kafkaRecord.headers().lastHeader(header).value(), UTF_8);
    }
}
