package org.catalogtagger.streaming.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.catalogtagger.streaming.accuracy.SampledTags;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TagHeadersTest {
    private static final EventHeader SOURCE = header("source-record", "product-images/0/7");

    @Test
    void smallOnesAreTheVeryHeaders() {
        List<EventHeader> headers = List.of(header("label", "Ties"), header("segment", "acme"), SOURCE);
        assertThat(TagHeaders.of(headers, 0)).isSameAs(headers);
    }

    @Test
    void whatATagDoesNotCarryOnDoesNotCount() {
        List<EventHeader> headers = List.of(header("x", "x".repeat(600_000)), SOURCE);
        assertThat(TagHeaders.of(headers, 0)).isSameAs(headers);
    }

    @Test
    void aGiantSegmentIsCutBetweenCharactersAndSaysSo() {
        List<EventHeader> kept = TagHeaders.of(List.of(header("segment", "é".repeat(300) + "x"), SOURCE), 0);
        assertThat(EventHeader.text(kept, "segment")).contains("é".repeat(128));
        assertThat(EventHeader.text(kept, "cut")).contains("segment=601");
        assertThat(kept).contains(SOURCE);
    }

    @Test
    void aGiantLabelIsNone() {
        List<EventHeader> kept = TagHeaders.of(List.of(header("label", "x".repeat(257)), SOURCE), 0);
        assertThat(EventHeader.text(kept, "label")).isEmpty();
        assertThat(EventHeader.text(kept, "cut")).contains("label=257");
    }

    @Test
    void cloudEventsAttributesAreKeptAsLongAsThereIsRoom() {
        List<EventHeader> headers = new ArrayList<>(List.of(header("ce_id", "7"), header("ce_x", "x".repeat(9000))));
        headers.add(header("ce_source", "shop"));
        headers.add(SOURCE);
        List<EventHeader> kept = TagHeaders.of(headers, 0);
        assertThat(kept).extracting(EventHeader::name).containsExactly("ce_id", "ce_source", "source-record", "cut");
    }

    @Test
    void ofManySegmentsTheLastCounts() {
        List<EventHeader> headers = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            headers.add(header("segment", "s" + i));
        }
        List<EventHeader> kept = TagHeaders.of(headers, 0);
        assertThat(kept).hasSize(1);
        assertThat(EventHeader.text(kept, "segment")).contains("s9999");
    }

    @Test
    void aTagThatIsDrawnForAnAuditSaysSoHoweverLargeItsHeadersAre() {
        for (EventHeader label : List.of(header("label", "Ties"), header("label", "x".repeat(257)))) {
            List<EventHeader> kept = TagHeaders.of(List.of(label, SOURCE), 0.01);
            assertThat(EventHeader.text(kept, "audit")).contains("true");
            assertThat(EventHeader.text(kept, "audit-probability")).contains("0.01");
            assertThat(kept).contains(SOURCE);
        }
    }

    @Test
    void theProbabilityOfALabelIsKeptBesideAGiant() {
        EventHeader probability = header("label-probability", "0.05");
        EventHeader giant = header("segment", "x".repeat(600));
        assertThat(TagHeaders.of(List.of(probability, giant), 0)).contains(probability);
        assertThat(LabelProbability.of(List.of(probability))).isEqualTo(0.05);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "0", "-0.5", "1.5", "NaN", "1e-9", "5 %", "Infinity", "0.50000000000000000000000000000000000"
            })
    void whatIsNoProbabilityDeclaresNone(String text) {
        assertThat(LabelProbability.of(List.of(header("label-probability", text))))
                .isEqualTo(SampledTags.NOT_DECLARED);
    }

    private static EventHeader header(String name, String value) {
        return new EventHeader(name, value.getBytes(UTF_8));
    }
}
