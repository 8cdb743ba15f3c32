package org.catalogtagger.streaming.accuracy;

import org.apache.commons.statistics.interval.BinomialConfidenceInterval;
import org.apache.commons.statistics.interval.Interval;

/** The 95 % confidence interval of a share (Wilson, 1927), each end 0 to 1. */
public record WilsonInterval(double lower, double upper) {
    private static final double ERROR_RATE = 0.05;

    /** Of so many among all; all that is possible if there are none. */
    public static WilsonInterval of(long part, long whole) {
        if (whole == 0) {
            return new WilsonInterval(0, 1);
        }
        Interval interval = BinomialConfidenceInterval.WILSON_SCORE.fromErrorRate(
                Math.toIntExact(whole), Math.toIntExact(part), ERROR_RATE);
        return new WilsonInterval(interval.getLowerBound(), interval.getUpperBound());
    }
}
