package org.catalogtagger.streaming.accuracy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class AccuracyMetricsTest {
    private final AccuracyCounter counter = new AccuracyCounter();

    @Test
    void ofNothingIsNothing() {
        AccuracyMetrics metrics = AccuracyMetrics.of(counter.counts());
        assertThat(metrics.support()).isZero();
        assertThat(metrics.accuracy()).isZero();
        assertThat(metrics.macroRecall()).isZero();
        assertThat(metrics.calibrationError()).isZero();
        assertThat(metrics.labelCoverage()).isZero();
        assertThat(metrics.accuracyInterval()).isEqualTo(new WilsonInterval(0, 1));
    }

    @Test
    void coverageCountsTagsWithoutTruthToo() {
        TagOutcome tag = tag(0.9f, "Ties", "Shirts");
        counter.countTagged(tag);
        counter.countTagged(tag);
        counter.countTagged(tag);
        counter.countLabelled(tag, "Shirts", SampledTags.NOT_DECLARED, 600, 1);
        AccuracyMetrics metrics = AccuracyMetrics.of(counter.counts());
        assertThat(metrics.tagged()).isEqualTo(3);
        assertThat(metrics.support()).isEqualTo(1);
        assertThat(metrics.labelCoverage()).isCloseTo(1 / 3.0, within(1e-12));
        assertThat(metrics.topAccuracy()).containsExactly(0.0, 1.0);
        assertThat(metrics.meanLabelDelayMillis()).isEqualTo(600);
    }

    @Test
    void whatIsToBeExpectedOfTagsNeedsNoTruth() {
        counter.countTagged(new TagOutcome("v1", "", 0, 0.95f, List.of("Ties"), 0.9f, 255, false));
        counter.countTagged(new TagOutcome("v1", "", 0, 1f, List.of("Ties"), 0.6f, 0, false));
        AccuracyMetrics metrics = AccuracyMetrics.of(counter.counts());
        Expectation expected = Expectation.byConfidence(counter.counts());
        assertThat(expected.accuracy()).isCloseTo(0.75, within(1e-6));
        assertThat(expected.lower()).isZero();
        assertThat(expected.upper()).isOne();
        assertThat(metrics.counts().confidences().get(14)).isEqualTo(2);
        assertThat(metrics.counts().brightness()).hasSize(AccuracyCounts.BRIGHTNESS_BINS);
        assertThat(metrics.counts().brightness().get(0)).isEqualTo(1);
        assertThat(metrics.support()).isZero();
    }

    @Test
    void aTruthThatIsTakenBackLeavesNothingBehind() {
        counter.countLabelled(tag(0.9f, "Ties"), "Ties", SampledTags.NOT_DECLARED, 5, 1);
        counter.countLabelled(tag(0.9f, "Ties"), "Ties", SampledTags.NOT_DECLARED, 5, -1);
        AccuracyMetrics metrics = AccuracyMetrics.of(counter.counts());
        assertThat(metrics.support()).isZero();
        assertThat(metrics.classes()).isEmpty();
        assertThat(metrics.counts().labelDelayMillis()).isZero();
    }

    @Test
    void wilsonsIntervalIsThatOfItsPaper() {
        // 81 of 263: Newcombe (1998), Two-sided confidence intervals for the single proportion, table I, method 3.
        WilsonInterval interval = WilsonInterval.of(81, 263);
        assertThat(interval.lower()).isCloseTo(0.2553, within(5e-5));
        assertThat(interval.upper()).isCloseTo(0.3662, within(5e-5));
    }

    private static TagOutcome tag(float confidence, String... top) {
        return new TagOutcome("v1", "", 0, confidence, List.of(top), 0.8f, 200, false);
    }
}
