package org.catalogtagger.streaming.drift;

import java.util.Arrays;
import java.util.Optional;

/**
 * Watches whether tags are right less often than a baseline: a mixture of CUSUM e-detectors (Shin, Ramdas and Rinaldo,
 * 2022, E-detectors: A Nonparametric Framework for Sequential Change Detection, section 3).
 *
 * <p>Each is the evidence for one size of fall since the moment that speaks for it most. As long as tags are right as
 * often as the baseline says, it takes at least {@code falseAlarmEvery} tags, on average, until the mixture reaches that
 * number. Not thread-safe.
 */
public final class BaselineDetector {
    /** Falls of accuracy that are looked for, and how much each is expected. */
    private static final double[] FALLS = {0.05, 0.1, 0.2, 0.4};

    private static final double[] WEIGHTS = {0.15, 0.2, 0.45, 0.2};

    /** A share of right tags further out would let a single tag decide. */
    private static final double LARGEST_SHARE = 0.995;

    private static final double SMALLEST_SHARE = 0.02;

    private final double[] logEvidence = new double[FALLS.length];
    private final long[] since = new long[FALLS.length];
    private final long[] observations = new long[FALLS.length];
    private final long[] right = new long[FALLS.length];

    /**
     * What speaks for a fall.
     *
     * @param logEvidence its natural logarithm
     * @param since when the tags begin that speak for it, milliseconds since 1970
     * @param observations tags since then
     * @param right those of them that are right
     */
    public record Evidence(double logEvidence, long since, long observations, long right) {
        /** The accuracy since then, 0 to 1. */
        public double accuracy() {
            return observations <= 0 ? 0 : Math.max(0, (double) right / observations);
        }
    }

    /**
     * Takes tags whose truth is known.
     *
     * @param tags negative where labels were taken back
     * @param rightTags of them
     * @param baseline the least accuracy that is no fall, 0 to 1
     * @param eventTime of the tags, milliseconds since 1970
     * @param falseAlarmEvery tags between false alarms, on average, at least
     * @return empty unless the evidence reaches that
     */
    public Optional<Evidence> add(long tags, long rightTags, double baseline, long eventTime, double falseAlarmEvery) {
        double before = Math.min(LARGEST_SHARE, Math.max(SMALLEST_SHARE, baseline));
        double mixture = 0;
        int leading = 0;
        for (int i = 0; i < FALLS.length; i++) {
            double after = Math.max(before / 4, before - FALLS[i]);
            if (logEvidence[i] <= 0) {
                logEvidence[i] = 0;
                since[i] = eventTime;
                observations[i] = 0;
                right[i] = 0;
            }
            logEvidence[i] += logLikelihoodRatio(tags, rightTags, after, before);
            observations[i] += tags;
            right[i] += rightTags;
            mixture += WEIGHTS[i] * Math.exp(Math.min(700, logEvidence[i]));
            if (WEIGHTS[i] * Math.exp(logEvidence[i] - logEvidence[leading]) > WEIGHTS[leading]) {
                leading = i;
            }
        }
        return mixture < falseAlarmEvery
                ? Optional.empty()
                : Optional.of(new Evidence(Math.log(mixture), since[leading], observations[leading], right[leading]));
    }

    /** How much more likely tags are if one share of them is right than if another is: the natural logarithm. */
    static double logLikelihoodRatio(long tags, long right, double share, double otherShare) {
        return right * Math.log(share / otherShare) + (tags - right) * Math.log((1 - share) / (1 - otherShare));
    }

    /** Forgets all evidence. */
    public void reset() {
        Arrays.fill(logEvidence, 0);
    }
}
