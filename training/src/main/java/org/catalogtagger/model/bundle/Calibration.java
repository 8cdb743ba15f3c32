package org.catalogtagger.model.bundle;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether a model is right as often as it says it is.
 *
 * @param bins of equal width over the confidence of the answer, from 0 to 1; none if it was not measured
 * @param expectedCalibrationError the mean distance of confidence and accuracy over the bins, weighted by their images, 0
 *     to 1 (Guo et al., 2017, equation 3)
 */
public record Calibration(
        @JsonProperty(required = true) List<Bin> bins, @JsonProperty(required = true) double expectedCalibrationError) {
    /** Of a model of which it is not known. */
    public static final Calibration UNKNOWN = new Calibration(List.of(), 0);

    private static final int BINS = 15;

    /** What the confidence itself weighs beside a bin's images when accuracy is read from the bin. */
    private static final double PRIOR_IMAGES = 2;

    private static final int MOST_BINS = 1000;
    private static final double ROUNDING = 1e-3;

    public Calibration {
        bins = List.copyOf(Names.requirePresent("bins", bins));
        if (bins.size() > MOST_BINS || !isShare(expectedCalibrationError)) {
            throw new IllegalArgumentException(
                    "a calibration has at most %,d bins and an error from 0 to 1, not %,d and %s"
                            .formatted(MOST_BINS, bins.size(), expectedCalibrationError));
        }
    }

    private static boolean isShare(double value) {
        return value >= 0 && value <= 1 + ROUNDING;
    }

    /**
     * The answers of about the same confidence.
     *
     * @param from the least confidence, included but in the first bin
     * @param to the greatest, included
     * @param confidence their mean, 0 if there are none
     * @param accuracy the share of them that is right, 0 if there are none
     */
    public record Bin(double from, double to, int images, double confidence, double accuracy) {
        public Bin {
            if (!isShare(from) || !isShare(to) || images < 0 || !isShare(confidence) || !isShare(accuracy)) {
                throw new IllegalArgumentException(
                        "a calibration's bin has shares from 0 to 1 and a number of images, not from %s to %s, %d, %s, %s"
                                .formatted(from, to, images, confidence, accuracy));
            }
        }
    }

    /** An answer of a model to an image whose label is known. */
    public record Answer(double confidence, boolean right) {}

    /** The calibration of answers. */
    public static Calibration of(List<Answer> answers) {
        int[] images = new int[BINS];
        int[] correct = new int[BINS];
        double[] confidence = new double[BINS];
        for (Answer answer : answers) {
            int bin = binOf(answer.confidence(), BINS);
            images[bin]++;
            confidence[bin] += answer.confidence();
            correct[bin] += answer.right() ? 1 : 0;
        }
        List<Bin> bins = new ArrayList<>();
        double error = 0;
        for (int i = 0; i < BINS; i++) {
            double mean = images[i] == 0 ? 0 : confidence[i] / images[i];
            double accuracy = images[i] == 0 ? 0 : (double) correct[i] / images[i];
            bins.add(new Bin((double) i / BINS, (i + 1.0) / BINS, images[i], mean, accuracy));
            error += Math.abs(mean - accuracy) * images[i] / Math.max(1, answers.size());
        }
        return new Calibration(bins, error);
    }

    /**
     * How likely an answer of a confidence is right, 0 to 1: histogram binning (Zadrozny and Elkan, 2001). The confidence
     * itself if there are no bins.
     */
    public double accuracyAt(double confidence) {
        if (bins.isEmpty()) {
            return confidence;
        }
        Bin bin = bins.get(binOf(confidence, bins.size()));
        return (bin.images() * bin.accuracy() + PRIOR_IMAGES * confidence) / (bin.images() + PRIOR_IMAGES);
    }

    private static int binOf(double confidence, int bins) {
        return Math.max(0, Math.min(bins - 1, (int) Math.ceil(confidence * bins) - 1));
    }
}
