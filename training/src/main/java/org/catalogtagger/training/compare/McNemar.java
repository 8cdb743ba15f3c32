package org.catalogtagger.training.compare;

/**
 * The exact form of McNemar's test (1947, Note on the sampling error of the difference between correlated proportions or
 * percentages): of images that only one of two models tags right, each would be as likely to tag each if they were equally
 * good.
 */
final class McNemar {
    private McNemar() {}

    /**
     * How likely a difference as large as this is by chance, in either direction.
     *
     * @param onlyFirst images that the first model alone tags right
     * @param onlySecond those that the second alone does
     */
    static double probability(long onlyFirst, long onlySecond) {
        long all = onlyFirst + onlySecond;
        long fewer = Math.min(onlyFirst, onlySecond);
        // Binomial probabilities, the logarithm of each from that of the one before: 2 to the power of -all has no
        // double.
        double log = -all * Math.log(2);
        double logSum = log;
        for (long i = 0; i < fewer; i++) {
            log += Math.log((double) (all - i) / (i + 1));
            logSum = Math.max(log, logSum) + Math.log1p(Math.exp(-Math.abs(log - logSum)));
        }
        return Math.min(1, 2 * Math.exp(logSum));
    }
}
