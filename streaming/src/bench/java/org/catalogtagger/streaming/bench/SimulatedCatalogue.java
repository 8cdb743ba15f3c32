package org.catalogtagger.streaming.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.catalogtagger.streaming.accuracy.AccuracyCounter;
import org.catalogtagger.streaming.accuracy.AccuracyCounts;
import org.catalogtagger.streaming.accuracy.ClassAccuracy;
import org.catalogtagger.streaming.accuracy.SampledTags;
import org.catalogtagger.streaming.accuracy.TagOutcome;
import org.catalogtagger.streaming.drift.DriftMonitor;

/**
 * Unequal classes, and a model that knows how sure it may be: each image has a difficulty of its own, and the model is
 * right as often as it expects to be, unless something is hidden from it.
 */
final class SimulatedCatalogue {
    /** How different the images of a class are, in logits. */
    private static final double DIFFICULTY = 1.5;

    private final double[] cumulativeShare;
    private final double[] logit;
    private final double qualitySpread;
    private final double[] hiddenOfClass;
    private final NormalDistribution difficulties;
    private final List<ClassAccuracy> test = new ArrayList<>();
    private final Map<String, Map<String, Long>> wrong = new HashMap<>();
    private final AccuracyCounter tested = new AccuracyCounter();
    private final List<Long> brightness = new ArrayList<>(Collections.nCopies(AccuracyCounts.BRIGHTNESS_BINS, 0L));

    /** An image's tag, and whether it is right. */
    record Tag(int truth, int answer, double expected, double brightness, double familiarity, boolean audited) {
        boolean right() {
            return truth == answer;
        }

        /** The same, though it is said to be of another class. */
        Tag labelled(int otherTruth) {
            return new Tag(otherTruth, answer, expected, brightness, familiarity, audited);
        }

        /** The same, if it was right or is said to be of another class. */
        Tag answered(int otherAnswer) {
            return right() || otherAnswer == truth
                    ? this
                    : new Tag(truth, otherAnswer, expected, brightness, familiarity, audited);
        }

        /** The same, given another class' label. */
        Tag mistaken(int otherAnswer) {
            return new Tag(truth, otherAnswer, expected, brightness, familiarity, audited);
        }

        /** The same, in so much of the light. */
        Tag darkened(double light) {
            return new Tag(truth, answer, expected, brightness * light, familiarity, audited);
        }

        /** The same, drawn for an audit. */
        Tag drawn() {
            return new Tag(truth, answer, expected, brightness, familiarity, true);
        }

        TagOutcome outcome() {
            float sure = (float) expected;
            return new TagOutcome(
                    "v1",
                    "",
                    0,
                    sure,
                    List.of(label(answer)),
                    sure,
                    (float) brightness,
                    audited,
                    (float) familiarity,
                    "",
                    0);
        }

        void countTagged(AccuracyCounter counter) {
            counter.countTagged(outcome());
        }

        void countLabelled(AccuracyCounter counter, int givenTruth, int sign) {
            counter.countLabelled(outcome(), label(givenTruth), SampledTags.NOT_DECLARED, 0, sign);
        }

        /** Its label, which it was given with a probability that is declared. */
        void countLabelled(AccuracyCounter counter, double probability) {
            counter.countLabelled(outcome(), label(truth), probability, 0, 1);
        }

        void countBoth(AccuracyCounter counter) {
            countTagged(counter);
            countLabelled(counter, truth, 1);
        }
    }

    /**
     * A catalogue, and the test of its model.
     *
     * @param accuracy the classes' accuracies
     * @param share how often each class comes, not normalised
     * @param qualitySpread of runs of images, in logits
     * @param unevenness of what the model does not see of whole classes, likewise
     * @param testImages of each class; negative for a sample of so many of all
     */
    SimulatedCatalogue(
            SplittableRandom random,
            double[] accuracy,
            double[] share,
            double qualitySpread,
            double unevenness,
            int... testImages) {
        this.qualitySpread = qualitySpread;
        hiddenOfClass = new double[accuracy.length];
        for (int i = 0; unevenness > 0 && i < hiddenOfClass.length; i++) {
            hiddenOfClass[i] = unevenness * random.nextGaussian();
        }
        difficulties = NormalDistribution.of(0, Math.hypot(DIFFICULTY, qualitySpread));
        logit = new double[accuracy.length];
        cumulativeShare = new double[accuracy.length];
        double sum = 0;
        for (double one : share) {
            sum += one;
        }
        double sofar = 0;
        for (int i = 0; i < accuracy.length; i++) {
            logit[i] = logitOf(accuracy[i], Math.hypot(DIFFICULTY, qualitySpread));
            sofar += share[i] / sum;
            cumulativeShare[i] = sofar;
            int images =
                    testImages.length > 1 ? testImages[i] : (int) Math.round((double) testImages[0] * share[i] / sum);
            int right = 0;
            for (int image = 0; image < images; image++) {
                Tag tag = draw(random, i, quality(random), 0, 0);
                int bin = (int) (tag.brightness * AccuracyCounts.BRIGHTNESS_BINS / 256);
                brightness.set(bin, brightness.get(bin) + 1);
                right += tag.right() ? 1 : 0;
                tag.countLabelled(tested, i, 1);
                if (!tag.right()) {
                    wrong.computeIfAbsent(label(i), t -> new HashMap<>()).merge(label(tag.answer), 1L, Long::sum);
                }
            }
            test.add(new ClassAccuracy(label(i), images, images, right));
        }
    }

    /** So many classes as real catalogues have them, tested on 6,586 images (or two of each class, if that is more). */
    static SimulatedCatalogue usual(SplittableRandom random, int classes, double qualitySpread) {
        return uneven(random, classes, qualitySpread, 0);
    }

    /** The same, but the model is too sure of some classes and not sure enough of others. */
    static SimulatedCatalogue uneven(SplittableRandom random, int classes, double qualitySpread, double unevenness) {
        double[] share = new double[classes];
        double[] accuracy = new double[classes];
        for (int i = 0; i < classes; i++) {
            share[i] = Math.pow(i + 1.0, -0.9);
            accuracy[i] = 0.5 + 0.48 * random.nextDouble();
        }
        return new SimulatedCatalogue(random, accuracy, share, qualitySpread, unevenness, Math.max(6586, 2 * classes));
    }

    static String label(int classIndex) {
        return "class " + classIndex;
    }

    int classes() {
        return logit.length;
    }

    /** Takes what the model's test says. */
    void begin(DriftMonitor monitor) {
        monitor.baseline(test, wrong, brightness, tested.counts().bins());
    }

    double quality(SplittableRandom random) {
        return qualitySpread * random.nextGaussian();
    }

    int drawClass(SplittableRandom random) {
        double at = random.nextDouble();
        int i = 0;
        while (i < logit.length - 1 && at >= cumulativeShare[i]) {
            i++;
        }
        return i;
    }

    Tag draw(SplittableRandom random, int truth) {
        return draw(random, truth, quality(random), 0, 0);
    }

    /**
     * An image.
     *
     * @param seen its quality, in logits, that the model sees
     * @param hidden that it does not see
     * @param lost share of the right answers that are wrong nevertheless
     */
    Tag draw(SplittableRandom random, int truth, double seen, double hidden, double lost) {
        double own = logit[truth] + DIFFICULTY * random.nextGaussian() + seen;
        boolean right =
                random.nextDouble() < sigmoid(own + hidden + hiddenOfClass[truth]) && random.nextDouble() >= lost;
        int answer = right || logit.length == 1
                ? (right ? truth : truth + 1)
                : (truth + 1 + random.nextInt(Math.min(3, logit.length - 1))) % logit.length;
        double brightness = Math.min(255, Math.max(0, 200 + 25 * random.nextGaussian()));
        // An image that is easier than others of its class shows more of what the model knows.
        double familiarity = difficulties.cumulativeProbability(own - logit[truth]);
        return new Tag(truth, answer, sigmoid(own), brightness, familiarity, false);
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    /** The mean of logits that are spread so, at which so many are right: by bisection over the normal's quantiles. */
    private static double logitOf(double accuracy, double spread) {
        double low = -12;
        double high = 12;
        for (int i = 0; i < 50; i++) {
            double middle = (low + high) / 2;
            double sum = 0;
            double weights = 0;
            for (double z = -5; z <= 5; z += 0.05) {
                double weight = Math.exp(-z * z / 2);
                sum += weight * sigmoid(middle + spread * z);
                weights += weight;
            }
            if (sum / weights < accuracy) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (low + high) / 2;
    }
}
