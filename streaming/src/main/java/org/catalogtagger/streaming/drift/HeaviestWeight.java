package org.catalogtagger.streaming.drift;

/**
 * By what weights are to be multiplied so that the heaviest of the last 500 labels, or some more, counts as one tag. Then evidence is a
 * supermartingale as that of all tags would be: for a likelihood ratio L and a weight a of no more than 1, L^a - 1 is no more than
 * a (L - 1), whose mean over what is chosen is that over all. One that counted as more could raise an alarm alone. Not thread-safe.
 */
final class HeaviestWeight {
    private static final long LABELS = 500;

    private double heaviest;
    private double heaviestBefore;
    private long labels;

    /**
     * Takes labels.
     *
     * @param more of them
     * @param weight the heaviest of them
     */
    double scale(long more, double weight) {
        heaviest = Math.max(heaviest, weight);
        labels += Math.max(0, more);
        if (labels >= LABELS) {
            heaviestBefore = heaviest;
            heaviest = weight;
            labels = 0;
        }
        return 1 / Math.max(1, Math.max(heaviest, heaviestBefore));
    }
}
