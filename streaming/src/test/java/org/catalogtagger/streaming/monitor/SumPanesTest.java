package org.catalogtagger.streaming.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.catalogtagger.streaming.accuracy.AccuracyCounter;
import org.catalogtagger.streaming.accuracy.AccuracyWindows;
import org.catalogtagger.streaming.accuracy.AccuracyWindows.Kind;
import org.catalogtagger.streaming.accuracy.SampledTags;
import org.catalogtagger.streaming.accuracy.TagOutcome;
import org.junit.jupiter.api.Test;

/** A watermark closes windows: what belongs to them must be emitted before it. */
class SumPanesTest {
    private static final AccuracyWindows WINDOWS = new AccuracyWindows(Kind.SLIDING, 100, 100);
    private static final TagOutcome TAG = new TagOutcome("v1", "shop", 10, 0.9f, List.of("Ties"), 0.8f, 200, false);

    @Test
    void whatWasCountedIsEmittedBeforeTheWatermarkThatCloses() throws Exception {
        try (OneInputStreamOperatorTestHarness<AccuracyChange, PaneCounts> harness =
                new OneInputStreamOperatorTestHarness<>(new CountPanes(WINDOWS))) {
            harness.open();
            harness.processWatermark(new Watermark(0));
            harness.processElement(new StreamRecord<>(AccuracyChange.tagged(TAG)));
            harness.processWatermark(new Watermark(98));
            assertThat(harness.getOutput())
                    .as("nothing closes yet")
                    .containsExactly(new Watermark(0), new Watermark(98));
            harness.processWatermark(new Watermark(99));
            assertThat(harness.getOutput())
                    .containsExactly(new Watermark(0), new Watermark(98), sum(Series.ofAll("v1")), new Watermark(99));
            assertThat(harness.getSideOutput(CountPanes.BY_SEGMENT)).containsExactly(sum(new Series("v1", "shop")));
        }
    }

    /** As they come, not when their tags are forgotten. */
    @Test
    void labelsAreCountedForPrometheusAsTheyCome() throws Exception {
        CountPanes countPanes = new CountPanes(WINDOWS);
        try (OneInputStreamOperatorTestHarness<AccuracyChange, PaneCounts> harness =
                new OneInputStreamOperatorTestHarness<>(countPanes)) {
            harness.open();
            harness.processElement(new StreamRecord<>(AccuracyChange.tagged(TAG)));
            assertThat(countPanes.labelsCounted()).isZero();
            harness.processElement(new StreamRecord<>(
                    new AccuracyChange(AccuracyChange.Kind.LABELLED, TAG, "Ties", 5, SampledTags.NOT_DECLARED)));
            assertThat(countPanes.labelsCounted()).isEqualTo(1);
            harness.processElement(new StreamRecord<>(
                    new AccuracyChange(AccuracyChange.Kind.UNLABELLED, TAG, "Ties", 5, SampledTags.NOT_DECLARED)));
            assertThat(countPanes.labelsCounted()).isEqualTo(1);
        }
    }

    @Test
    void whatWasMergedIsEmittedBeforeTheWatermarkThatCloses() throws Exception {
        try (OneInputStreamOperatorTestHarness<PaneCounts, PaneCounts> harness =
                new OneInputStreamOperatorTestHarness<>(new MergePanes(WINDOWS))) {
            harness.open();
            harness.processElement(sum(new Series("v1", "shop")));
            harness.processWatermark(new Watermark(99));
            assertThat(harness.getOutput()).containsExactly(sum(new Series("v1", "shop")), new Watermark(99));
        }
    }

    private static StreamRecord<PaneCounts> sum(Series series) {
        AccuracyCounter counter = new AccuracyCounter();
        counter.countTagged(TAG);
        return new StreamRecord<>(new PaneCounts(series, 0, 1, counter.counts(), List.of()), 0);
    }
}
