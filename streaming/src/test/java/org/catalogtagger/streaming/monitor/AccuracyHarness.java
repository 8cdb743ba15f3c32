package org.catalogtagger.streaming.monitor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.catalogtagger.streaming.accuracy.AccuracyWindows;
import org.catalogtagger.streaming.accuracy.AccuracyWindows.Window;
import org.catalogtagger.streaming.accuracy.WindowAccuracy;
import org.catalogtagger.streaming.events.ProductLabel;
import org.catalogtagger.streaming.events.ProductTag;

/** The operators from tags and labels to windows, one behind the other, with a clock and a watermark of their own. */
final class AccuracyHarness implements AutoCloseable {
    final KeyedTwoInputStreamOperatorTestHarness<String, ProductTag, ProductLabel, AccuracyChange> join;
    private final OneInputStreamOperatorTestHarness<AccuracyChange, PaneCounts> count;
    final KeyedOneInputStreamOperatorTestHarness<String, PaneCounts, WindowAccuracy> close;
    private final CloseWindows closeWindows;
    private final List<WindowAccuracy> told = new ArrayList<>();
    /** Of the events. */
    static final Duration OUT_OF_ORDERNESS = Duration.ofSeconds(5);

    private long clock = 1_000_000;

    /** What a window is about, its revision aside. */
    record Key(Window window, String modelVersion, String segment) {}

    AccuracyHarness(AccuracyWindows windows, Duration waitForLabels, Duration lateness) throws Exception {
        this(windows, waitForLabels, lateness, Optional.empty(), Optional.empty());
    }

    /** The operators with state that was written before. */
    static AccuracyHarness restored(
            AccuracyWindows windows,
            Duration waitForLabels,
            Duration lateness,
            OperatorSubtaskState join,
            OperatorSubtaskState close)
            throws Exception {
        return new AccuracyHarness(windows, waitForLabels, lateness, Optional.of(join), Optional.of(close));
    }

    private AccuracyHarness(
            AccuracyWindows windows,
            Duration waitForLabels,
            Duration lateness,
            Optional<OperatorSubtaskState> joinState,
            Optional<OperatorSubtaskState> closeState)
            throws Exception {
        closeWindows = new CloseWindows(windows, OUT_OF_ORDERNESS, lateness);
        join = new KeyedTwoInputStreamOperatorTestHarness<>(
                new KeyedCoProcessOperator<>(new JoinLabels(waitForLabels)),
                ProductTag::productId,
                ProductLabel::productId,
                Types.STRING);
        count = new OneInputStreamOperatorTestHarness<>(new CountPanes(windows));
        close = new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(closeWindows), PaneCounts::modelVersion, Types.STRING);
        if (joinState.isPresent()) {
            join.initializeState(joinState.get());
        }
        if (closeState.isPresent()) {
            close.initializeState(closeState.get());
        }
        join.open();
        count.open();
        close.open();
        passTime(0);
        // Labels hold no time back.
        join.processWatermark2(Watermark.MAX_WATERMARK);
    }

    void tag(ProductTag tag) throws Exception {
        join.processElement1(new StreamRecord<>(tag, tag.outcome().eventTime()));
    }

    void label(ProductLabel label) throws Exception {
        join.processElement2(new StreamRecord<>(label));
    }

    void watermark(long time) throws Exception {
        join.processWatermark1(new Watermark(time));
        pump();
    }

    void checkpointBarrier() throws Exception {
        pump();
        count.getOperator().prepareSnapshotPreBarrier(1);
        pump();
    }

    void passTime(long millis) throws Exception {
        clock += millis;
        join.setProcessingTime(clock);
        join.setStateTtlProcessingTime(clock);
        count.setProcessingTime(clock);
        close.setProcessingTime(clock);
        pump();
    }

    /** Tags that no label came for in time. */
    long neverLabelled() {
        return closeWindows.neverLabelled();
    }

    /** All windows that were told, in order. */
    List<WindowAccuracy> told() {
        return told;
    }

    /** The last revision of each. */
    Map<Key, WindowAccuracy> last() {
        Map<Key, WindowAccuracy> last = new HashMap<>();
        told.forEach(w -> last.put(new Key(w.window(), w.modelVersion(), w.segment()), w));
        return last;
    }

    @SuppressWarnings("unchecked")
    private void pump() throws Exception {
        for (Object change : drain(join.getOutput())) {
            if (change instanceof Watermark mark) {
                count.processWatermark(mark);
            } else if (change instanceof StreamRecord<?> element) {
                count.processElement((StreamRecord<AccuracyChange>) element);
            }
        }
        for (Object counts : drain(count.getOutput())) {
            if (counts instanceof Watermark mark) {
                close.processWatermark(mark);
            } else if (counts instanceof StreamRecord<?> element) {
                close.processElement((StreamRecord<PaneCounts>) element);
            }
        }
        for (Object window : drain(close.getOutput())) {
            if (window instanceof StreamRecord<?> element) {
                told.add((WindowAccuracy) element.getValue());
            }
        }
    }

    private static List<Object> drain(Queue<Object> output) {
        List<Object> drained = new ArrayList<>(output);
        output.clear();
        return drained;
    }

    @Override
    public void close() throws Exception {
        join.close();
        count.close();
        close.close();
    }
}
