package org.catalogtagger.streaming.drift;

import java.util.Locale;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;

/**
 * How tags are distributed over categories.
 *
 * @param isOfCategories whether an alert is of the category that has changed most
 */
record MixChange(boolean isOfCategories) implements WindowMeasure {
    /** A moderate change, as the index' users have it (Siddiqi, 2006, Credit Risk Scorecards). */
    private static final double SMALLEST_INDEX = 0.1;

    /** A large one, likewise: between a test and a stream, which have not the same images. */
    private static final double LARGE_INDEX = 0.25;

    /** Of so few images of a test nothing is concluded. */
    private static final double CERTAIN = 1e-6;

    @Override
    public String detector() {
        return "stability-index";
    }

    @Override
    public double of(TagWindow before, TagWindow window) {
        return comparison(before, window).logOverChance();
    }

    /** The index of two samples of one distribution is a chi-squared variable (Yurdakul, 2018), whose logarithm has about this one (Bartlett and Kendall, 1946). */
    @Override
    public double variance(TagWindow before, TagWindow window) {
        return 2.0 / comparison(before, window).degrees();
    }

    @Override
    public boolean isLarge(TagWindow before, TagWindow window) {
        return comparison(before, window).stabilityIndex() >= SMALLEST_INDEX;
    }

    @Override
    public boolean isOtherThanTested(TagWindow test, TagWindow window) {
        MixComparison found = comparison(test, window);
        double chance = ChiSquaredDistribution.of(found.degrees()).survivalProbability(found.statistic());
        return found.stabilityIndex() - found.indexByChance() >= LARGE_INDEX && chance < CERTAIN;
    }

    @Override
    public String label(TagWindow before, TagWindow window) {
        return isOfCategories ? comparison(before, window).mostChanged() : "";
    }

    @Override
    public String evidence(TagWindow before, TagWindow window, double usual) {
        MixComparison found = comparison(before, window);
        return String.format(
                Locale.ROOT,
                "stability index %.3f, %.1f times what is usual",
                found.stabilityIndex(),
                Math.exp(found.logOverChance() - usual));
    }

    @Override
    public String evidenceAgainstTest(TagWindow test, TagWindow window) {
        return String.format(
                Locale.ROOT,
                "stability index %.3f to the %,d images of the test; of other products that may be usual",
                comparison(test, window).stabilityIndex(),
                test.tags());
    }

    private static MixComparison comparison(TagWindow before, TagWindow window) {
        return MixComparison.of(before.counts(), window.counts());
    }
}
