package org.catalogtagger.streaming.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TagHeadersTest {
    private static final EventHeader SOURCE = header("source-record", "product-images/0/7");

    @Test
    void smallOnesAreTheVeryHeaders() {
        List<EventHeader> headers = List.of(header("label", "Ties"), header("segment", "acme"), SOURCE);
        assertThat(TagHeaders.of(headers)).isSameAs(headers);
    }

    @Test
    void whatATagDoesNotCarryOnDoesNotCount() {
        List<EventHeader> headers = List.of(header("x", "x".repeat(600_000)), SOURCE);
        assertThat(TagHeaders.of(headers)).isSameAs(headers);
    }

    @Test
    void aGiantSegmentIsCutBetweenCharactersAndSaysSo() {
        List<EventHeader> kept = TagHeaders.of(List.of(header("segment", "é".repeat(300) + "x"), SOURCE));
        assertThat(EventHeader.text(kept, "segment")).contains("é".repeat(128));
        assertThat(EventHeader.text(kept, "cut")).contains("segment=601");
        assertThat(kept).contains(SOURCE);
    }

    @Test
    void aGiantLabelIsNone() {
        List<EventHeader> kept = TagHeaders.of(List.of(header("label", "x".repeat(257)), SOURCE));
        assertThat(EventHeader.text(kept, "label")).isEmpty();
        assertThat(EventHeader.text(kept, "cut")).contains("label=257");
    }

    @Test
    void cloudEventsAttributesAreKeptAsLongAsThereIsRoom() {
        List<EventHeader> headers = new ArrayList<>(List.of(header("ce_id", "7"), header("ce_x", "x".repeat(9000))));
        headers.add(header("ce_source", "shop"));
        headers.add(SOURCE);
        List<EventHeader> kept = TagHeaders.of(headers);
        assertThat(kept).extracting(EventHeader::name).containsExactly("ce_id", "ce_source", "source-record", "cut");
    }

    @Test
    void ofManySegmentsTheLastCounts() {
        List<EventHeader> headers = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            headers.add(header("segment", "s" + i));
        }
        List<EventHeader> kept = TagHeaders.of(headers);
        assertThat(kept).hasSize(1);
        assertThat(EventHeader.text(kept, "segment")).contains("s9999");
    }

    private static EventHeader header(String name, String value) {
        return new EventHeader(name, value.getBytes(UTF_8));
    }
}
