package org.catalogtagger.streaming.drift;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.DoublePredicate;
import java.util.function.DoubleUnaryOperator;
import org.catalogtagger.streaming.accuracy.AccuracyCounter;
import org.catalogtagger.streaming.accuracy.SampledTags;
import org.catalogtagger.streaming.accuracy.TagOutcome;
import org.catalogtagger.streaming.drift.DriftAlert.Kind;
import org.catalogtagger.streaming.drift.DriftAlert.Status;
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
            Ready audited = new Ready(++time, LabelledTags.audited(counter.counts()));
            selection.audited(audited);
            through.add(audited);
            selection
                    .add(new Ready(time, LabelledTags.notAudited(counter.counts())), through, time, "v1")
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

    /** Those that are doubtful say so, with a probability of 1; all have a label. */
    @Test
    void whereNearlyAllAreLabelledEachStandsForItselfWhateverItDeclares() {
        assertThat(run(
                        10_000,
                        confidence -> random.nextInt(50) != 0,
                        confidence -> confidence < 0.15 ? 1 : SampledTags.NOT_DECLARED,
                        0))
                .isEmpty();
        assertThat(labels()).isBetween(9_500L, 9_900L);
        assertThat(through).allMatch(ready -> ready.tags().declared().isEmpty());
    }

    /** It was counted for as many tags as it stands for, and is taken back as such. */
    @Test
    void aCorrectionOfADeclaredLabelIsWeightedAsItWas() {
        run(20_000, confidence -> random.nextInt(20) == 0, confidence -> 0.05, 0);
        through.clear();
        AccuracyCounter corrected = new AccuracyCounter();
        TagOutcome tag = new TagOutcome("v1", "", 0, 0.5f, List.of("Ties"), 0.5f, 200, false);
        corrected.countLabelled(tag, "Ties", 0.05, 0, -1);
        corrected.countLabelled(tag, "Shirts", 0.05, 0, 1);
        selection.add(new Ready(time, LabelledTags.notAudited(corrected.counts())), through, time, "v1");
        run(10_000, confidence -> random.nextInt(20) == 0, confidence -> 0.05, 0);
        assertThat(through)
                .filteredOn(ready -> ready.tags().declared().containsKey("Shirts"))
                .singleElement()
                .satisfies(ready -> {
                    assertThat(ready.tags().byTruth()).isEmpty();
                    assertThat(weightOf("Shirts", ready)).isEqualTo(20);
                    assertThat(weightOf("Ties", ready)).isEqualTo(-20);
                });
    }

    private static double weightOf(String truth, Ready ready) {
        return Objects.requireNonNull(ready.tags().declared().get(truth)).weight();
    }

    @Test
    void allTagsAreNoChoice() {
        run(1000, confidence -> true);
        assertThat(labels()).isEqualTo(1000);
    }

    /** A chosen tag that comes alone is all there is, by itself. */
    @Test
    void whereTagsComeOneByOneAChoiceIsSeenAllTheSame() {
        List<DriftAlert> alerts = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            AccuracyCounter counter = new AccuracyCounter();
            float confidence = random.nextFloat();
            TagOutcome tag = new TagOutcome("v1", "", 0, confidence, List.of("Ties"), confidence, 200, false);
            counter.countTagged(tag);
            if (confidence < 0.3 || random.nextInt(20) == 0) {
                counter.countLabelled(tag, "Ties", SampledTags.NOT_DECLARED, 0, 1);
            }
            selection
                    .add(new Ready(++time, LabelledTags.notAudited(counter.counts())), through, time, "v1")
                    .ifPresent(alerts::add);
        }
        assertThat(alerts).extracting(DriftAlert::kind).containsExactly(Kind.LABEL_SELECTION);
        assertThat(labels()).as("the first at most").isLessThan(5);
    }

    @Test
    void anAlertIsOverWhenAllAreLabelled() {
        assertThat(run(10_000, confidence -> confidence < 0.3)).hasSize(1);
        assertThat(run(10_000, confidence -> true))
                .extracting(DriftAlert::status)
                .containsExactly(Status.CLOSED);
        assertThat(labels()).isPositive();
    }

    @Test
    void theStatisticIsPearsons() {
        double[] tagged = {100, 100};
        double[] labelled = {20, 10};
        // The 2x2 table 20 80 / 10 90: 200 (20 · 90 - 80 · 10)² / (100 · 100 · 30 · 170) = 3.9216, p = 0.0477.
        assertThat(LabelSelection.chanceIfRandom(labelled, tagged))
                .isCloseTo(0.0477, org.assertj.core.api.Assertions.within(1e-4));
    }

    @Test
    void anAcceptedChoiceIsNotToldAgainNorCounted() {
        DoublePredicate doubtful = confidence -> confidence < 0.3 || random.nextInt(20) == 0;
        assertThat(run(50_000, doubtful)).hasSize(1);
        assertThat(selection.accept(time))
                .hasValueSatisfying(closed -> assertThat(closed.evidence()).isEqualTo(DriftAlert.ACCEPTED));
        assertThat(selection.open()).isEmpty();
        assertThat(selection.accept(time)).as("once").isEmpty();
        assertThat(run(100_000, doubtful)).isEmpty();
        assertThat(labels()).isZero();

        assertThat(run(50_000, confidence -> random.nextInt(20) == 0)).isEmpty();
        assertThat(labels()).as("a random sample").isGreaterThan(1000);
        assertThat(run(50_000, doubtful)).as("another time").hasSize(1);
    }
}
