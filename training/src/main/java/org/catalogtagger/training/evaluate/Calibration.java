package org.catalogtagger.training.evaluate;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether a model is right as often as it says it is.
 *
 * @param bins of equal width over the confidence of the answer, from 0 to 1
 * @param expectedCalibrationError the mean distance of confidence and accuracy over the bins, weighted by their images, 0
 *     to 1 (Guo et al., 2017, equation 3)
 */
public record Calibration(List<Bin> bins, double expectedCalibrationError) {
    private static final int BINS = 15;

    public Calibration {
        bins = List.copyOf(bins);
    }

    /**
     * The answers of about the same confidence.
     *
     * @param from the least confidence, included but in the first bin
     * @param to the greatest, included
     * @param confidence their mean, 0 if there are none
     * @param accuracy the share of them that is right, 0 if there are none
     */
    public record Bin(double from, double to, int images, double confidence, double accuracy) {}

    /** The calibration on labelled images. */
    public static Calibration of(Evaluation evaluation) {
        int[] images = new int[BINS];
        int[] correct = new int[BINS];
        double[] confidence = new double[BINS];
        for (int i = 0; i < evaluation.images().size(); i++) {
            int answer = evaluation.predictions().get(i).best();
            double sure = evaluation.predictions().get(i).probability(answer);
            int bin = Math.max(0, Math.min(BINS - 1, (int) Math.ceil(sure * BINS) - 1));
            images[bin]++;
            confidence[bin] += sure;
            correct[bin] += answer == evaluation.images().get(i).label() ? 1 : 0;
        }
        List<Bin> bins = new ArrayList<>();
        double error = 0;
        for (int i = 0; i < BINS; i++) {
            double mean = images[i] == 0 ? 0 : confidence[i] / images[i];
            double accuracy = images[i] == 0 ? 0 : (double) correct[i] / images[i];
            bins.add(new Bin((double) i / BINS, (i + 1.0) / BINS, images[i], mean, accuracy));
            error += Math.abs(mean - accuracy)
                    * images[i]
                    / Math.max(1, evaluation.images().size());
        }
        return new Calibration(bins, error);
    }
}
