package org.catalogtagger.streaming.accuracy;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.catalogtagger.streaming.accuracy.AccuracyCounts.Row;

/**
 * Expects of tags what a model's test says of them, though classes may be more or less frequent than in the test (label shift), and
 * images stranger: src/site/expected-accuracy.md. The frequencies are those that are likeliest given how often each label was given, and a little
 * belief in those of the test, found by expectation maximization (Saerens, Latinne and Decaestecker, 2002, Adjusting the Outputs of a Classifier to
 * New a Priori Probabilities, with the test's confusions in the place of the probabilities of each image, as Lipton, Wang and Smola, 2018,
 * Detecting and Correcting for Label Shift with Black Box Predictors, have them).
 */
public final class ExpectedAccuracy {
    /** Tags that are as the test's: classes with few tags are near their frequency there. */
    private static final double TAGS_AS_TESTED = 5;

    /** Images that each class has beside those of its test, called as all are: what was not seen of it is not impossible. */
    private static final double SMOOTHING = 1;

    private static final int MOST_ROUNDS = 100;

    /** Of all shares together, in a round. */
    private static final double SETTLED = 1e-4;

    private static final double STANDARD_ERRORS = 1.96;

    /** How much of what the truths that may stand behind a label differ in accuracy is uncertain: chosen, see there. */
    private static final double OF_AMBIGUITY = 1.0 / 14;

    private static final double UNFAMILIAR_IN_TEST = 1.0 / AccuracyCounts.FAMILIARITY_BINS;

    /** So many more are unfamiliar for other reasons: wrong tags are, and another mix of classes has more of them. */
    private static final double SOME_MORE = 0.05;

    /** By label: where it stands. */
    private final Map<String, Integer> labels = new HashMap<>();

    private final double[] support;
    private final double[] correct;
    private final double tested;

    /** Of all images of the test. */
    private final double accuracy;

    /** By label: the share of the test's images that were given it. */
    private final double[] given;

    /** By truth: the labels that its images were given, and how many. */
    private final int[][] answers;

    private final double[][] counts;

    /**
     * Of a model.
     *
     * @param test its classes in its test
     * @param wrong images of the test that were tagged wrong, by truth and then by the label given
     * @throws IllegalArgumentException if no image was tested
     */
    public ExpectedAccuracy(List<ClassAccuracy> test, Map<String, Row> wrong) {
        int classes = test.size();
        test.forEach(ofClass -> labels.put(ofClass.label(), labels.size()));
        support = test.stream().mapToDouble(ClassAccuracy::support).toArray();
        correct = test.stream().mapToDouble(ClassAccuracy::correct).toArray();
        tested = Arrays.stream(support).sum();
        if (tested == 0) {
            throw new IllegalArgumentException("a test without images says nothing of other images");
        }
        accuracy = Arrays.stream(correct).sum() / tested;
        given = new double[classes];
        answers = new int[classes][];
        counts = new double[classes][];
        for (int truth = 0; truth < classes; truth++) {
            Map<Integer, Double> row = new HashMap<>();
            if (correct[truth] > 0) {
                row.put(truth, correct[truth]);
            }
            wrong.getOrDefault(test.get(truth).label(), new Row(Map.of()))
                    .labels()
                    .forEach((label, images) -> {
                        // One that is no class of the test's is no label that may stand for a truth.
                        Integer column = labels.get(label);
                        if (column != null) {
                            row.merge(column, (double) images, Double::sum);
                        }
                    });
            answers[truth] = row.keySet().stream().mapToInt(Integer::intValue).toArray();
            counts[truth] = Arrays.stream(answers[truth]).mapToDouble(row::get).toArray();
            for (int i = 0; i < answers[truth].length; i++) {
                given[answers[truth][i]] += counts[truth][i] / tested;
            }
        }
    }

    /** What the tags of a window are expected to be. */
    public Expectation of(AccuracyCounts window) {
        return of(TagsByLabel.of(window));
    }

    /** What tags are expected to be. */
    public Expectation of(TagsByLabel window) {
        double[] tags = new double[support.length];
        double tagged = 0;
        double unexplained = 0;
        for (Map.Entry<String, Long> label : window.tagged().entrySet()) {
            Integer column = labels.get(label.getKey());
            // A label that the test's images never got says nothing of its truths.
            if (column != null && given[column] > 0) {
                tags[column] += label.getValue();
                tagged += label.getValue();
            } else {
                unexplained += label.getValue();
            }
        }
        Expectation byConfidence = Expectation.byConfidence(window);
        if (tagged <= 0) {
            return byConfidence;
        }
        double[] shares = shares(tags);
        double mean = 0;
        double variance = 0;
        for (int truth = 0; truth < shares.length; truth++) {
            if (shares[truth] > 0) {
                mean += shares[truth] * recall(truth);
                double middle = (correct[truth] + 0.5) / (support[truth] + 1);
                variance += shares[truth] * shares[truth] * middle * (1 - middle) / support[truth];
            }
        }
        variance += mean * (1 - mean) / tagged + OF_AMBIGUITY * ambiguity(shares, tags, tagged);
        double half = STANDARD_ERRORS * Math.sqrt(variance);
        double familiar = 1 - strange(window.familiarities());
        double explained = tagged / (tagged + unexplained);
        return new Expectation(
                explained * familiar * mean + (1 - explained) * byConfidence.accuracy(),
                explained * familiar * Math.max(0, mean - half),
                explained * Math.min(1, mean + half) + (1 - explained));
    }

    /** The share of a class' images that get its label: of few images all may have been right by chance, so one more was as all are. */
    private double recall(int truth) {
        return (correct[truth] + accuracy) / (support[truth] + 1);
    }

    /** How frequent the classes are, 0 to 1. */
    private double[] shares(double[] tags) {
        double[] shares = Arrays.stream(support).map(images -> images / tested).toArray();
        for (int round = 0; round < MOST_ROUNDS; round++) {
            double[] next = next(shares, tags);
            double change = 0;
            for (int truth = 0; truth < shares.length; truth++) {
                change += Math.abs(next[truth] - shares[truth]);
            }
            shares = next;
            if (change < SETTLED) {
                break;
            }
        }
        return shares;
    }

    private double[] next(double[] shares, double[] tags) {
        double[] ones = new double[shares.length];
        Arrays.fill(ones, 1);
        double[] likelihood = givenTo(shares, ones);
        double[] ratio = new double[tags.length];
        double smoothed = 0;
        for (int label = 0; label < tags.length; label++) {
            ratio[label] = tags[label] == 0 ? 0 : tags[label] / likelihood[label];
            smoothed += given[label] * ratio[label];
        }
        double[] next = new double[shares.length];
        double sum = 0;
        for (int truth = 0; truth < shares.length; truth++) {
            double explained = SMOOTHING * smoothed;
            for (int i = 0; i < answers[truth].length; i++) {
                explained += counts[truth][i] * ratio[answers[truth][i]];
            }
            next[truth] =
                    shares[truth] * explained / (support[truth] + SMOOTHING) + TAGS_AS_TESTED * support[truth] / tested;
            sum += next[truth];
        }
        for (int truth = 0; truth < next.length; truth++) {
            next[truth] /= sum;
        }
        return next;
    }

    /** By label: the share of images that get it, each weighted by a value of its truth. */
    private double[] givenTo(double[] shares, double[] values) {
        double[] sums = new double[given.length];
        double toAll = 0;
        for (int truth = 0; truth < shares.length; truth++) {
            double weight = shares[truth] * values[truth] / (support[truth] + SMOOTHING);
            toAll += SMOOTHING * weight;
            for (int i = 0; i < answers[truth].length; i++) {
                sums[answers[truth][i]] += weight * counts[truth][i];
            }
        }
        for (int label = 0; label < sums.length; label++) {
            sums[label] += toAll * given[label];
        }
        return sums;
    }

    /** The variance of accuracy among the truths that may stand behind a label, in the mean of the tags. */
    private double ambiguity(double[] shares, double[] tags, double tagged) {
        double[] ones = new double[shares.length];
        double[] recalls = new double[shares.length];
        double[] squares = new double[shares.length];
        for (int truth = 0; truth < shares.length; truth++) {
            ones[truth] = 1;
            recalls[truth] = recall(truth);
            squares[truth] = recalls[truth] * recalls[truth];
        }
        double[] likelihood = givenTo(shares, ones);
        double[] mean = givenTo(shares, recalls);
        double[] meanSquare = givenTo(shares, squares);
        double variance = 0;
        for (int label = 0; label < tags.length; label++) {
            if (tags[label] > 0) {
                double expected = mean[label] / likelihood[label];
                variance += tags[label] / tagged * (meanSquare[label] / likelihood[label] - expected * expected);
            }
        }
        return Math.max(0, variance);
    }

    /** The share of images that are not of the test's kind: what is too much among the least familiar. */
    private static double strange(List<Long> familiarities) {
        long known = familiarities.stream().mapToLong(Long::longValue).sum();
        if (known == 0) {
            return 0;
        }
        double error = Math.sqrt(UNFAMILIAR_IN_TEST * (1 - UNFAMILIAR_IN_TEST) / known);
        double tooMuch = (double) familiarities.get(0) / known - UNFAMILIAR_IN_TEST - Math.max(SOME_MORE, 2 * error);
        return Math.max(0, tooMuch / (1 - UNFAMILIAR_IN_TEST));
    }
}
