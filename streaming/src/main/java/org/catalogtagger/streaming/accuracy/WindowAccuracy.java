package org.catalogtagger.streaming.accuracy;

/**
 * Accuracy of one model in one window of event time.
 *
 * @param window of the tags' event times
 * @param revision 0 when the window closes, and one more each time that late tags or labels have changed it since
 * @param segment that the tags belong to; empty for all tags
 */
public record WindowAccuracy(
        AccuracyWindows.Window window, int revision, String modelVersion, String segment, AccuracyCounts counts) {
    /** What the counts say. */
    public AccuracyMetrics metrics() {
        return AccuracyMetrics.of(counts);
    }
}
