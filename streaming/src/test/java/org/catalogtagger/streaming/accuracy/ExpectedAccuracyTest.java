package org.catalogtagger.streaming.accuracy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.catalogtagger.streaming.accuracy.AccuracyCounts.Row;
import org.junit.jupiter.api.Test;

/** Against a search through all mixes of two classes, and against models of which the truth is known. */
class ExpectedAccuracyTest {
    /** A model by its probabilities: of each label, per truth. */
    private record Model(double[][] given) {
        /** Right in 40 to 98 of 100, and else mostly one of a few others. */
        static Model draw(int classes, SplittableRandom random) {
            double[][] given = new double[classes][classes];
            for (int truth = 0; truth < classes; truth++) {
                double recall = 0.4 + 0.58 * random.nextDouble();
                given[truth][truth] = recall;
                for (int i = 0; i < 4; i++) {
                    given[truth][(truth + 1 + random.nextInt(classes - 1)) % classes] += (1 - recall) / 4;
                }
            }
            return new Model(given);
        }

        int label(int truth, SplittableRandom random) {
            return category(given[truth], random);
        }

        double accuracy(double[] mix) {
            double accuracy = 0;
            for (int truth = 0; truth < mix.length; truth++) {
                accuracy += mix[truth] * given[truth][truth];
            }
            return accuracy;
        }
    }

    private static int category(double[] probabilities, SplittableRandom random) {
        double left = random.nextDouble();
        int category = 0;
        while (category < probabilities.length - 1 && left >= probabilities[category]) {
            left -= probabilities[category++];
        }
        return category;
    }

    /** As uneven as those of catalogues. */
    private static double[] mix(int classes, SplittableRandom random) {
        double[] mix = new double[classes];
        for (int i = 0; i < classes; i++) {
            mix[i] = Math.pow(-Math.log(1 - random.nextDouble()), 2);
        }
        double sum = Arrays.stream(mix).sum();
        return Arrays.stream(mix).map(share -> share / sum).toArray();
    }

    private static ExpectedAccuracy tested(Model model, double[] mix, int images, SplittableRandom random) {
        int classes = mix.length;
        long[][] counts = new long[classes][classes];
        for (int i = 0; i < images; i++) {
            int truth = category(mix, random);
            counts[truth][model.label(truth, random)]++;
        }
        return of(counts);
    }

    private static ExpectedAccuracy of(long[][] counts) {
        List<ClassAccuracy> test = new ArrayList<>();
        Map<String, Row> wrong = new TreeMap<>();
        for (int truth = 0; truth < counts.length; truth++) {
            int label = truth;
            long predicted = Arrays.stream(counts).mapToLong(row -> row[label]).sum();
            test.add(new ClassAccuracy(
                    "class " + truth, Arrays.stream(counts[truth]).sum(), predicted, counts[truth][truth]));
            Map<String, Long> row = new TreeMap<>();
            for (int given = 0; given < counts.length; given++) {
                if (given != truth && counts[truth][given] > 0) {
                    row.put("class " + given, counts[truth][given]);
                }
            }
            wrong.put("class " + truth, new Row(row));
        }
        return new ExpectedAccuracy(test, wrong);
    }

    private static AccuracyCounts tags(Model model, double[] mix, int images, SplittableRandom random) {
        AccuracyCounter counter = new AccuracyCounter();
        for (int i = 0; i < images; i++) {
            count(counter, model.label(category(mix, random), random), random.nextDouble());
        }
        return counter.counts();
    }

    private static void count(AccuracyCounter counter, int label, double familiarity) {
        counter.countTagged(new TagOutcome(
                "v1", "", 0, 0.9f, List.of("class " + label), 0.85f, 100, false, (float) familiarity, "", 0));
    }

    @Test
    void sharesAreTheLikeliest() {
        // 80 of 100 are right of one class, 180 of 300 of the other.
        ExpectedAccuracy tested = of(new long[][] {{80, 20}, {120, 180}});
        AccuracyCounter counter = new AccuracyCounter();
        for (int i = 0; i < 1000; i++) {
            count(counter, i < 700 ? 0 : 1, 0.5);
        }
        double[] recalls = {(80 + 0.5) / 101, (180 + 0.5) / 301};
        double best = Double.NEGATIVE_INFINITY;
        double expected = 0;
        for (double share = 1e-4; share < 1; share += 1e-4) {
            double first = share * recalls[0] + (1 - share) * (1 - recalls[1]);
            double likelihood = 700 * Math.log(first)
                    + 300 * Math.log(1 - first)
                    + 5 * (0.25 * Math.log(share) + 0.75 * Math.log(1 - share));
            if (likelihood > best) {
                best = likelihood;
                // One more of each class was right as often as all.
                expected = share * (80 + 0.65) / 101 + (1 - share) * (180 + 0.65) / 301;
            }
        }
        assertThat(tested.of(counter.counts()).accuracy()).isCloseTo(expected, within(1e-3));
    }

    /** A test of a few images of each class is no worse for that. */
    @Test
    void ofImagesLikeTheTestsItsAccuracyIsExpected() {
        long[][] counts = new long[16][16];
        AccuracyCounter counter = new AccuracyCounter();
        for (int truth = 0; truth < 16; truth++) {
            counts[truth][truth] = 29;
            counts[truth][(truth + 1) % 16] = 1;
            for (int i = 0; i < 30; i++) {
                count(counter, truth, (i + 0.5) / 30);
            }
        }
        assertThat(of(counts).of(counter.counts()).accuracy()).isCloseTo(29 / 30.0, within(0.002));
    }

    /** Of other mixes than the test's, where the confidence is the same for all. */
    @Test
    void mixesOfClassesAreToldFromHowOftenLabelsAreGiven() {
        SplittableRandom random = new SplittableRandom(19);
        double off = 0;
        double offOfTest = 0;
        int held = 0;
        double width = 0;
        int mixes = 200;
        for (int i = 0; i < mixes; i++) {
            Model model = Model.draw(30, random);
            double[] testMix = new double[30];
            Arrays.fill(testMix, 1.0 / 30);
            double[] mix = mix(30, random);
            ExpectedAccuracy tested = tested(model, testMix, 6000, random);
            Expectation found = tested.of(tags(model, mix, 2000, random));
            double accuracy = model.accuracy(mix);
            off += Math.abs(found.accuracy() - accuracy) / mixes;
            offOfTest += Math.abs(model.accuracy(testMix) - accuracy) / mixes;
            width += (found.upper() - found.lower()) / mixes;
            held += found.lower() <= accuracy && accuracy <= found.upper() ? 1 : 0;
        }
        assertThat(off).isLessThan(0.02);
        assertThat(offOfTest).as("what is there to be found").isGreaterThan(2 * off);
        assertThat(held).as("95 in 100 intervals hold it").isGreaterThanOrEqualTo(185);
        assertThat(width).as("and say something").isLessThan(0.15);
    }

    @Test
    void imagesThatAreStrangerThanTheTestsAreExpectedToBeWrong() {
        SplittableRandom random = new SplittableRandom(4);
        Model model = Model.draw(10, random);
        double[] mix = mix(10, random);
        ExpectedAccuracy tested = tested(model, mix, 6000, random);
        AccuracyCounter counter = new AccuracyCounter();
        for (int i = 0; i < 4000; i++) {
            // A quarter are as unfamiliar as none of the test's; the others as those are.
            double familiarity = i % 4 == 0 ? 0 : random.nextDouble();
            count(counter, model.label(category(mix, random), random), familiarity);
        }
        Expectation found = tested.of(counter.counts());
        double ifAllWereFamiliar = model.accuracy(mix);
        assertThat(found.accuracy()).isCloseTo(0.75 * ifAllWereFamiliar, within(0.08));
        assertThat(found.accuracy()).isLessThan(0.85 * ifAllWereFamiliar);
        assertThat(found.lower()).isLessThan(found.accuracy());
        assertThat(found.upper()).as("they may be right").isGreaterThan(ifAllWereFamiliar);
    }

    @Test
    void moreTagsAreMoreCertain() {
        SplittableRandom random = new SplittableRandom(5);
        Model model = Model.draw(10, random);
        double[] mix = mix(10, random);
        ExpectedAccuracy tested = tested(model, mix, 100_000, random);
        Expectation few = tested.of(tags(model, mix, 50, random));
        Expectation many = tested.of(tags(model, mix, 50_000, random));
        assertThat(many.upper() - many.lower()).isLessThan(few.upper() - few.lower());
        assertThat(many.lower()).isGreaterThan(0);
        assertThat(many.upper()).isLessThan(1);
    }

    @Test
    void whereTheTestSaysNothingConfidenceDoes() {
        ExpectedAccuracy tested = of(new long[][] {{80, 20}, {120, 180}});
        AccuracyCounter none = new AccuracyCounter();
        assertThat(tested.of(none.counts())).isEqualTo(new Expectation(0, 0, 1));
        AccuracyCounter other = new AccuracyCounter();
        count(other, 7, 0.5);
        assertThat(tested.of(other.counts()).accuracy()).isCloseTo(0.85, within(1e-6));
        // One of a label that the test's images got, and one of another.
        count(other, 0, 0.5);
        AccuracyCounter known = new AccuracyCounter();
        count(known, 0, 0.5);
        Expectation half = tested.of(other.counts());
        assertThat(half.accuracy()).isCloseTo((0.85 + tested.of(known.counts()).accuracy()) / 2, within(1e-6));
        assertThat(half.upper() - half.lower()).isGreaterThan(0.5);
        assertThatThrownBy(() -> of(new long[][] {{0, 0}, {0, 0}})).isInstanceOf(IllegalArgumentException.class);
    }

    /** A class that was not in the test, and one that it never gave. */
    @Test
    void classesWithoutImagesAreNoObstacle() {
        ExpectedAccuracy tested = of(new long[][] {{80, 0, 0}, {20, 0, 0}, {0, 0, 0}});
        AccuracyCounter counter = new AccuracyCounter();
        count(counter, 0, 0.5);
        count(counter, 1, 0.5);
        count(counter, 2, 0.5);
        Expectation found = tested.of(counter.counts());
        assertThat(found.accuracy()).isBetween(0.7, 0.9);
        assertThat(found.lower()).isBetween(0.0, found.accuracy());
        assertThat(found.upper()).isBetween(found.accuracy(), 1.0);
    }
}
