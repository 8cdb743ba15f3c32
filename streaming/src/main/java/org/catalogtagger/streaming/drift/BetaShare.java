package org.catalogtagger.streaming.drift;

/**
 * What is known of a share: as much as if so many tags had been seen, right and wrong ones. The beta distribution,
 * conjugate to counts (Gelman et al., 2013, Bayesian Data Analysis, section 2.4).
 *
 * @param right more than 0; no whole number, where tags count less than once
 * @param wrong more than 0
 */
record BetaShare(double right, double wrong) {
    /** Below it Stirling's series is not good to ten digits. */
    private static final double STIRLING_FROM = 8;

    /** Of something that is known to be a share, in tags. */
    private static final double LEAST_KNOWN = 1;

    /** Where nearly all are right there is a fall that people would call one only from here on. */
    private static final double NEARLY_ALL = 0.98;

    private static final double HALF_LOG_TWO_PI = 0.9189385332046727;

    double tags() {
        return right + wrong;
    }

    double mean() {
        return right / tags();
    }

    /** With tags that have been seen too. */
    BetaShare with(double moreTags, double moreRight) {
        return new BetaShare(right + moreRight, wrong + moreTags - moreRight);
    }

    /** As sure of another mean. */
    BetaShare at(double mean) {
        return new BetaShare(tags() * mean, tags() * (1 - mean));
    }

    /** As sure of a mean that is lower by so many logits. */
    BetaShare fallen(double logits) {
        return at(fallen(mean(), logits));
    }

    /**
     * As sure of a mean that is lower by so many logits, and by no less than from {@value #NEARLY_ALL}: of 99.95 % right a fall by two logits is one
     * to 99.6 %, and one to 80 % would take some 170 tags to be found ({@link DetectionDelay}), for wrong ones are nearly as likely by what the first of them tell.
     */
    BetaShare fallenFrom(double logits) {
        return at(fallen(Math.min(NEARLY_ALL, mean()), logits));
    }

    /**
     * Lower by about so many logits, of which it is not known how many they are here: a standard deviation of as many, beside what is not known of
     * the mean already. To the first order, a share moves by p (1 - p) a logit.
     */
    BetaShare fallenSomehow(double logits) {
        BetaShare fallen = fallen(logits);
        double mean = fallen.mean();
        double variance = 1 / (tags() + 1) + mean * (1 - mean) * logits * logits;
        double weight = Math.min(1, Math.max(LEAST_KNOWN, 1 / variance - 1) / tags());
        return new BetaShare(weight * fallen.right, weight * fallen.wrong);
    }

    static double fallen(double share, double logits) {
        return share / (share + (1 - share) * Math.exp(logits));
    }

    /**
     * How much more likely it makes tags than another does that is as sure: the natural logarithm of the ratio of two
     * beta-binomial probabilities (Gelman et al., 2013, section 5.3), the sums of whose parameters are equal and cancel.
     */
    double logLikelihoodOver(BetaShare other, double someTags, double someRight) {
        double someWrong = someTags - someRight;
        return logRising(right, someRight)
                + logRising(wrong, someWrong)
                - logRising(other.right, someRight)
                - logRising(other.wrong, someWrong);
    }

    /** The logarithm of the beta-binomial probability of tags in some order. */
    double logLikelihood(double someTags, double someRight) {
        return logRising(right, someRight) + logRising(wrong, someTags - someRight) - logRising(tags(), someTags);
    }

    /** The logarithm of the rising factorial: of Γ(x + n) / Γ(x). */
    static double logRising(double x, double n) {
        return n == 0 ? 0 : logGamma(x + n) - logGamma(x);
    }

    /** Of x > 0, by Stirling's series: four times as fast as the library's, which is exact for small x too. */
    static double logGamma(double x) {
        double shift = 0;
        double large = x;
        if (large < STIRLING_FROM) {
            double product = 1;
            for (; large < STIRLING_FROM; large++) {
                product *= large;
            }
            shift = Math.log(product);
        }
        double inverse = 1 / large;
        double square = inverse * inverse;
        double series = inverse * (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square / 1680)));
        return (large - 0.5) * Math.log(large) - large + HALF_LOG_TWO_PI + series - shift;
    }

    /** The information for one share against another in a tag, if the first is true, in nats. */
    static double divergence(double share, double otherShare) {
        return share * Math.log(share / otherShare) + (1 - share) * Math.log((1 - share) / (1 - otherShare));
    }
}
