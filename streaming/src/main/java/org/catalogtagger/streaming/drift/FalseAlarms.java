package org.catalogtagger.streaming.drift;

/**
 * How much evidence a fall needs so that false alarms are as rare as is asked for; src/site/drift.md has the derivation.
 *
 * @param every tags between false alarms, on average, in the long run
 * @param atStart one in so many monitors has a false alarm while the tags it has seen double, from the first on: the
 *     luck of the model's test is the same for all tags, so that it makes a chance and not a rate
 */
record FalseAlarms(double every, double atStart) {
    /** Falls of accuracy that are looked for, in logits: at 0.85 they are 5, 10, 20 and 40 points. */
    private static final double[] FALLS = {0.35, 0.64, 1.12, 1.94};

    /** How much each is expected. */
    private static final double[] WEIGHTS = {0.4, 0.2, 0.25, 0.15};

    static int falls() {
        return FALLS.length;
    }

    static double logits(int fall) {
        return FALLS[fall];
    }

    /**
     * The logarithm of the likelihood ratio at which a fall that begins after some tags is taken for one. The maximum of a
     * likelihood ratio over all beginnings passes {@code x} once in {@code x / divergence} tags (Siegmund, 1985, Sequential
     * Analysis, section 2.6; Lorden, 1971).
     *
     * @param divergence the information in a tag that there is no fall, if there is none, in nats
     */
    double logThreshold(double divergence, double tagsBefore) {
        return Math.log(Math.max(1, Math.min(every * divergence, atStart * (1 + divergence * tagsBefore))));
    }

    /** The evidence of a mixture of falls, over what is needed: an alarm from 0 on. */
    static double mixture(double[] logEvidence) {
        double largest = Double.NEGATIVE_INFINITY;
        for (double one : logEvidence) {
            largest = Math.max(largest, one);
        }
        double sum = 0;
        for (int i = 0; i < FALLS.length; i++) {
            sum += WEIGHTS[i] * Math.exp(logEvidence[i] - largest);
        }
        return largest + Math.log(sum);
    }
}
