package org.catalogtagger.streaming.drift;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoublePredicate;
import java.util.function.DoubleUnaryOperator;
import org.catalogtagger.streaming.accuracy.AccuracyCounter;
import org.catalogtagger.streaming.accuracy.SampledTags;
import org.catalogtagger.streaming.accuracy.TagOutcome;
import org.catalogtagger.streaming.drift.DriftAlert.Kind;
import org.catalogtagger.streaming.drift.DriftAlert.Status;
import org.catalogtagger.streaming.drift.LabelCohorts.LabelledTags;
import org.catalogtagger.streaming.drift.LabelCohorts.Ready;
import org.junit.jupiter.api.Test;

class LabelSelectionTest {
    private final SplittableRandom random = new SplittableRandom(1);
    private final LabelSelection selection = new LabelSelection();
    private final List<Ready> through = new ArrayList<>();
    private long time;

    private List<DriftAlert> run(int tags, DoublePredicate isLabelled) {
        return run(tags, isLabelled, confidence -> SampledTags.NOT_DECLARED, 0);
    }

    private List<DriftAlert> run(
            int tags, DoublePredicate isLabelled, DoubleUnaryOperator probability, double auditShare) {
        List<DriftAlert> alerts = new ArrayList<>();
        for (int i = 0; i < tags; i += 50) {
            AccuracyCounter counter = new AccuracyCounter();
            for (int j = 0; j < 50; j++) {
                float confidence = random.nextFloat();
                TagOutcome tag = new TagOutcome(
                        "v1", "", 0, confidence, List.of("Ties"), confidence, 200, random.nextDouble() < auditShare);
                counter.countTagged(tag);
                if (tag.audited() || isLabelled.test(confidence)) {
                    counter.countLabelled(tag, "Ties", probability.applyAsDouble(confidence), 0, 1);
                }
            }
            Ready sampled = new Ready(++time, LabelledTags.sampled(counter.counts()));
            selection.sampled(sampled);
            through.add(sampled);
            selection
                    .add(new Ready(time, LabelledTags.undeclared(counter.counts())), through, time, "v1")
                    .ifPresent(alerts::add);
        }
        return alerts;
    }

    private long labels() {
        return through.stream().mapToLong(ready -> ready.tags().labelled()).sum();
    }

    @Test
    void aRandomSampleIsCounted() {
        assertThat(run(100_000, confidence -> random.nextInt(20) == 0)).isEmpty();
        assertThat(labels()).isGreaterThan(4000);
    }

    @Test
    void thoseThatWereChosenAreNotAndItIsSaidOnce() {
        assertThat(run(50_000, confidence -> confidence < 0.3 || random.nextInt(20) == 0))
                .singleElement()
                .satisfies(alert -> {
                    assertThat(alert.kind()).isEqualTo(Kind.LABEL_SELECTION);
                    assertThat(alert.currentValue()).isLessThan(alert.referenceValue() - 0.1);
                });
        assertThat(labels()).isZero();
        assertThat(run(50_000, confidence -> random.nextInt(20) == 0))
                .extracting(DriftAlert::status)
                .containsExactly(Status.CLOSED);
        assertThat(labels()).isPositive();
    }

    @Test
    void aChoiceWhoseProbabilitiesAreDeclaredIsCountedAndNoAlarm() {
        assertThat(run(
                        50_000,
                        confidence -> confidence < 0.3 || random.nextInt(20) == 0,
                        confidence -> confidence < 0.3 ? 1 : 0.05,
                        0))
                .isEmpty();
        assertThat(labels()).isGreaterThan(15_000);
    }

    @Test
    void whereTheOthersWereChosenAuditsAloneAreCounted() {
        assertThat(run(50_000, confidence -> confidence < 0.3, confidence -> SampledTags.NOT_DECLARED, 0.01))
                .singleElement()
                .satisfies(alert -> {
                    assertThat(alert.kind()).isEqualTo(Kind.LABEL_SELECTION);
                    assertThat(alert.evidence()).contains("audits");
                });
        assertThat(labels()).isBetween(400L, 600L);
    }

    /** One in three declares with which probability it was chosen; what is left is no sample of all, as random as it is. */
    @Test
    void besideDeclaredOnesTheOthersAreNotCounted() {
        double[] probabilities = {SampledTags.NOT_DECLARED, SampledTags.NOT_DECLARED, 0.02};
        assertThat(run(
                        50_000,
                        confidence -> random.nextInt(20) == 0,
                        confidence -> probabilities[random.nextInt(3)],
                        0))
                .isEmpty();
        assertThat(labels()).isBetween(700L, 1000L);
    }

    @Test
    void allTagsAreNoChoice() {
        run(1000, confidence -> true);
        assertThat(labels()).isEqualTo(1000);
    }

    @Test
    void theStatisticIsPearsons() {
        double[] tagged = {100, 100};
        double[] labelled = {20, 10};
        // The 2x2 table 20 80 / 10 90: 200 (20 · 90 - 80 · 10)² / (100 · 100 · 30 · 170) = 3.9216, p = 0.0477.
        assertThat(LabelSelection.chanceIfRandom(labelled, tagged))
                .isCloseTo(0.0477, org.assertj.core.api.Assertions.within(1e-4));
    }
}
