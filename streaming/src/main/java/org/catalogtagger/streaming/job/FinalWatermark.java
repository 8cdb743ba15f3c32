package org.catalogtagger.streaming.job;

import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;

/**
 * Follows a source in its task, and ends event time when the source's input ends or is drained. Flink's source does so
 * itself, unless it is idle then: an output that is announced as idle passes no watermark (FLINK-40499), and the
 * windows that are open are never emitted.
 */
final class FinalWatermark<T> extends AbstractStreamOperator<T>
        implements OneInputStreamOperator<T, T>, BoundedOneInput {
    private static final long serialVersionUID = 1;

    private transient boolean ended;

    @Override
    public void processElement(StreamRecord<T> element) {
        output.collect(element);
    }

    @Override
    public void processWatermark(Watermark mark) throws Exception {
        ended |= mark.equals(Watermark.MAX_WATERMARK);
        super.processWatermark(mark);
    }

    @Override
    public void endInput() throws Exception {
        if (!ended) {
            output.emitWatermarkStatus(WatermarkStatus.ACTIVE);
            processWatermark(Watermark.MAX_WATERMARK);
        }
    }
}
