package org.catalogtagger.streaming.drift;

import org.catalogtagger.streaming.drift.DriftAlert.Kind;

/** What a window of tags is told from others by. */
interface WindowMeasure {
    static WindowMeasure of(Kind kind) {
        return switch (kind) {
            case FAMILIARITY -> new UnfamiliarShare();
            case EXPECTED_ACCURACY -> new ExpectedFall();
            default -> new MixChange(kind == Kind.PREDICTIONS);
        };
    }

    /** So many times the tags of the settings' windows are looked at together. */
    default int windowsAtATime() {
        return 1;
    }

    /** So many windows before a first one are what it is measured against. */
    default int others() {
        return 2;
    }

    /** What alerts call it. */
    String detector();

    /** A number that is about normal from window to window while nothing changes. */
    double of(TagWindow before, TagWindow window);

    /** Its variance, were the window's tags independent. */
    double variance(TagWindow before, TagWindow window);

    /** Whether a change is large enough to be told, if it is one. */
    boolean isLarge(TagWindow before, TagWindow window);

    /**
     * Whether a change is not seen any more.
     *
     * @param isSignificant whether the window alone would be one
     */
    default boolean isOver(TagWindow before, TagWindow window, boolean isSignificant) {
        return !isSignificant;
    }

    /** Whether a stream is far from the test of its model, which has other images. */
    boolean isOtherThanTested(TagWindow test, TagWindow window);

    /** Whether one that was is so no more. */
    default boolean isAsTested(TagWindow test, TagWindow window) {
        return !isOtherThanTested(test, window);
    }

    /** The category that the alert is of; empty if of none. */
    String label(TagWindow before, TagWindow window);

    /**
     * What a change is, in words.
     *
     * @param usual the mean of the number in the windows before
     */
    String evidence(TagWindow before, TagWindow window, double usual);

    /** The same against the test. */
    String evidenceAgainstTest(TagWindow test, TagWindow window);
}
