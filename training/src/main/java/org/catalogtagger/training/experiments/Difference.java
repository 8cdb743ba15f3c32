package org.catalogtagger.training.experiments;

import java.util.List;
import org.apache.commons.statistics.distribution.TDistribution;
import org.apache.commons.statistics.interval.BinomialConfidenceInterval;
import org.apache.commons.statistics.interval.Interval;

/**
 * How much larger one figure is than another.
 *
 * @param lower end of its 95 % confidence interval
 * @param upper end of it
 */
public record Difference(double value, double lower, double upper) {
    private static final double ERROR_RATE = 0.05;

    /** More than chance makes. */
    public boolean isAbove() {
        return lower > 0;
    }

    /** Less than chance makes. */
    public boolean isBelow() {
        return upper < 0;
    }

    /**
     * Of two shares of independent images (Newcombe, 1998, Interval estimation for the difference between independent
     * proportions, method 10). Of the same images it is too wide rather than too narrow: what is hard for one run is hard
     * for the other.
     *
     * @param first 0 to 1, of so many images
     * @param second 0 to 1, of so many images
     */
    static Difference ofShares(double first, long firstImages, double second, long secondImages) {
        Interval one = wilson(first, firstImages);
        Interval other = wilson(second, secondImages);
        double value = first - second;
        return new Difference(
                value,
                value - Math.hypot(first - one.getLowerBound(), other.getUpperBound() - second),
                value + Math.hypot(one.getUpperBound() - first, second - other.getLowerBound()));
    }

    private static Interval wilson(double share, long images) {
        int count = Math.toIntExact(images);
        return BinomialConfidenceInterval.WILSON_SCORE.fromErrorRate(
                count, (int) Math.round(share * count), ERROR_RATE);
    }

    /**
     * Of two means (Welch, 1947).
     *
     * @param first at least two values
     * @param second at least two values
     */
    static Difference ofMeans(List<Double> first, List<Double> second) {
        Spread one = Spread.of(first).orElseThrow();
        Spread other = Spread.of(second).orElseThrow();
        double a = squaredError(one);
        double b = squaredError(other);
        double value = one.mean() - other.mean();
        if (a + b == 0) {
            return new Difference(value, value, value);
        }
        double freedom = (a + b) * (a + b) / (a * a / (one.repeats() - 1) + b * b / (other.repeats() - 1));
        double margin = TDistribution.of(freedom).inverseSurvivalProbability(ERROR_RATE / 2) * Math.sqrt(a + b);
        return new Difference(value, value - margin, value + margin);
    }

    private static double squaredError(Spread spread) {
        double deviation = spread.deviation().orElseThrow();
        return deviation * deviation / spread.repeats();
    }

    /** The same difference with the wider of two intervals on each side: it must stand against both kinds of chance. */
    Difference orWider(Difference other) {
        return new Difference(value, Math.min(lower, other.lower), Math.max(upper, other.upper));
    }
}
