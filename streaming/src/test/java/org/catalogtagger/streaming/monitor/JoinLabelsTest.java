package org.catalogtagger.streaming.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.util.List;
import org.catalogtagger.streaming.accuracy.AccuracyMetrics;
import org.catalogtagger.streaming.accuracy.AccuracyWindows;
import org.catalogtagger.streaming.accuracy.AccuracyWindows.Kind;
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
        assertThat(harness.told()).singleElement().satisfies(window -> {
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
        assertThat(harness.told()).extracting(WindowAccuracy::revision).containsExactly(0, 1);
        assertThat(harness.told()).extracting(w -> w.metrics().support()).containsExactly(0L, 1L);
        assertThat(harness.told().get(1).metrics().correct()).isZero();
        assertThat(harness.told().get(1).metrics().meanLabelDelayMillis()).isEqualTo(690);
    }

    @Test
    void ofSeveralLabelsTheNewestCountsWhateverTheOrder() throws Exception {
        tag("1", "Ties", 10, "");
        label("1", "Shirts", 50);
        label("1", "Ties", 70);
        label("1", "Watches", 60);
        label("1", "Ties", 70);
        harness.watermark(100);
        AccuracyMetrics metrics = harness.told().get(0).metrics();
        assertThat(metrics.support()).isEqualTo(1);
        assertThat(metrics.correct()).isEqualTo(1);
    }

    @Test
    void aLabelIsForEachTagOfItsProductByEachModel() throws Exception {
        tag("1", "Ties", 10, "");
        harness.tag(new ProductTag("1", new TagOutcome("shadow", "", 10, 0.9f, List.of("Shirts"), 0.8f, 200), ""));
        label("1", "Ties", 20);
        harness.watermark(100);
        assertThat(harness.told())
                .extracting(WindowAccuracy::modelVersion, w -> w.metrics().correct())
                .containsExactlyInAnyOrder(tuple("v1", 1L), tuple("shadow", 0L));
    }

    @Test
    void aProductIsForgottenWhenNothingOfItComes() throws Exception {
        tag("1", "Ties", 10, "");
        harness.passTime(PATIENCE.toMillis() + 1);
        label("1", "Ties", 20);
        harness.watermark(100);
        assertThat(harness.told().get(0).metrics().support()).isZero();
    }

    @Test
    void whatIsNeverLabelledIsCountedAndItsPanesAreDropped() throws Exception {
        tag("1", "Ties", 10, "");
        tag("2", "Ties", 10, "Ties");
        harness.watermark(100);
        assertThat(harness.neverLabelled()).isZero();
        // No event of this version of the model comes any more.
        harness.watermark(101 + LATENESS.toMillis());
        assertThat(harness.neverLabelled()).isEqualTo(1);
        assertThat(harness.close.numKeyedStateEntries()).isZero();
        assertThat(harness.told()).hasSize(1);
    }

    @Test
    void aProductThatIsHeardOfAgainIsKept() throws Exception {
        tag("1", "Ties", 10, "");
        harness.passTime(PATIENCE.toMillis() - 1);
        tag("1", "Ties", 20, "");
        harness.passTime(PATIENCE.toMillis() - 1);
        label("1", "Ties", 30);
        harness.watermark(100);
        assertThat(harness.told().get(0).metrics().support()).isEqualTo(2);
    }

    @Test
    void withoutPatienceOnlyLabelsInHeadersCountAndNothingIsKept() throws Exception {
        try (AccuracyHarness impatient =
                new AccuracyHarness(new AccuracyWindows(Kind.SLIDING, 100, 100), Duration.ZERO, LATENESS)) {
            impatient.tag(new ProductTag("1", new TagOutcome("v1", "", 10, 0.9f, List.of("Ties"), 0.8f, 200), "Ties"));
            impatient.tag(new ProductTag("2", new TagOutcome("v1", "", 10, 0.9f, List.of("Ties"), 0.8f, 200), ""));
            impatient.label(new ProductLabel("2", "Ties", 20));
            assertThat(impatient.join.numKeyedStateEntries()).isZero();
            impatient.watermark(100);
            assertThat(impatient.told().get(0).metrics().support()).isEqualTo(1);
            assertThat(impatient.told().get(0).metrics().tagged()).isEqualTo(2);
        }
    }

    @Test
    void whatComesAfterTheLatenessIsLeftOut() throws Exception {
        tag("1", "Ties", 10, "");
        harness.watermark(100);
        harness.watermark(100 + LATENESS.toMillis() + 200);
        label("1", "Ties", 20);
        harness.checkpointBarrier();
        harness.passTime(2000);
        assertThat(harness.told()).hasSize(1);
    }

    @Test
    void theLastWindowOfAStreamThatRestsIsToldAndCorrectedWhenItGoesOn() throws Exception {
        tag("1", "Ties", 10, "Ties");
        harness.checkpointBarrier();
        harness.passTime(AccuracyHarness.OUT_OF_ORDERNESS.toMillis());
        assertThat(harness.told()).as("an event may be on its way").isEmpty();
        harness.passTime(2000);
        assertThat(harness.told()).extracting(WindowAccuracy::revision).containsExactly(0);

        tag("2", "Shirts", 20, "Ties");
        harness.checkpointBarrier();
        harness.passTime(1000);
        assertThat(harness.told()).extracting(w -> w.metrics().support()).containsExactly(1L, 2L);

        tag("3", "Ties", 310, "");
        harness.watermark(400);
        assertThat(harness.told()).extracting(w -> w.window().end()).containsExactly(100L, 100L, 400L);
    }

    private void tag(String product, String label, long time, String truth) throws Exception {
        harness.tag(new ProductTag(product, new TagOutcome("v1", "", time, 0.9f, List.of(label), 0.8f, 200), truth));
    }

    private void label(String product, String label, long at) throws Exception {
        harness.label(new ProductLabel(product, label, at));
    }
}
