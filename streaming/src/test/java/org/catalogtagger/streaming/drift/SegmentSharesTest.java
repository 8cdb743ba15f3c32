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
                    "",
                    0);
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
    void saysWhichSegmentCarriesAChangeAndWhatItWas() {
        change();
        assertThat(shares.carrying(alert(Kind.ACCURACY, "", 0.82, 0.65)))
                .isEqualTo("; by segment: north 50.0 %, 90.0 % before");
        assertThat(shares.carrying(alert(Kind.CALIBRATION, "", 0.82, 0.65))).contains("north 50.0 %");
        assertThat(shares.carrying(alert(Kind.CONFIDENCE, "", 0.82, 0.65)))
                .isEqualTo("; by segment: north 50.0 %, 90.0 % before");
        assertThat(shares.carrying(alert(Kind.BRIGHTNESS, "", 200, 140)))
                .matches("; by segment: north (7|8)\\d, (19|20)\\d before");
        assertThat(shares.carrying(alert(Kind.FAMILIARITY, "", 0, 0.5)))
                .isEqualTo("; by segment: north 100.0 %, 0.0 % before");
        assertThat(shares.carrying(alert(Kind.PREDICTIONS, "Ties", 0.2, 0.4)))
                .as("of labels there are no counts")
                .isEmpty();
        assertThat(shares.carrying(alert(Kind.ACCURACY, "Shirts", 0.82, 0.65)))
                .as("nor of classes")
                .isEmpty();
    }

    /** Nobody else is named for it, though each has changed by chance. */
    @Test
    void aNewSegmentMayBeAllOfAChange() {
        add("north", 0, 1_000, 800, 0.9f, 200, 0.5f);
        add("south", 0, 1_000, 800, 0.9f, 200, 0.5f);
        add("north", 1_000, 100, 79, 0.9f, 200, 0.5f);
        add("south", 1_000, 100, 80, 0.9f, 200, 0.5f);
        add("acme", 1_000, 100, 10, 0.9f, 40, 0.5f);
        assertThat(shares.carrying(alert(Kind.ACCURACY, "", 0.8, 0.56)))
                .isEqualTo("; by segment: acme 10.0 %, hardly any before");
        assertThat(shares.carrying(alert(Kind.BRIGHTNESS, "", 204, 150)))
                .isEqualTo("; by segment: acme 44, hardly any before");
    }

    /** The dark ones are as dark as ever. */
    @Test
    void aSegmentThatOnlyComesMoreOftenMayBeAllOfAChange() {
        add("dark", 0, 100, 50, 0.9f, 40, 0.5f);
        add("light", 0, 1_900, 1_500, 0.9f, 200, 0.5f);
        add("dark", 1_000, 600, 300, 0.9f, 40, 0.5f);
        add("light", 1_000, 400, 316, 0.9f, 200, 0.5f);
        assertThat(shares.carrying(alert(Kind.BRIGHTNESS, "", 196, 108))).isEqualTo("; by segment: dark 44, 44 before");
    }

    /** Labels that came first are those of wrong tags, say; or the segments' counts are not there yet. */
    @Test
    void whereSegmentsDoNotSayWhatTheAlertDoesNothingIsSaid() {
        assertThat(shares.carrying(alert(Kind.ACCURACY, "", 0.82, 0.65))).isEmpty();
        change();
        assertThat(shares.carrying(alert(Kind.ACCURACY, "", 0.82, 0.8)))
                .as("much more")
                .isEmpty();
        assertThat(shares.carrying(alert(Kind.ACCURACY, "", 0.82, 0.2)))
                .as("much less")
                .isEmpty();
        assertThat(shares.carrying(alert(Kind.ACCURACY, "", 0.65, 0.82)))
                .as("a rise")
                .isEmpty();
        assertThat(shares.carrying(alert(Kind.ACCURACY, "", 0.8, 0.8))).isEmpty();
    }

    @Test
    void oneSegmentIsAllThereIs() {
        add("north", 0, 100, 90, 0.9f, 200, 0.5f);
        add("north", 1_500, 100, 50, 0.9f, 200, 0.5f);
        assertThat(shares.carrying(alert(Kind.ACCURACY, "", 0.9, 0.5))).isEmpty();
    }

    @Test
    void ofMoreSegmentsThanAreKeptTheLastAre() {
        for (int i = 0; i < 300; i++) {
            add("segment " + i, i, 100, 90, 0.9f, 200, 0.5f);
        }
        add("segment 0", 2_000, 100, 10, 0.9f, 200, 0.5f);
        add("segment 299", 2_000, 100, 10, 0.9f, 200, 0.5f);
        assertThat(shares.carrying(alert(Kind.ACCURACY, "", 0.9, 0.1)))
                .contains("segment 0 10.0 %, hardly any before")
                .contains("segment 299 10.0 %, 90.0 % before");
    }
}
