package org.catalogtagger.streaming.monitor;

import java.util.concurrent.ScheduledFuture;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.catalogtagger.streaming.accuracy.AccuracyWindows;

/**
 * Gathers changes of panes and emits their sums: after a moment, when there are many, before a watermark that may close
 * a window, and before each checkpoint barrier, so that it needs no state.
 */
abstract class SumPanes<T> extends AbstractStreamOperator<PaneCounts>
        implements OneInputStreamOperator<T, PaneCounts>, BoundedOneInput {
    private static final long serialVersionUID = 1;

    /** Each of them may be a label of its own. */
    private static final long MAX_CHANGES = 100_000;

    private final AccuracyWindows windows;
    private final long delayMillis;

    private transient PaneSums sums;
    private transient boolean timed;
    private transient long closedUntil;

    SumPanes(AccuracyWindows windows, long delayMillis) {
        this.windows = windows;
        this.delayMillis = delayMillis;
    }

    abstract void add(T change, PaneSums sums);

    abstract void emit(PaneCounts counts);

    @Override
    public void open() throws Exception {
        super.open();
        sums = new PaneSums();
        closedUntil = Long.MIN_VALUE;
    }

    @Override
    public void processElement(StreamRecord<T> element) {
        add(element.getValue(), sums);
        if (sums.changes() >= MAX_CHANGES) {
            emitSums();
        } else if (!timed) {
            timed = true;
            long now = getProcessingTimeService().getCurrentProcessingTime();
            ScheduledFuture<?> unused = getProcessingTimeService().registerTimer(now + delayMillis, time -> {
                timed = false;
                emitSums();
            });
        }
    }

    @Override
    public void processWatermark(Watermark mark) throws Exception {
        long closes = windows.closedUntil(mark.getTimestamp());
        if (closes > closedUntil) {
            closedUntil = closes;
            emitSums();
        }
        super.processWatermark(mark);
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) {
        emitSums();
    }

    @Override
    public void endInput() {
        emitSums();
    }

    private void emitSums() {
        if (!sums.isEmpty()) {
            sums.emit(this::emit);
        }
    }
}
