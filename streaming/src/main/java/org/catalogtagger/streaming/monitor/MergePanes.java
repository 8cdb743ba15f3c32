package org.catalogtagger.streaming.monitor;

import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.catalogtagger.streaming.accuracy.AccuracyWindows;

/**
 * Merges what the subtasks have counted of a pane, where its windows are: state is read and written once a second for a
 * pane, however many subtasks count and however large the pane is.
 */
public final class MergePanes extends SumPanes<PaneCounts> {
    private static final long serialVersionUID = 1;

    private static final long DELAY_MILLIS = 1000;

    public MergePanes(AccuracyWindows windows) {
        super(windows, DELAY_MILLIS);
    }

    @Override
    void add(PaneCounts counts, PaneSums sums) {
        sums.add(counts);
    }

    @Override
    void emit(PaneCounts counts) {
        output.collect(new StreamRecord<>(counts, counts.paneStart()));
    }
}
