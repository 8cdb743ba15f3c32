package org.catalogtagger.training.evaluate;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.statistics.interval.BinomialConfidenceInterval;
import org.apache.commons.statistics.interval.Interval;
import org.catalogtagger.model.bundle.ConfusionMatrix;

/**
 * How one class fared.
 *
 * @param support images that truly are of the class
 * @param correct those of them that were labelled so
 * @param recall {@code correct / support}, 0 to 1; 0 without images
 * @param lower end of the 95 % confidence interval of the recall (Wilson, 1927); all from 0 to 1 without images
 * @param upper end of it
 * @param precision the share of the images labelled so that truly are of the class, 0 to 1; 0 if there are none
 * @param f1 the harmonic mean of precision and recall
 */
public record ClassResult(
        String label,
        long support,
        long correct,
        double recall,
        double lower,
        double upper,
        double precision,
        double f1) {
    private static final double ERROR_RATE = 0.05;

    /** One per class, in the order of the classes. */
    public static List<ClassResult> of(ConfusionMatrix confusion) {
        long[][] counts = confusion.counts();
        List<ClassResult> results = new ArrayList<>();
        for (int i = 0; i < counts.length; i++) {
            ConfusionMatrix.ClassAccuracy accuracy = confusion.perClass().get(i);
            long answered = 0;
            for (long[] row : counts) {
                answered += row[i];
            }
            double precision = answered == 0 ? 0 : (double) accuracy.correct() / answered;
            double recall = accuracy.accuracy();
            double f1 = precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
            int support = (int) accuracy.support();
            Interval interval = BinomialConfidenceInterval.WILSON_SCORE.fromErrorRate(
                    Math.max(1, support), (int) accuracy.correct(), ERROR_RATE);
            results.add(new ClassResult(
                    accuracy.label(),
                    accuracy.support(),
                    accuracy.correct(),
                    recall,
                    interval.getLowerBound(),
                    support == 0 ? 1 : interval.getUpperBound(),
                    precision,
                    f1));
        }
        return results;
    }
}
