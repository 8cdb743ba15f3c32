package org.catalogtagger.streaming.drift;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;

/**
 * Page and Hinkley's test (Page, 1954, Continuous Inspection Schemes): an alarm when errors have summed up to more than a
 * threshold above their mean.
 */
public final class PageHinkley implements ChangeDetector {
    private static final int WARM_UP = 30;

    private final double tolerance;
    private final double threshold;

    private long observations;
    private double errorRate;
    private double sum;
    private double leastSum;
    private long sinceLeast;
    private long errorsSinceLeast;

    /** With the tolerance 0.005 and the threshold 50 that are usual. */
    public PageHinkley() {
        this(0.005, 50);
    }

    /**
     * A test.
     *
     * @param tolerance rise of the error rate that is not minded, 0 to 1
     * @param threshold errors above the mean that make an alarm
     */
    @JsonCreator
    public PageHinkley(@JsonProperty("tolerance") double tolerance, @JsonProperty("threshold") double threshold) {
        this.tolerance = tolerance;
        this.threshold = threshold;
    }

    @Override
    public Optional<Fall> add(boolean right) {
        double error = right ? 0 : 1;
        observations++;
        errorRate += (error - errorRate) / observations;
        sum += error - errorRate - tolerance;
        sinceLeast++;
        errorsSinceLeast += right ? 0 : 1;
        if (sum < leastSum) {
            leastSum = sum;
            sinceLeast = 0;
            errorsSinceLeast = 0;
        }
        if (observations < WARM_UP || sum - leastSum <= threshold) {
            return Optional.empty();
        }
        double errors = errorRate * observations;
        double before = (errors - errorsSinceLeast) / Math.max(1, observations - sinceLeast);
        Fall fall = new Fall(1 - before, 1 - (double) errorsSinceLeast / sinceLeast, sinceLeast);
        observations = 0;
        errorRate = 0;
        sum = 0;
        leastSum = 0;
        sinceLeast = 0;
        errorsSinceLeast = 0;
        return Optional.of(fall);
    }
}
