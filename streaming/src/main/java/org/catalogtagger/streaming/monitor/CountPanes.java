package org.catalogtagger.streaming.monitor;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.catalogtagger.streaming.accuracy.AccuracyCounter;
import org.catalogtagger.streaming.accuracy.AccuracyWindows;

/**
 * Counts where the tags are, so that not each tag but a few sums a second go to the one place where windows are put
 * together. Tells its sums before each watermark and each checkpoint barrier, and so needs no state.
 */
public final class CountPanes extends AbstractStreamOperator<PaneCounts>
        implements OneInputStreamOperator<AccuracyChange, PaneCounts>, BoundedOneInput {
    private static final long serialVersionUID = 1;

    private final AccuracyWindows windows;

    private transient Map<Pane, AccuracyCounter> counters;

    private record Pane(String modelVersion, String segment, long start) {}

    public CountPanes(AccuracyWindows windows) {
        this.windows = windows;
    }

    @Override
    public void open() throws Exception {
        super.open();
        counters = new LinkedHashMap<>();
    }

    @Override
    public void processElement(StreamRecord<AccuracyChange> element) {
        AccuracyChange change = element.getValue();
        Pane pane = new Pane(
                change.tag().modelVersion(),
                change.tag().segment(),
                windows.paneStart(change.tag().eventTime()));
        change.countIn(counters.computeIfAbsent(pane, p -> new AccuracyCounter()));
    }

    @Override
    public void processWatermark(Watermark mark) throws Exception {
        tell();
        super.processWatermark(mark);
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) {
        tell();
    }

    @Override
    public void endInput() {
        tell();
    }

    private void tell() {
        counters.forEach((pane, counter) -> output.collect(new StreamRecord<>(
                new PaneCounts(pane.modelVersion(), pane.segment(), pane.start(), counter.counts()), pane.start())));
        counters.clear();
    }
}
