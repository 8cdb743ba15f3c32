package org.catalogtagger.streaming.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.util.List;
import org.catalogtagger.streaming.accuracy.AccuracyMetrics;
import org.catalogtagger.streaming.accuracy.AccuracyWindows;
import org.catalogtagger.streaming.accuracy.AccuracyWindows.Kind;
import org.catalogtagger.streaming.accuracy.SampledTags;
import org.catalogtagger.streaming.accuracy.TagOutcome;
import org.catalogtagger.streaming.accuracy.WindowAccuracy;
import org.catalogtagger.streaming.events.ProductLabel;
import org.catalogtagger.streaming.events.ProductTag;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Labels that come early, late, twice, corrected or never. */
class JoinLabelsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(80);
    private static final Duration LATENESS = Duration.ofSeconds(5);

    private AccuracyHarness harness;

    @BeforeEach
    void open() throws Exception {
        harness = new AccuracyHarness(new AccuracyWindows(Kind.SLIDING, 100, 100), PATIENCE, LATENESS);
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    @Test
    void aLabelMayComeBeforeItsTag() throws Exception {
        label("1", "Ties", 0);
        tag("1", "Ties", 10, "");
        harness.watermark(100);
        assertThat(harness.emitted()).singleElement().satisfies(window -> {
            assertThat(window.metrics().support()).isEqualTo(1);
            assertThat(window.metrics().correct()).isEqualTo(1);
        });
    }

    @Test
    void aLabelAfterTheWindowCorrectsIt() throws Exception {
        tag("1", "Ties", 10, "");
        harness.watermark(100);
        label("1", "Shirts", 700);
        harness.checkpointBarrier();
        harness.passTime(1000);
        assertThat(harness.emitted()).extracting(WindowAccuracy::revision).containsExactly(0, 1);
        assertThat(harness.emitted()).extracting(w -> w.metrics().support()).containsExactly(0L, 1L);
        assertThat(harness.emitted().get(1).metrics().correct()).isZero();
        assertThat(harness.emitted().get(1).metrics().meanLabelDelayMillis()).isEqualTo(690);
    }

    @Test
    void ofSeveralLabelsTheNewestCountsWhateverTheOrder() throws Exception {
        tag("1", "Ties", 10, "");
        label("1", "Shirts", 50);
        label("1", "Ties", 70);
        label("1", "Watches", 60);
        label("1", "Ties", 70);
        harness.watermark(100);
        AccuracyMetrics metrics = harness.emitted().get(0).metrics();
        assertThat(metrics.support()).isEqualTo(1);
        assertThat(metrics.correct()).isEqualTo(1);
    }

    @Test
    void aLabelIsForEachTagOfItsProductByEachModel() throws Exception {
        tag("1", "Ties", 10, "");
        harness.tag(new ProductTag(
                "1",
                new TagOutcome("shadow", "", 10, 0.9f, List.of("Shirts"), 0.8f, 200, false),
                "",
                SampledTags.NOT_DECLARED));
        label("1", "Ties", 20);
        harness.watermark(100);
        assertThat(harness.emitted())
                .extracting(WindowAccuracy::modelVersion, w -> w.metrics().correct())
                .containsExactlyInAnyOrder(tuple("v1", 1L), tuple("shadow", 0L));
    }

    @Test
    void aLabelCountsForImagesThatAreNoFurtherAwayThanThePatience() throws Exception {
        tag("1", "Ties", 0, "");
        label("1", "Ties", PATIENCE.toMillis());
        tag("2", "Ties", 0, "");
        label("2", "Ties", PATIENCE.toMillis() + 1);
        label("3", "Ties", 0);
        tag("3", "Ties", PATIENCE.toMillis(), "");
        label("4", "Ties", 0);
        tag("4", "Ties", PATIENCE.toMillis() + 1, "");
        harness.watermark(2 * PATIENCE.toMillis());
        assertThat(harness.emitted())
                .extracting(w -> w.window().start(), w -> w.metrics().tagged(), w -> w.metrics()
                        .support())
                .containsExactly(tuple(0L, 2L, 1L), tuple(PATIENCE.toMillis(), 2L, 1L));
    }

    @Test
    void anOldLabelThatIsSentNowCountsNow() throws Exception {
        long longAfter = 100 * PATIENCE.toMillis();
        harness.label(new ProductLabel("1", "Ties", SampledTags.NOT_DECLARED, 10, longAfter));
        tag("1", "Ties", longAfter, "");
        harness.watermark(longAfter + 100);
        assertThat(harness.emitted().get(0).metrics().support()).isEqualTo(1);
    }

    @Test
    void aLabelThatIsSentTooLateCountsNeverWheneverItIsRead() throws Exception {
        long sentAt = 3 * PATIENCE.toMillis();
        harness.label(new ProductLabel("read first", "Ties", SampledTags.NOT_DECLARED, 20, sentAt));
        tag("read first", "Ties", 10, "");
        tag("read later", "Ties", 10, "");
        harness.label(new ProductLabel("read later", "Ties", SampledTags.NOT_DECLARED, 20, sentAt));
        tag("of its time", "Ties", sentAt - PATIENCE.toMillis(), "");
        harness.label(new ProductLabel("of its time", "Ties", SampledTags.NOT_DECLARED, 20, sentAt));
        harness.watermark(sentAt);
        assertThat(harness.emitted())
                .extracting(w -> w.metrics().tagged(), w -> w.metrics().support())
                .containsExactly(tuple(2L, 0L), tuple(1L, 1L));
    }

    @Test
    void theClockForgetsNothing() throws Exception {
        tag("1", "Ties", 10, "");
        label("2", "Ties", 10);
        harness.checkpoint();
        harness.passTime(Duration.ofHours(6).toMillis());
        harness.restart(1);
        label("1", "Ties", 20);
        tag("2", "Ties", 20, "");
        harness.watermark(100);
        assertThat(harness.emitted().get(0).metrics().support()).isEqualTo(2);
    }

    @Test
    void aProductIsForgottenWhenEventTimeHasPassedIt() throws Exception {
        tag("1", "Ties", 10, "");
        label("2", "Ties", 10);
        long over = 10 + PATIENCE.toMillis();
        harness.watermark(over + 1);
        harness.passTime(2 * EventTimeProgress.GRACE_MILLIS);
        harness.watermark(over + 2 * EventTimeProgress.GRACE_MILLIS);
        harness.passTime(2 * EventTimeProgress.GRACE_MILLIS);
        harness.watermark(over + 3 * EventTimeProgress.GRACE_MILLIS);
        harness.passTime(2 * EventTimeProgress.GRACE_MILLIS);
        assertThat(harness.entries()).isZero();
    }

    @Test
    void labelsOfTheHoursThatAJobWasDownAreReadInTimeThoughItsImagesLeapOverThem() throws Exception {
        tag("1", "Ties", 10, "");
        harness.checkpoint();
        harness.restart(1);
        tag("2", "Ties", Duration.ofHours(6).toMillis(), "");
        harness.watermark(Duration.ofHours(6).toMillis());
        harness.passTime(30_000);
        label("1", "Ties", 20);
        harness.watermark(Duration.ofHours(7).toMillis());
        harness.passTime(5 * EventTimeProgress.GRACE_MILLIS);
        assertThat(harness.lastRevisions().values())
                .extracting(w -> w.window().start(), w -> w.metrics().support())
                .contains(tuple(0L, 1L));
    }

    @Test
    void aProductThatIsSentAgainAndAgainKeepsItsNewestTags() throws Exception {
        int times = LabelledProduct.NEWEST + 3;
        for (int i = 0; i < times; i++) {
            tag("1", "Ties", i, "");
        }
        label("1", "Ties", times);
        harness.watermark(100);
        assertThat(harness.emitted().get(0).metrics().tagged()).isEqualTo(times);
        assertThat(harness.emitted().get(0).metrics().support()).isEqualTo(LabelledProduct.NEWEST);
    }

    @Test
    void theSameLabelWithANewerImageLeavesTheOlderWindowAsItIs() throws Exception {
        tag("1", "Ties", 10, "Ties");
        harness.watermark(100);
        for (int i = 1; i <= 13; i++) {
            tag("1", "Ties", 10 + 1000 * i, "Ties");
            harness.watermark(100 + 1000 * i);
            harness.passTime(10_000);
        }
        assertThat(harness.emitted()).hasSize(14).allSatisfy(window -> {
            assertThat(window.revision()).isZero();
            assertThat(window.metrics().meanLabelDelayMillis()).isZero();
        });
    }

    @Test
    void withoutPatienceOnlyLabelsInHeadersCountAndNothingIsKept() throws Exception {
        try (AccuracyHarness impatient =
                new AccuracyHarness(new AccuracyWindows(Kind.SLIDING, 100, 100), Duration.ZERO, LATENESS)) {
            impatient.tag(new ProductTag(
                    "1",
                    new TagOutcome("v1", "", 10, 0.9f, List.of("Ties"), 0.8f, 200, false),
                    "Ties",
                    SampledTags.NOT_DECLARED));
            impatient.tag(new ProductTag(
                    "2",
                    new TagOutcome("v1", "", 10, 0.9f, List.of("Ties"), 0.8f, 200, false),
                    "",
                    SampledTags.NOT_DECLARED));
            impatient.label(new ProductLabel("2", "Ties", SampledTags.NOT_DECLARED, 20, 20));
            assertThat(impatient.entries()).isZero();
            impatient.watermark(100);
            assertThat(impatient.emitted().get(0).metrics().support()).isEqualTo(1);
            assertThat(impatient.emitted().get(0).metrics().tagged()).isEqualTo(2);
        }
    }

    @Test
    void whatComesAfterTheLatenessIsLeftOut() throws Exception {
        tag("1", "Ties", 10, "");
        harness.watermark(100);
        harness.watermark(100 + LATENESS.toMillis() + 200);
        tag("2", "Ties", 100 + LATENESS.toMillis() + 300, "");
        harness.passTime(1000);
        harness.passTime(EventTimeProgress.GRACE_MILLIS + 1000);
        label("1", "Ties", 20);
        harness.checkpointBarrier();
        harness.passTime(2000);
        assertThat(harness.emitted()).allMatch(window -> window.revision() == 0);
        assertThat(harness.tooLate()).isEqualTo(1);
    }

    @Test
    void theLastWindowOfAStreamThatRestsIsToldAndCorrectedWhenItGoesOn() throws Exception {
        tag("1", "Ties", 10, "Ties");
        harness.checkpointBarrier();
        harness.passTime(AccuracyHarness.OUT_OF_ORDERNESS.toMillis());
        assertThat(harness.emitted()).as("an event may be on its way").isEmpty();
        harness.passTime(2000);
        assertThat(harness.emitted()).extracting(WindowAccuracy::revision).containsExactly(0);

        tag("2", "Shirts", 20, "Ties");
        harness.checkpointBarrier();
        harness.passTime(1000);
        assertThat(harness.emitted()).extracting(w -> w.metrics().support()).containsExactly(1L, 2L);

        tag("3", "Ties", 310, "");
        harness.watermark(400);
        assertThat(harness.emitted()).extracting(w -> w.window().end()).containsExactly(100L, 100L, 400L);
    }

    private void tag(String product, String label, long time, String truth) throws Exception {
        harness.tag(new ProductTag(
                product,
                new TagOutcome("v1", "", time, 0.9f, List.of(label), 0.8f, 200, false),
                truth,
                SampledTags.NOT_DECLARED));
    }

    private void label(String product, String label, long at) throws Exception {
        harness.label(new ProductLabel(product, label, SampledTags.NOT_DECLARED, at, at));
    }
}
