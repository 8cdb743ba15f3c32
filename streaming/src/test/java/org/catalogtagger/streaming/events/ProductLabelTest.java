package org.catalogtagger.streaming.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.text.Normalizer;
import java.time.Instant;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.catalogtagger.streaming.accuracy.SampledTags;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProductLabelTest {
    private static final long NOW = Instant.parse("2026-01-31T12:00:00Z").toEpochMilli();
    private static final EventTimes TIMES = new EventTimes(3_600_000);

    @ParameterizedTest
    @CsvSource({
        "'\"2026-01-31T11:00:00Z\"', 2026-01-31T11:00:00Z",
        "'\"2026-01-31T12:00:00.5+01:00\"', 2026-01-31T11:00:00.500Z",
        "1769857200123, 2026-01-31T11:00:00.123Z"
    })
    void aTimeIsIso8601OrMillisecondsSince1970(String json, Instant expected) throws Exception {
        assertThat(label("{\"label\": \"Ties\", \"labelledAt\": %s}".formatted(json))
                        .labelledAt())
                .isEqualTo(expected.toEpochMilli());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"label\": \"Ties\"}", "{\"label\": \"Ties\", \"labelledAt\": null}"})
    void withoutATimeItIsTheRecords(String json) throws Exception {
        assertThat(label(json).labelledAt()).isEqualTo(NOW - 7);
    }

    @Test
    void theProbabilityIsANumberThatMayBeLeftOut() throws Exception {
        assertThat(label("{\"label\": \"Ties\", \"label-probability\": 0.05}").probability())
                .isEqualTo(0.05);
        assertThat(label("{\"label\": \"Ties\", \"label-probability\": 1}").probability())
                .isEqualTo(1);
        assertThat(label("{\"label\": \"Ties\", \"label-probability\": null}").probability())
                .isEqualTo(SampledTags.NOT_DECLARED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1.0001", "1e-7", "\"0.5\"", "true", "[0.5]", "1e400"})
    void whatIsNoProbabilityIsRejected(String json) {
        assertThatThrownBy(() -> label("{\"label\": \"Ties\", \"label-probability\": %s}".formatted(json)))
                .isInstanceOfSatisfying(RejectedEventException.class, e -> {
                    assertThat(e.reason()).isEqualTo("bad-label");
                    assertThat(e).hasMessageContaining("label-probability");
                });
    }

    @Test
    void fieldsThatOthersAddArePassedOver() throws Exception {
        assertThat(label("{\"by\": {\"name\": [1, null]}, \"label\": \"Ties\", \"v\": NaN}".replace("NaN", "1e400"))
                        .label())
                .isEqualTo("Ties");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"+999999999-12-31T23:59:59Z\"",
                "\"-999999999-01-01T00:00:00Z\"",
                "\"2026-01-31T13:00:00.001Z\"",
                "\"1989-12-31T23:59:59Z\"",
                "\"2026-01-31T11:00:00\"",
                "\"yesterday\"",
                "1769857200",
                "1769857200.5",
                "1e999999999",
                "-1",
                "9223372036854775807",
                "99999999999999999999999999",
                "true",
                "[]",
                "{}"
            })
    void aTimeThatIsNoneOrOutOfBoundsIsABadLabel(String time) {
        assertThatThrownBy(() -> label("{\"label\": \"Ties\", \"labelledAt\": %s}".formatted(time)))
                .isInstanceOfSatisfying(RejectedEventException.class, e -> assertThat(e.reason())
                        .isEqualTo("bad-label"))
                .hasMessageContaining("labelledAt");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "7",
                "[]",
                "{}",
                "{",
                "{\"label\": null}",
                "{\"label\": \" \"}",
                "{\"label\": 7}",
                "{\"label\": \"\\ud800\"}",
                "{\"label\": \"\\udc00\\ud800 x\"}"
            })
    void whatIsNoLabelIsABadOne(String json) {
        assertThatThrownBy(() -> label(json))
                .isInstanceOfSatisfying(RejectedEventException.class, e -> assertThat(e.reason())
                        .isEqualTo("bad-label"));
    }

    @Test
    void aLabelLongerThanAClassMayBeIsABadOne() throws Exception {
        assertThat(label("{\"label\": \"%s\"}".formatted("é".repeat(128))).label())
                .hasSize(128);
        assertThatThrownBy(() -> label("{\"label\": \"%s\"}".formatted("é".repeat(129))))
                .hasMessageContaining("258 bytes");
    }

    @Test
    void aLabelIsComparedInNfc() throws Exception {
        String decomposed = Normalizer.normalize("Täschchen", Normalizer.Form.NFD);
        assertThat(decomposed).isNotEqualTo("Täschchen");
        assertThat(label("{\"label\": \"%s\"}".formatted(decomposed)).label()).isEqualTo("Täschchen");
    }

    @Property
    void whateverTheBytesItIsALabelOrABadOne(@ForAll byte[] json) {
        try {
            ProductLabel label = ProductLabel.of(event(json), TIMES, NOW);
            assertThat(label.label()).isNotBlank();
        } catch (RejectedEventException e) {
            assertThat(e.reason()).isEqualTo("bad-label");
        }
    }

    private static ProductLabel label(String json) throws RejectedEventException {
        return ProductLabel.of(event(json.getBytes(UTF_8)), TIMES, NOW);
    }

    private static InputRecord event(byte[] json) {
        return new InputRecord("15970".getBytes(UTF_8), json, List.of(), NOW - 7);
    }
}
