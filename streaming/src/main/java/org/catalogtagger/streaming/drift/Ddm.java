package org.catalogtagger.streaming.drift;

import java.util.Optional;

/**
 * The drift detection method (Gama et al., 2004, Learning with Drift Detection): an alarm when the error rate is three
 * standard deviations above its least. Fast, and often wrong: its false alarms cannot be chosen.
 */
public final class Ddm implements ChangeDetector {
    private static final int WARM_UP = 30;
    private static final double WARNING = 2;
    private static final double DRIFT = 3;

    private long observations;
    private long errors;
    private double leastRate = Double.MAX_VALUE;
    private double leastDeviation = Double.MAX_VALUE;
    private long warned;
    private long warnedErrors;

    @Override
    public Optional<Fall> add(boolean right) {
        observations++;
        errors += right ? 0 : 1;
        if (observations < WARM_UP) {
            return Optional.empty();
        }
        double rate = (double) errors / observations;
        double deviation = Math.sqrt(rate * (1 - rate) / observations);
        if (rate + deviation <= leastRate + leastDeviation) {
            leastRate = rate;
            leastDeviation = deviation;
        }
        if (rate + deviation <= leastRate + WARNING * leastDeviation) {
            warned = 0;
            warnedErrors = 0;
            return Optional.empty();
        }
        warned++;
        warnedErrors += right ? 0 : 1;
        if (rate + deviation <= leastRate + DRIFT * leastDeviation) {
            return Optional.empty();
        }
        Fall fall = new Fall(1 - leastRate, 1 - (double) warnedErrors / warned, warned);
        begin();
        return Optional.of(fall);
    }

    private void begin() {
        observations = 0;
        errors = 0;
        leastRate = Double.MAX_VALUE;
        leastDeviation = Double.MAX_VALUE;
        warned = 0;
        warnedErrors = 0;
    }
}
