package org.catalogtagger.streaming.monitor;

import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.metrics.Counter;
import org.catalogtagger.streaming.metrics.JobMetrics;

/** What Flink's metrics show of tags that are in no window. Tags are counted once, not again for their segment. */
final class WindowMetrics {
    private final Counter tooLate;
    private final Counter neverLabelled;

    WindowMetrics(RuntimeContext context) {
        JobMetrics metrics = new JobMetrics(context);
        tooLate = metrics.counter("too_late_for_accuracy_total");
        neverLabelled = metrics.counter("never_labelled_total");
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
}
