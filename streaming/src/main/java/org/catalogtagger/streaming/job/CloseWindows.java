package org.catalogtagger.streaming.job;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeHint;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.TimeDomain;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.catalogtagger.streaming.accuracy.AccuracyCounter;
import org.catalogtagger.streaming.accuracy.AccuracyCounts;
import org.catalogtagger.streaming.accuracy.AccuracyWindows;
import org.catalogtagger.streaming.accuracy.AccuracyWindows.Window;
import org.catalogtagger.streaming.accuracy.WindowAccuracy;

/**
 * Puts panes together into windows, for each version of the model. A window is told when the watermark has passed its
 * end, and again, as its next revision, when tags or labels that came later have changed it.
 */
final class CloseWindows extends KeyedProcessFunction<String, PaneCounts, WindowAccuracy> {
    private static final long serialVersionUID = 1;

    /** How long changes of a closed window are gathered before they are told. */
    private static final long CORRECT_AFTER_MILLIS = 1000;

    /** Segments come from the events: whoever sends a new one each time must not fill the state. */
    private static final int MAX_SEGMENTS = 200;

    private static final String OTHER_SEGMENTS = "(other)";

    private final AccuracyWindows windows;
    private final long latenessMillis;

    private transient MapState<Long, Map<String, AccuracyCounts>> panes;
    private transient MapState<Long, Integer> revisions;
    private transient MapState<Long, Boolean> changed;
    private transient Counter tooLate;
    private transient Counter neverLabelled;
    private transient AccuracyGauges gauges;

    /** Windows that change as long as that after their end. */
    CloseWindows(AccuracyWindows windows, Duration lateness) {
        this.windows = windows;
        this.latenessMillis = lateness.toMillis();
    }

    @Override
    public void open(OpenContext context) {
        panes = getRuntimeContext()
                .getMapState(new MapStateDescriptor<>(
                        "panes", Types.LONG, TypeInformation.of(new TypeHint<Map<String, AccuracyCounts>>() {})));
        revisions = getRuntimeContext().getMapState(new MapStateDescriptor<>("revisions", Types.LONG, Types.INT));
        changed = getRuntimeContext().getMapState(new MapStateDescriptor<>("changed", Types.LONG, Types.BOOLEAN));
        tooLate = getRuntimeContext().getMetricGroup().counter("tooLateForAccuracy");
        neverLabelled = getRuntimeContext().getMetricGroup().counter("neverLabelled");
        gauges = new AccuracyGauges(getRuntimeContext().getMetricGroup());
    }

    @Override
    public void processElement(PaneCounts pane, Context context, Collector<WindowAccuracy> out) throws Exception {
        long watermark = context.timerService().currentWatermark();
        List<Window> open = windows.windowsOf(pane.paneStart());
        long last = open.get(open.size() - 1).end();
        if (isPast(last, watermark)) {
            tooLate.inc();
            return;
        }
        add(pane);
        context.timerService().registerEventTimeTimer(last + latenessMillis);
        for (Window window : open) {
            if (window.end() - 1 > watermark) {
                context.timerService().registerEventTimeTimer(window.end() - 1);
            } else if (!isPast(window.end(), watermark)) {
                changed.put(window.end(), true);
                long now = context.timerService().currentProcessingTime();
                long tellAt = now + CORRECT_AFTER_MILLIS;
                context.timerService().registerProcessingTimeTimer(tellAt - tellAt % CORRECT_AFTER_MILLIS);
            }
        }
    }

    private void add(PaneCounts pane) throws Exception {
        Map<String, AccuracyCounts> before = panes.get(pane.paneStart());
        Map<String, AccuracyCounts> segments = before == null ? new HashMap<>() : new HashMap<>(before);
        String segment = segments.containsKey(pane.segment()) || segments.size() < MAX_SEGMENTS
                ? pane.segment()
                : OTHER_SEGMENTS;
        AccuracyCounter sum = new AccuracyCounter();
        AccuracyCounts sofar = segments.get(segment);
        if (sofar != null) {
            sum.add(sofar);
        }
        sum.add(pane.counts());
        segments.put(segment, sum.counts());
        panes.put(pane.paneStart(), segments);
    }

    @Override
    public void onTimer(long time, OnTimerContext context, Collector<WindowAccuracy> out) throws Exception {
        if (context.timeDomain() == TimeDomain.EVENT_TIME) {
            Window window = windows.endingAt(time + 1);
            if (!revisions.contains(window.end()) && hasPanes(window)) {
                tell(window, context.getCurrentKey(), out);
            }
            forget(time);
            return;
        }
        List<Long> ends = new ArrayList<>();
        changed.keys().forEach(ends::add);
        changed.clear();
        for (long end : ends.stream().sorted().toList()) {
            tell(windows.endingAt(end), context.getCurrentKey(), out);
        }
    }

    private void tell(Window window, String modelVersion, Collector<WindowAccuracy> out) throws Exception {
        Map<String, AccuracyCounter> segments = new TreeMap<>();
        AccuracyCounter all = new AccuracyCounter();
        for (long paneStart : windows.panesOf(window)) {
            Map<String, AccuracyCounts> pane = panes.get(paneStart);
            if (pane != null) {
                pane.forEach((segment, counts) -> {
                    all.add(counts);
                    segments.computeIfAbsent(segment, s -> new AccuracyCounter())
                            .add(counts);
                });
            }
        }
        Integer last = revisions.get(window.end());
        int revision = last == null ? 0 : last + 1;
        revisions.put(window.end(), revision);
        WindowAccuracy overall = new WindowAccuracy(window, revision, modelVersion, "", all.counts());
        if (revision == 0) {
            gauges.show(overall.metrics());
        }
        out.collect(overall);
        segments.forEach((segment, counter) -> {
            if (!segment.isEmpty()) {
                out.collect(new WindowAccuracy(window, revision, modelVersion, segment, counter.counts()));
            }
        });
    }

    private boolean hasPanes(Window window) throws Exception {
        for (long paneStart : windows.panesOf(window)) {
            if (panes.contains(paneStart)) {
                return true;
            }
        }
        return false;
    }

    /** Tags that no label came for while it could still count. */
    long neverLabelled() {
        return neverLabelled.getCount();
    }

    /** Drops what nothing can change any more. */
    private void forget(long watermark) throws Exception {
        List<Long> old = new ArrayList<>();
        for (long paneStart : panes.keys()) {
            List<Window> its = windows.windowsOf(paneStart);
            if (isPast(its.get(its.size() - 1).end(), watermark)) {
                old.add(paneStart);
            }
        }
        for (long paneStart : old) {
            for (AccuracyCounts counts : panes.get(paneStart).values()) {
                neverLabelled.inc(counts.taggedCount() - counts.labelledCount());
            }
            panes.remove(paneStart);
        }
        old.clear();
        for (long end : revisions.keys()) {
            if (isPast(end, watermark)) {
                old.add(end);
            }
        }
        for (long end : old) {
            revisions.remove(end);
        }
    }

    /** Whether a window that ends then is told no more. */
    private boolean isPast(long end, long watermark) {
        return end - 1 + latenessMillis < watermark;
    }
}
