package org.catalogtagger.streaming.drift;

/** A Poisson number against one that is {@code exp(rise)} times as large (Lucas, 1985, Counted Data CUSUM's, section 2). */
final class PoissonRise {
    private PoissonRise() {}

    /** What tags say for the rise where so many were to be expected: the natural logarithm of the likelihood ratio. */
    static double logEvidence(double rise, double tags, double expected) {
        return tags * rise - expected * Math.expm1(rise);
    }

    /** In a tag that was to be expected, that there are no more than that, if there are not: in nats. */
    static double information(double rise) {
        return Math.expm1(rise) - rise;
    }

    /** That of the rises looked for that tags speak for most. */
    static double likeliest(double tags, double expected) {
        double likeliest = FalseAlarms.logits(0);
        for (int i = 1; i < FalseAlarms.falls(); i++) {
            double other = FalseAlarms.logits(i);
            if (logEvidence(other, tags, expected) > logEvidence(likeliest, tags, expected)) {
                likeliest = other;
            }
        }
        return likeliest;
    }

    /** Whether tags say that there is no such rise, with the error of false alarms. */
    static boolean speaksAgainst(double rise, double tags, double expected, double scale, FalseAlarms falseAlarms) {
        return -scale * logEvidence(rise, tags, expected)
                >= Math.log(Math.max(1, falseAlarms.every() * scale * information(rise)));
    }
}
