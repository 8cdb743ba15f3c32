package org.catalogtagger.streaming.accuracy;

import java.util.Map;

/**
 * Accuracy of one model in one window of event time.
 *
 * @param window of the tags' event times
 * @param revision 0 when the window closes, and one more each time that late tags or labels have changed it since
 * @param segment that the tags belong to; empty for all tags
 */
public record WindowAccuracy(
        AccuracyWindows.Window window, int revision, String modelVersion, String segment, AccuracyCounts counts) {
    private static final int RECORD_BYTES = 700;
    private static final int CLASS_BYTES = 200;
    private static final int COUNT_BYTES = 8;

    /** What the counts say. */
    public AccuracyMetrics metrics() {
        return AccuracyMetrics.of(counts);
    }

    /** How large it is when it is written out, about, in bytes. */
    public int approximateBytes() {
        long bytes = RECORD_BYTES;
        for (String label : counts.tagged().keySet()) {
            bytes += label.length() + COUNT_BYTES;
        }
        for (Map.Entry<String, AccuracyCounts.Row> row : counts.confusion().entrySet()) {
            bytes += 2L * row.getKey().length() + CLASS_BYTES;
            for (String label : row.getValue().labels().keySet()) {
                bytes += label.length() + COUNT_BYTES;
            }
        }
        return (int) Math.min(Integer.MAX_VALUE, bytes);
    }
}
