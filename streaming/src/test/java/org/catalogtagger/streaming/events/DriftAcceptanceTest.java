package org.catalogtagger.streaming.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.catalogtagger.streaming.drift.DriftAlert.Kind;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DriftAcceptanceTest {
    private static final long NOW = Instant.parse("2026-01-31T12:00:00Z").toEpochMilli();
    private static final long SINCE = NOW - 7_200_000;
    private static final EventTimes TIMES = new EventTimes(3_600_000);

    @Test
    void readsAnAcceptanceAndPassesOverWhatOthersAdd() throws Exception {
        assertThat(
                        acceptance(
                                """
                        {"kind": "accuracy", "label": "Shirts", "modelVersion": "v1", "since": "2026-01-31T10:00:00Z",
                         "acceptedAt": "2026-01-31T12:00:00Z", "by": {"name": "Ada"}}
                        """))
                .isEqualTo(new DriftAcceptance(Kind.ACCURACY, "Shirts", "v1", SINCE, NOW));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void ofAllTagsThereIsNoLabel(Kind kind) throws Exception {
        assertThat(acceptance(
                        """
                        {"kind": "%s", "label": null, "modelVersion": "v1", "since": %d, "acceptedAt": %d}
                        """
                                .formatted(kind.key(), SINCE, NOW)))
                .isEqualTo(new DriftAcceptance(kind, "", "v1", SINCE, NOW));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "",
                "accuracy",
                "[]",
                "{}",
                "{\"kind\": \"ACCURACY\", \"modelVersion\": \"v1\", \"since\": 1769853600000, \"acceptedAt\": 1769860800000}",
                "{\"kind\": \"\", \"modelVersion\": \"v1\", \"since\": 1769853600000, \"acceptedAt\": 1769860800000}",
                "{\"kind\": 1, \"modelVersion\": \"v1\", \"since\": 1769853600000, \"acceptedAt\": 1769860800000}",
                "{\"kind\": \"accuracy\", \"since\": 1769853600000, \"acceptedAt\": 1769860800000}",
                "{\"kind\": \"accuracy\", \"label\": 7, \"modelVersion\": \"v1\", \"since\": 1769853600000, \"acceptedAt\": 1769860800000}",
                "{\"kind\": \"accuracy\", \"label\": \"\\ud800\", \"modelVersion\": \"v1\", \"since\": 1769853600000, \"acceptedAt\": 1769860800000}",
                "{\"kind\": \"accuracy\", \"modelVersion\": \"v1\", \"acceptedAt\": 1769860800000}",
                "{\"kind\": \"accuracy\", \"modelVersion\": \"v1\", \"since\": 1769853600000}",
                "{\"kind\": \"accuracy\", \"modelVersion\": \"v1\", \"since\": \"+999999999-12-31T23:59:59Z\", \"acceptedAt\": 1769860800000}",
                "{\"kind\": \"accuracy\", \"modelVersion\": \"v1\", \"since\": 1769853600000, \"acceptedAt\": 4070908800000}"
            })
    void whatIsNoAcceptanceIsABadOne(String json) {
        assertThatThrownBy(() -> acceptance(json))
                .isInstanceOfSatisfying(RejectedEventException.class, e -> assertThat(e.reason())
                        .isEqualTo("bad-acceptance"));
    }

    @Test
    void noValueIsABadOne() {
        assertThatThrownBy(() -> acceptance(null)).hasMessageContaining("no value");
    }

    @Test
    void aGiantLabelIsABadOne() {
        String json = "{\"kind\": \"accuracy\", \"label\": \"%s\"}".formatted("x".repeat(100_000));
        assertThatThrownBy(() -> acceptance(json)).hasMessageContaining("100,000 bytes");
    }

    @Property
    void whateverComesIsReadOrRejected(@ForAll byte[] value, @ForAll String kind, @ForAll String label) {
        for (byte[] any : List.of(
                value,
                "{\"kind\": \"%s\", \"label\": \"%s\"}".formatted(kind, label).getBytes(UTF_8))) {
            assertThatThrownBy(() -> DriftAcceptance.of(new InputRecord(null, any, List.of(), NOW), TIMES, NOW))
                    .isInstanceOf(RejectedEventException.class);
        }
    }

    private static DriftAcceptance acceptance(@Nullable String json) throws RejectedEventException {
        byte[] value = json == null ? null : json.getBytes(UTF_8);
        return DriftAcceptance.of(new InputRecord("key".getBytes(UTF_8), value, List.of(), NOW - 7), TIMES, NOW);
    }
}
