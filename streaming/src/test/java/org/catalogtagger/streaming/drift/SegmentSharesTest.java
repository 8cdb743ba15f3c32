package org.catalogtagger.streaming.drift;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.catalogtagger.streaming.accuracy.AccuracyCounter;
import org.catalogtagger.streaming.accuracy.SampledTags;
import org.catalogtagger.streaming.accuracy.TagOutcome;
import org.catalogtagger.streaming.drift.DriftAlert.Kind;
import org.catalogtagger.streaming.drift.DriftAlert.Status;
import org.junit.jupiter.api.Test;

/** Of two segments, from time 1,000 on the north's images are dark, unfamiliar and half of them wrong. */
class SegmentSharesTest {
    private final SegmentShares shares = new SegmentShares();

    private void add(String segment, int time, int tags, int right, float confidence, float gray, float familiarity) {
        AccuracyCounter counter = new AccuracyCounter();
        for (int i = 0; i < tags; i++) {
            TagOutcome tag = new TagOutcome(
                    "v1",
                    segment,
                    time,
                    confidence,
                    List.of(i < right ? "Shirts" : "Ties"),
                    confidence,
                    gray,
                    false,
                    familiarity,
                    "");
            counter.countTagged(tag);
            counter.countLabelled(tag, "Shirts", SampledTags.NOT_DECLARED, 0, 1);
        }
        shares.add(segment, counter.counts(), time);
    }

    private void change() {
        for (int time = 0; time < 2_000; time += 100) {
            boolean isSince = time >= 1_000;
            add("north", time, 10, isSince ? 5 : 9, isSince ? 0.5f : 0.9f, isSince ? 80 : 200, isSince ? 0.05f : 0.5f);
            add("south", time, isSince ? 10 : 30, isSince ? 8 : 24, 0.8f, 200, 0.5f);
        }
    }

    private static DriftAlert alert(Kind kind, String label, double before, double now) {
        return new DriftAlert(
                Status.OPEN, kind, label, "", "test", before, now, "", 100, 1_000, 900, 1_100, 2_000, "v1");
    }

    @Test
    void saysWhichSegmentCarriesAFallAndWhatItWas() {
        change();
        assertThat(shares.carrying(alert(Kind.ACCURACY, "", 0.82, 0.65)))
                .isEqualTo("; by segment: north 50.0 %, 90.0 % before");
        assertThat(shares.carrying(alert(Kind.CALIBRATION, "", 0.82, 0.65))).contains("north 50.0 %");
        assertThat(shares.carrying(alert(Kind.CONFIDENCE, "", 0.82, 0.65)))
                .isEqualTo("; by segment: north 50.0 %, 90.0 % before");
        assertThat(shares.carrying(alert(Kind.BRIGHTNESS, "", 200, 140)))
                .matches("; by segment: north (7|8)\\d, (19|20)\\d before");
        assertThat(shares.carrying(alert(Kind.FAMILIARITY, "", 0.1, 0.5)))
                .isEqualTo("; by segment: north 100.0 %, 0.0 % before");
    }

    @Test
    void anotherMixIsOftenOneOfSegments() {
        change();
        assertThat(shares.carrying(alert(Kind.PREDICTIONS, "Ties", 0.2, 0.4)))
                .contains("north 50.0 %, 25.0 % before")
                .contains("south 50.0 %, 75.0 % before");
    }

    @Test
    void wherePartsCannotBeToldNothingIsSaid() {
        assertThat(shares.carrying(alert(Kind.ACCURACY, "", 0.82, 0.65))).isEmpty();
        add("north", 0, 100, 90, 0.9f, 200, 0.5f);
        add("north", 1_500, 100, 50, 0.9f, 200, 0.5f);
        assertThat(shares.carrying(alert(Kind.ACCURACY, "", 0.82, 0.65)))
                .as("one segment")
                .isEmpty();
        add("south", 1_500, 100, 50, 0.9f, 200, 0.5f);
        assertThat(shares.carrying(alert(Kind.ACCURACY, "", 0.82, 0.65)))
                .as("of the other nothing was before")
                .isEqualTo("; by segment: north 50.0 %, 90.0 % before");
        assertThat(shares.carrying(alert(Kind.ACCURACY, "Shirts", 0.82, 0.65)))
                .as("a segment has not its classes")
                .isEmpty();
        assertThat(shares.carrying(alert(Kind.ACCURACY, "", 0.65, 0.82)))
                .as("a rise")
                .isEmpty();
    }

    @Test
    void ofMoreSegmentsThanAreKeptTheLastAre() {
        add("first", 0, 100, 90, 0.9f, 200, 0.5f);
        for (int i = 0; i < 300; i++) {
            add("segment " + i, i, 100, 90, 0.9f, 200, 0.5f);
        }
        add("first", 2_000, 100, 10, 0.9f, 200, 0.5f);
        add("segment 299", 2_000, 100, 10, 0.9f, 200, 0.5f);
        assertThat(shares.carrying(alert(Kind.ACCURACY, "", 0.82, 0.65)))
                .isEqualTo("; by segment: segment 299 10.0 %, 90.0 % before");
    }
}
