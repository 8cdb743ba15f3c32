package org.catalogtagger.streaming.accuracy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
        SampledTags sampled = counter.counts().sampled();
        assertThat(SampledTags.sum(sampled.declared())).isEqualTo(new Weights(3, 2, 4 + 1 + 2, 16 + 1 + 4, 4 + 1));
        assertThat(sampled.all().accuracy()).isCloseTo(5.0 / 7, within(1e-12));
        assertThat(sampled.all().effectiveTags()).isCloseTo(49.0 / 21, within(1e-12));
        assertThat(sampled.heaviest()).isEqualTo(4);
    }

    @Test
    void anAuditedTagStandsForItselfWhateverItsLabelDeclares() {
        AccuracyCounter counter = new AccuracyCounter();
        counter.countTagged(AUDITED);
        counter.countTagged(AUDITED);
        counter.countTagged(TAG);
        counter.countLabelled(AUDITED, "Ties", 0.01, 0, 1);
        SampledTags sampled = counter.counts().sampled();
        assertThat(sampled.declared()).isEmpty();
        assertThat(sampled.audited()).containsExactly(Map.entry("Ties", new Weights(1, 1, 1, 1, 1)));
        assertThat(sampled.drawn()).isEqualTo(2);
    }

    /** Half of a morning's hundred are right and one in ten of these is drawn; all of an evening's ten thousand are, one in a hundred. */
    @Test
    void auditedTagsStandForAsManyAsTheirProbabilityIsTheInverseOf() {
        AccuracyCounter counter = new AccuracyCounter();
        for (int i = 0; i < 10; i++) {
            counter.countLabelled(auditedWith(0.1), i < 5 ? "Ties" : "Shirts", SampledTags.NOT_DECLARED, 0, 1);
        }
        for (int i = 0; i < 100; i++) {
            counter.countLabelled(auditedWith(0.01), "Ties", SampledTags.NOT_DECLARED, 0, 1);
        }
        Weights all = counter.counts().sampled().all();
        assertThat(all.tags()).isEqualTo(110);
        assertThat(all.accuracy()).isCloseTo((50 + 10_000) / 10_100.0, within(1e-9));
        assertThat(all.effectiveTags()).isCloseTo(10_100.0 * 10_100 / (10 * 100 + 100 * 10_000), within(1e-9));
    }

    /** Half of the morning's are drawn; of those that are not, one in ten has a label. They stand for both halves. */
    @Test
    void declaredOnesStandForThoseThatWereDrawnToo() {
        AccuracyCounter counter = new AccuracyCounter();
        counter.countLabelled(tagWith(0.5, false), "Ties", 0.1, 0, 1);
        counter.countLabelled(tagWith(0, false), "Shirts", 0.1, 0, 1);
        SampledTags sampled = counter.counts().sampled();
        assertThat(SampledTags.sum(sampled.declared()).weight()).isCloseTo(20 + 10, within(1e-9));
        assertThat(sampled.all().accuracy()).isCloseTo(2 / 3.0, within(1e-9));
        assertThat(sampled.heaviest()).isCloseTo(20, within(1e-9));
    }

    /** By night fewer come, of which more are drawn and fewer right. Each design by itself tells the accuracy of all, on average. */
    @Test
    void eachDesignIsUnbiasedHoweverTheProbabilityChanges() {
        SplittableRandom random = new SplittableRandom(5);
        double byAudit = 0;
        double byDeclared = 0;
        int draws = 400;
        for (int draw = 0; draw < draws; draw++) {
            AccuracyCounter counter = new AccuracyCounter();
            for (int i = 0; i < 5000; i++) {
                boolean isNight = i % 5 == 0;
                double probability = isNight ? 0.5 : 0.1;
                boolean isDrawn = random.nextDouble() < probability;
                String truth = random.nextDouble() < (isNight ? 0.5 : 0.9) ? "Ties" : "Shirts";
                TagOutcome tag = tagWith(probability, isDrawn);
                double declared = truth.equals("Ties") ? 0.05 : 0.2;
                if (isDrawn || random.nextDouble() < declared) {
                    counter.countLabelled(tag, truth, declared, 0, 1);
                }
            }
            SampledTags sampled = counter.counts().sampled();
            byAudit += SampledTags.sum(sampled.audited()).accuracy() / draws;
            byDeclared += SampledTags.sum(sampled.declared()).accuracy() / draws;
        }
        assertThat(byAudit).isCloseTo(0.82, within(0.005));
        assertThat(byDeclared).isCloseTo(0.82, within(0.005));
    }

    private static TagOutcome auditedWith(double probability) {
        return tagWith(probability, true);
    }

    private static TagOutcome tagWith(double probability, boolean isAudited) {
        return new TagOutcome("v1", "", 0, 0.5f, List.of("Ties"), 0.5f, 100, isAudited, Float.NaN, "", probability);
    }

    /** One design does not make the other worse: 500 tags that each stand for themselves, and 100 that stand for 50. */
    @Test
    void twoDesignsAreWorthWhatEachIs() {
        AccuracyCounter counter = new AccuracyCounter();
        for (int i = 0; i < 500; i++) {
            counter.countLabelled(AUDITED, i < 400 ? "Ties" : "Shirts", SampledTags.NOT_DECLARED, 0, 1);
        }
        for (int i = 0; i < 100; i++) {
            counter.countLabelled(TAG, i < 50 ? "Ties" : "Shirts", 0.02, 0, 1);
        }
        Weights all = counter.counts().sampled().all();
        assertThat(all.effectiveTags()).isCloseTo(600, within(1e-9));
        assertThat(all.accuracy()).isCloseTo((400 + 50) / 600.0, within(1e-9));
        assertThat(counter.counts().sampled().of("Ties").accuracy()).isEqualTo(1);
    }

    @Test
    void withoutTagsNothingIsKnown() {
        SampledTags none = new AccuracyCounter().counts().sampled();
        assertThat(none.all().accuracy()).isZero();
        assertThat(none.all().effectiveTags()).isZero();
        assertThat(none.all().interval()).isEqualTo(new WilsonInterval(0, 1));
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
            Weights all = counter.counts().sampled().all();
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

    private static void assertSame(Weights found, Weights expected) {
        assertThat(found.tags()).isEqualTo(expected.tags());
        assertThat(found.right()).isEqualTo(expected.right());
        assertThat(found.weight()).isCloseTo(expected.weight(), within(1e-3));
        assertThat(found.rightWeight()).isCloseTo(expected.rightWeight(), within(1e-3));
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
                        random.nextInt(4) == 0
                                ? SampledTags.NOT_DECLARED
                                : random.nextBoolean() ? 0.3 : Math.pow(10, -random.nextInt(6)),
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
            assertSame(SampledTags.sum(found.declared()), SampledTags.sum(expected.declared()));
            assertSame(SampledTags.sum(found.audited()), SampledTags.sum(expected.audited()));
            assertThat(found.confidences()).isEqualTo(expected.confidences());
            assertThat(found.truths()).hasSizeLessThanOrEqualTo(2 * maxTruths + 1);
        }
    }
}
