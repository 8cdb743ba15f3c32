package org.catalogtagger.streaming.monitor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.catalogtagger.streaming.accuracy.AccuracyCounter;
import org.catalogtagger.streaming.accuracy.AccuracyCounts;
import org.catalogtagger.streaming.accuracy.AccuracyWindows;
import org.catalogtagger.streaming.accuracy.AccuracyWindows.Window;
import org.catalogtagger.streaming.accuracy.WindowAccuracy;

/** The panes of a series, and which of its windows were emitted: keyed state. */
final class WindowStates {
    /** Of a pane, which is read and written whole: some megabytes. */
    private static final int MAX_CONFUSIONS = 100_000;

    /** Kafka's default: a larger record is cut, or its topic was made for such. */
    private static final int MAX_RECORD_BYTES = 1 << 20;

    private final AccuracyWindows windows;
    private final MapState<Long, AccuracyCounts> panes;
    private final MapState<Long, Emitted> emitted;

    /**
     * A window that was emitted.
     *
     * @param revision the last one
     * @param bytes that it had, about
     */
    public record Emitted(int revision, int bytes) {}

    WindowStates(AccuracyWindows windows, RuntimeContext context) {
        this.windows = windows;
        this.panes = context.getMapState(
                new MapStateDescriptor<>("panes", Types.LONG, TypeInformation.of(AccuracyCounts.class)));
        this.emitted =
                context.getMapState(new MapStateDescriptor<>("emitted", Types.LONG, TypeInformation.of(Emitted.class)));
    }

    /** Adds to a pane; whether there was nothing of it before. */
    boolean add(long paneStart, AccuracyCounts counts) throws Exception {
        AccuracyCounts before = panes.get(paneStart);
        AccuracyCounter sum = new AccuracyCounter();
        if (before != null) {
            sum.add(before);
        }
        sum.addWithin(MAX_CONFUSIONS, counts);
        panes.put(paneStart, sum.counts());
        return before == null;
    }

    boolean hasPanes(Window window) throws Exception {
        for (long start = window.end() - windows.stepMillis(); start >= window.start(); start -= windows.stepMillis()) {
            if (panes.contains(start)) {
                return true;
            }
        }
        return false;
    }

    /** When the oldest pane began; empty if there is none. */
    Optional<Long> oldestPane() throws Exception {
        Long oldest = null;
        for (long start : panes.keys()) {
            oldest = oldest == null ? start : Math.min(oldest, start);
        }
        return Optional.ofNullable(oldest);
    }

    boolean isEmitted(long end) throws Exception {
        return emitted.contains(end);
    }

    /** Bytes of the last revision; 0 before the first. */
    int bytesOf(long end) throws Exception {
        Emitted last = emitted.get(end);
        return last == null ? 0 : last.bytes();
    }

    /** The next revision of the window that ends then; empty if it holds no tags. */
    Optional<WindowAccuracy> nextRevision(Series series, long end) throws Exception {
        Window window = windows.endingAt(end);
        AccuracyCounter sum = new AccuracyCounter();
        for (long paneStart : windows.panesOf(window)) {
            AccuracyCounts pane = panes.get(paneStart);
            if (pane != null) {
                sum.add(pane);
            }
        }
        AccuracyCounts counts = sum.counts();
        if (counts.tagged().isEmpty()) {
            return Optional.empty();
        }
        Emitted last = emitted.get(end);
        int revision = last == null ? 0 : last.revision() + 1;
        WindowAccuracy next = WindowAccuracy.of(window, revision, series.modelVersion(), series.segment(), counts);
        emitted.put(end, new Emitted(revision, Math.min(MAX_RECORD_BYTES, next.approximateBytes())));
        return Optional.of(next);
    }

    /** Drops the panes and windows that nothing can change any more; tags of them that no label came for. */
    long forget(long lastEndFrom) throws Exception {
        List<Long> old = new ArrayList<>();
        for (long paneStart : panes.keys()) {
            if (windows.lastEndOf(paneStart) < lastEndFrom) {
                old.add(paneStart);
            }
        }
        long unlabelled = 0;
        for (long paneStart : old) {
            AccuracyCounts pane = panes.get(paneStart);
            unlabelled += pane.taggedCount() - pane.labelledCount();
            panes.remove(paneStart);
        }
        old.clear();
        for (long end : emitted.keys()) {
            if (end < lastEndFrom) {
                old.add(end);
            }
        }
        for (long end : old) {
            emitted.remove(end);
        }
        return unlabelled;
    }
}
