package org.catalogtagger.streaming.monitor;

import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.metrics.Counter;
import org.catalogtagger.streaming.accuracy.WindowAccuracy;
import org.catalogtagger.streaming.metrics.JobMetrics;

/** What Flink's metrics show of windows. Tags are counted once, not again for their segment. */
final class WindowMetrics {
    private final Counter tooLate;
    private final Counter neverLabelled;
    private final AccuracyGauges gauges;

    WindowMetrics(RuntimeContext context) {
        JobMetrics metrics = new JobMetrics(context);
        tooLate = metrics.counter("too_late_for_accuracy_total");
        neverLabelled = metrics.counter("never_labelled_total");
        gauges = new AccuracyGauges(metrics);
    }

    void tooLate(PaneCounts pane) {
        if (pane.series().isOfAll()) {
            tooLate.inc(pane.arrivals());
        }
    }

    long tooLate() {
        return tooLate.getCount();
    }

    void neverLabelled(Series series, long tags) {
        if (series.isOfAll()) {
            neverLabelled.inc(tags);
        }
    }

    long neverLabelled() {
        return neverLabelled.getCount();
    }

    void emitted(WindowAccuracy window) {
        if (window.segment().isEmpty()) {
            gauges.show(window);
        }
    }
}
