package org.catalogtagger.streaming.accuracy;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Accuracy of one model in one window of event time.
 *
 * @param window of the tags' event times
 * @param revision 0 when the window closes, and one more each time that late tags or labels have changed it since
 * @param segment that the tags belong to; empty for all tags
 * @param expected what share of all tags should be right
 */
public record WindowAccuracy(
        AccuracyWindows.Window window,
        int revision,
        String modelVersion,
        String segment,
        AccuracyCounts counts,
        Expectation expected) {
    private static final int RECORD_BYTES = 700;
    private static final int CLASS_BYTES = 200;
    private static final int COUNT_BYTES = 8;

    /** A window of which it is not known yet how its model did in its test. */
    public static WindowAccuracy of(
            AccuracyWindows.Window window, int revision, String modelVersion, String segment, AccuracyCounts counts) {
        return new WindowAccuracy(window, revision, modelVersion, segment, counts, Expectation.byConfidence(counts));
    }

    /** The same, of which more is known. */
    public WindowAccuracy expecting(Expectation better) {
        return new WindowAccuracy(window, revision, modelVersion, segment, counts, better);
    }

    /** What the counts say. */
    public AccuracyMetrics metrics() {
        return AccuracyMetrics.of(counts);
    }

    /** How large it is when it is written out whole, about, in bytes. */
    public int approximateBytes() {
        long bytes = RECORD_BYTES;
        for (String label : counts.tagged().keySet()) {
            bytes += utf8Length(label) + COUNT_BYTES;
        }
        for (Map.Entry<String, AccuracyCounts.Row> row : counts.confusion().entrySet()) {
            bytes += 2L * utf8Length(row.getKey()) + CLASS_BYTES;
            for (String label : row.getValue().labels().keySet()) {
                bytes += utf8Length(label) + COUNT_BYTES;
            }
        }
        for (String truth : counts.sampledTruths()) {
            bytes += utf8Length(truth) + CLASS_BYTES;
        }
        return (int) Math.min(Integer.MAX_VALUE, bytes);
    }

    private static int utf8Length(String label) {
        return label.getBytes(StandardCharsets.UTF_8).length;
    }
}
