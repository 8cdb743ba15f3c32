package org.catalogtagger.streaming.drift;

import java.util.Locale;

/**
 * The share of tags that should be right, judged without labels: the mean of a window's value. Only a fall is told.
 */
record ExpectedFall() implements WindowMeasure {
    /** A tenth of unknown products makes a fall of about so much. */
    private static final double SMALLEST_FALL = 0.05;

    /** So that its logarithm is one where all tags, or none, should be right. */
    private static final double NEAR_CERTAIN = 1e-3;

    /** An expectation moves by chance, more than a share of as many tags: how frequent classes are is estimated too. */
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

    /** The logit of the share of wrong tags. */
    @Override
    public double of(TagWindow before, TagWindow window) {
        double right = within(window.mean());
        return Math.log((1 - right) / right);
    }

    /** Of the logit, were it known of each tag whether it is right: of an expectation by the labels given it is less. */
    @Override
    public double variance(TagWindow before, TagWindow window) {
        double right = within(before.mean());
        return 1 / (right * (1 - right) * Math.max(1, window.tags()));
    }

    private static double within(double share) {
        return Math.max(NEAR_CERTAIN, Math.min(1 - NEAR_CERTAIN, share));
    }

    @Override
    public boolean isLarge(TagWindow before, TagWindow window) {
        return before.mean() - window.mean() >= SMALLEST_FALL;
    }

    /** As of unfamiliar images. */
    @Override
    public boolean isOver(TagWindow before, TagWindow window, boolean isSignificant) {
        return !isLarge(before, window);
    }

    /** Another mix of classes than the test's is what each catalogue has: accuracy-metrics says what is expected of it. */
    @Override
    public boolean isOtherThanTested(TagWindow test, TagWindow window) {
        return false;
    }

    @Override
    public String label(TagWindow before, TagWindow window) {
        return "";
    }

    @Override
    public String evidence(TagWindow before, TagWindow window, double usual) {
        return String.format(
                Locale.ROOT,
                "%.1f %% of %,d tags should be right by the test, %.1f %% of those before",
                100 * window.mean(),
                window.tags(),
                100 * before.mean());
    }

    @Override
    public String evidenceAgainstTest(TagWindow test, TagWindow window) {
        throw new IllegalStateException("is not compared with the test");
    }
}
