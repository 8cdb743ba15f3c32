package org.catalogtagger.streaming.drift;

import java.util.Locale;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.catalogtagger.streaming.accuracy.AccuracyCounts;

/**
 * The share of images in which a model sees less of what it knows than in nine tenths of its test's with the same label: a tenth, as long as
 * they are like those. Only a rise is told: products that it does not know make one, whatever their mix.
 */
record UnfamiliarShare() implements WindowMeasure {
    static final String UNFAMILIAR = "bin 0";

    private static final double OF_TEST = 1.0 / AccuracyCounts.FAMILIARITY_BINS;

    /** A tenth of unknown products, of which half are unfamiliar, makes four points. */
    private static final double SMALLEST_RISE = 0.02;

    /** A stream's images differ from a test's. */
    private static final double LARGE = 0.25;

    /** Half way back: a stream that stays at the limit is not told of again and again. */
    private static final double NEAR = (LARGE + OF_TEST) / 2;

    private static final double CERTAIN = 1e-6;

    /** Of a thousand tags a tenth of unknown products shows in three of four; of two thousand nearly always. */
    @Override
    public int windowsAtATime() {
        return 2;
    }

    /** It is a number of its own. */
    @Override
    public int others() {
        return 0;
    }

    @Override
    public String detector() {
        return "student-t";
    }

    /** The logit, with half an image more on both sides (Haldane, 1956). */
    @Override
    public double of(TagWindow before, TagWindow window) {
        double unfamiliar = window.share(UNFAMILIAR) * window.tags();
        return Math.log((unfamiliar + 0.5) / (window.tags() - unfamiliar + 0.5));
    }

    /** Of the logit (Woolf, 1955). */
    @Override
    public double variance(TagWindow before, TagWindow window) {
        double expected = before.share(UNFAMILIAR) * window.tags();
        return 1 / (expected + 0.5) + 1 / (window.tags() - expected + 0.5);
    }

    @Override
    public boolean isLarge(TagWindow before, TagWindow window) {
        return window.share(UNFAMILIAR) - before.share(UNFAMILIAR) >= SMALLEST_RISE;
    }

    /** A rise that half of the windows are too few to show is none that ends and begins again. */
    @Override
    public boolean isOver(TagWindow before, TagWindow window, boolean isSignificant) {
        return !isLarge(before, window);
    }

    @Override
    public boolean isOtherThanTested(TagWindow test, TagWindow window) {
        int tags = (int) Math.min(window.tags(), Integer.MAX_VALUE);
        int unfamiliar = (int) Math.round(window.share(UNFAMILIAR) * tags);
        return window.share(UNFAMILIAR) >= LARGE
                && BinomialDistribution.of(tags, OF_TEST).survivalProbability(unfamiliar - 1) < CERTAIN;
    }

    @Override
    public boolean isAsTested(TagWindow test, TagWindow window) {
        return window.share(UNFAMILIAR) < NEAR;
    }

    @Override
    public String label(TagWindow before, TagWindow window) {
        return "";
    }

    @Override
    public String evidence(TagWindow before, TagWindow window, double usual) {
        return String.format(
                Locale.ROOT,
                "%.1f %% of %,d images are as unfamiliar as a tenth of the test's, %.1f %% of those before",
                100 * window.share(UNFAMILIAR),
                window.tags(),
                100 * before.share(UNFAMILIAR));
    }

    @Override
    public String evidenceAgainstTest(TagWindow test, TagWindow window) {
        return String.format(
                Locale.ROOT,
                "%.1f %% of %,d images are as unfamiliar as a tenth of the test's",
                100 * window.share(UNFAMILIAR),
                window.tags());
    }
}
