package org.catalogtagger.streaming.drift;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Watches an accuracy that has fallen, whether it is what it was again: a CUSUM (Page, 1954) that is for the accuracy
 * before the fall and against the one after. Not thread-safe.
 */
final class Recovery {
    private static final double LOG_EVIDENCE = Math.log(1000);

    /** The most that a share may be sure: a single tag must not decide. */
    private static final double MARGIN = 0.01;

    private final double before;
    private final double after;
    private double logEvidence;
    private long observations;
    private long right;

    @JsonCreator
    Recovery(@JsonProperty("before") double before, @JsonProperty("after") double after) {
        this.before = Math.min(1 - MARGIN, Math.max(2 * MARGIN, before));
        this.after = Math.min(this.before - MARGIN, Math.max(MARGIN, after));
    }

    /** Takes tags; whether they are right as often as before the fall. */
    boolean add(long tags, long rightTags) {
        if (logEvidence <= 0) {
            logEvidence = 0;
            observations = 0;
            right = 0;
        }
        observations += tags;
        right += rightTags;
        logEvidence += BaselineDetector.logLikelihoodRatio(tags, rightTags, before, after);
        return logEvidence >= LOG_EVIDENCE;
    }

    long observations() {
        return observations;
    }

    /** The accuracy of the tags that speak for a recovery, 0 to 1. */
    double accuracy() {
        return observations <= 0 ? 0 : (double) right / observations;
    }
}
