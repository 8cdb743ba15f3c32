package org.catalogtagger.streaming.accuracy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.catalogtagger.streaming.accuracy.SampledTags.Weights;
import org.junit.jupiter.api.Test;

class SampledTagsTest {
    private static final TagOutcome TAG = new TagOutcome("v1", "", 0, 0.5f, List.of("Ties"), 0.5f, 100, false);
    private static final TagOutcome AUDITED = new TagOutcome("v1", "", 0, 0.5f, List.of("Ties"), 0.5f, 100, true);

    @Test
    void eachStandsForAsManyAsItsProbabilityIsTheInverseOf() {
        AccuracyCounter counter = new AccuracyCounter();
        counter.countLabelled(TAG, "Ties", 0.25, 0, 1);
        counter.countLabelled(TAG, "Ties", 1, 0, 1);
        counter.countLabelled(TAG, "Shirts", 0.5, 0, 1);
        counter.countLabelled(TAG, "Shirts", SampledTags.NOT_DECLARED, 0, 1);
        Weights all = counter.counts().sampled().sum();
        assertThat(all).isEqualTo(new Weights(3, 2, 4 + 1 + 2, 16 + 1 + 4, 4 + 1));
        assertThat(all.accuracy()).isEqualTo(5.0 / 7);
        assertThat(all.effectiveTags()).isEqualTo(49.0 / 21);
    }

    @Test
    void anAuditedTagStandsForItselfWhateverItsLabelDeclares() {
        AccuracyCounter counter = new AccuracyCounter();
        counter.countTagged(AUDITED);
        counter.countTagged(AUDITED);
        counter.countTagged(TAG);
        counter.countLabelled(AUDITED, "Ties", 0.01, 0, 1);
        SampledTags sampled = counter.counts().sampled();
        assertThat(sampled.sum()).isEqualTo(Weights.unweighted(1, 1));
        assertThat(sampled.drawn()).isEqualTo(2);
        assertThat(sampled.drawnLabelled()).isEqualTo(1);
    }

    @Test
    void withoutTagsNothingIsKnown() {
        SampledTags none = new AccuracyCounter().counts().sampled();
        assertThat(none.sum().accuracy()).isZero();
        assertThat(none.sum().effectiveTags()).isZero();
        assertThat(none.sum().interval()).isEqualTo(new WilsonInterval(0, 1));
    }

    /**
     * The estimate against the truth of all, over 400 populations of which a few are labelled: all doubtful tags and one in twenty
     * others. By the labels alone accuracy would be 20 points too low.
     */
    @Test
    void theEstimateIsThatOfAllTagsAndItsIntervalHoldsIt() {
        SplittableRandom random = new SplittableRandom(4);
        int held = 0;
        double off = 0;
        double naiveOff = 0;
        int populations = 400;
        for (int i = 0; i < populations; i++) {
            AccuracyCounter counter = new AccuracyCounter();
            int right = 0;
            int tags = 2000;
            for (int j = 0; j < tags; j++) {
                double sure = random.nextDouble();
                boolean isRight = random.nextDouble() < 0.5 + 0.5 * sure;
                right += isRight ? 1 : 0;
                double probability = sure < 0.2 ? 1 : 0.05;
                if (random.nextDouble() < probability) {
                    counter.countLabelled(TAG, isRight ? "Ties" : "Shirts", probability, 0, 1);
                }
            }
            double accuracy = (double) right / tags;
            Weights all = counter.counts().sampled().sum();
            off += (all.accuracy() - accuracy) / populations;
            naiveOff += ((double) all.right() / all.tags() - accuracy) / populations;
            held += all.interval().lower() <= accuracy
                            && accuracy <= all.interval().upper()
                    ? 1
                    : 0;
        }
        assertThat(off).isCloseTo(0, within(0.005));
        assertThat(naiveOff).isLessThan(-0.1);
        assertThat(held).isBetween(populations * 92 / 100, populations);
    }

    /** However they are gathered, and in whatever order they are taken back. */
    @Property(tries = 300)
    void whatIsTakenBackIsGone(@ForAll long seed, @ForAll @IntRange(min = 1, max = 5) int maxTruths) {
        SplittableRandom random = new SplittableRandom(seed);
        record Given(String truth, double probability, TagOutcome tag) {}
        List<Given> given = new ArrayList<>();
        AccuracyCounter window = new AccuracyCounter();
        for (int i = 0; i < 60; i++) {
            AccuracyCounter change = new AccuracyCounter();
            if (given.isEmpty() || (i < 40 && random.nextInt(3) > 0)) {
                Given one = new Given(
                        "class " + random.nextInt(8),
                        random.nextInt(4) == 0 ? SampledTags.NOT_DECLARED : 1.0 / (1 << random.nextInt(6)),
                        random.nextInt(3) == 0 ? AUDITED : TAG);
                given.add(one);
                change.countLabelled(one.tag, one.truth, one.probability, 0, 1);
            } else {
                Given one = given.remove(random.nextInt(given.size()));
                change.countLabelled(one.tag, one.truth, one.probability, 0, -1);
            }
            window.addWithin(maxTruths, change.counts());
            AccuracyCounter left = new AccuracyCounter();
            given.forEach(one -> left.countLabelled(one.tag, one.truth, one.probability, 0, 1));
            SampledTags expected = left.counts().sampled();
            SampledTags found = window.counts().sampled();
            assertThat(found.sum()).isEqualTo(expected.sum());
            assertThat(found.confidences()).isEqualTo(expected.confidences());
            assertThat(found.drawnLabelled()).isEqualTo(expected.drawnLabelled());
            assertThat(found.byTruth()).hasSizeLessThanOrEqualTo(maxTruths + 1);
        }
    }
}
