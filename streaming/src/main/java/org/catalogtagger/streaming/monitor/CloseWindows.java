package org.catalogtagger.streaming.monitor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeHint;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.TimeDomain;
import org.apache.flink.streaming.api.TimerService;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.catalogtagger.streaming.accuracy.AccuracyCounter;
import org.catalogtagger.streaming.accuracy.AccuracyCounts;
import org.catalogtagger.streaming.accuracy.AccuracyWindows;
import org.catalogtagger.streaming.accuracy.AccuracyWindows.Window;
import org.catalogtagger.streaming.accuracy.WindowAccuracy;
import org.catalogtagger.streaming.metrics.JobMetrics;

/**
 * Puts panes together into windows, for each version of the model. A window is told when the watermark has passed its
 * end, or no tags have come for so long that event time would have, and again, as its next revision, when tags or labels
 * that came later have changed it.
 */
public final class CloseWindows extends KeyedProcessFunction<String, PaneCounts, WindowAccuracy> {
    private static final long serialVersionUID = 1;

    /** How long changes of a closed window are gathered before they are told. */
    private static final long CORRECT_AFTER_MILLIS = 1000;

    /** Segments come from the events: whoever sends a new one each time must not fill the state. */
    private static final int MAX_SEGMENTS = 200;

    private static final String OTHER_SEGMENTS = "(other)";

    private final AccuracyWindows windows;
    private final long outOfOrdernessMillis;
    private final long latenessMillis;

    private transient MapState<Long, Map<String, AccuracyCounts>> panes;
    private transient MapState<Long, Integer> revisions;
    private transient MapState<Long, Boolean> changed;
    private transient ValueState<Newest> newest;
    private transient Counter tooLate;
    private transient Counter neverLabelled;
    private transient AccuracyGauges gauges;

    /**
     * The newest pane with tags.
     *
     * @param tellAt when windows that are over by then are told if no more tags come, milliseconds of processing time
     */
    public record Newest(long paneStart, long seenAt, long tellAt) {}

    /**
     * Windows that change as long as {@code lateness} after their end.
     *
     * @param outOfOrderness how far event times are behind the newest
     */
    public CloseWindows(AccuracyWindows windows, Duration outOfOrderness, Duration lateness) {
        this.windows = windows;
        this.outOfOrdernessMillis = outOfOrderness.toMillis();
        this.latenessMillis = lateness.toMillis();
    }

    @Override
    public void open(OpenContext context) {
        panes = getRuntimeContext()
                .getMapState(new MapStateDescriptor<>(
                        "panes", Types.LONG, TypeInformation.of(new TypeHint<Map<String, AccuracyCounts>>() {})));
        revisions = getRuntimeContext().getMapState(new MapStateDescriptor<>("revisions", Types.LONG, Types.INT));
        changed = getRuntimeContext().getMapState(new MapStateDescriptor<>("changed", Types.LONG, Types.BOOLEAN));
        newest = getRuntimeContext().getState(new ValueStateDescriptor<>("newest", TypeInformation.of(Newest.class)));
        JobMetrics metrics = new JobMetrics(getRuntimeContext());
        tooLate = metrics.counter("too_late_for_accuracy_total");
        neverLabelled = metrics.counter("never_labelled_total");
        gauges = new AccuracyGauges(metrics);
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
        long now = context.timerService().currentProcessingTime();
        for (Window window : open) {
            boolean isTold = revisions.contains(window.end());
            if (!isTold && window.end() - 1 > watermark) {
                context.timerService().registerEventTimeTimer(window.end() - 1);
            } else if (!isPast(window.end(), watermark)) {
                changed.put(window.end(), true);
                context.timerService().registerProcessingTimeTimer(later(now, CORRECT_AFTER_MILLIS));
            }
        }
        if (pane.counts().taggedCount() != 0) {
            awaitQuiet(pane.paneStart(), context.timerService());
        }
    }

    /** In whole seconds, so that many panes share a timer. */
    private static long later(long now, long millis) {
        long time = now + millis + CORRECT_AFTER_MILLIS - 1;
        return time - time % CORRECT_AFTER_MILLIS;
    }

    /**
     * Watermarks come with events: without a clock of its own the last window of a stream that rests would not be told
     * before it goes on.
     */
    private void awaitQuiet(long paneStart, TimerService timers) throws Exception {
        Newest before = newest.value();
        if (before != null && before.paneStart() > paneStart) {
            return;
        }
        long now = timers.currentProcessingTime();
        long tellAt = later(now, windows.stepMillis() + outOfOrdernessMillis);
        if (before == null || before.tellAt() != tellAt) {
            if (before != null) {
                timers.deleteProcessingTimeTimer(before.tellAt());
            }
            timers.registerProcessingTimeTimer(tellAt);
        }
        newest.update(new Newest(paneStart, now, tellAt));
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
        Newest last = newest.value();
        if (last != null && last.tellAt() <= time) {
            tellQuiet(last, context, out);
        }
        List<Long> ends = new ArrayList<>();
        changed.keys().forEach(ends::add);
        changed.clear();
        for (long end : ends.stream().sorted().toList()) {
            tell(windows.endingAt(end), context.getCurrentKey(), out);
        }
    }

    /** Tells what is over if event time has gone on as the clock has. */
    private void tellQuiet(Newest last, OnTimerContext context, Collector<WindowAccuracy> out) throws Exception {
        long now = context.timerService().currentProcessingTime();
        long eventTime = last.paneStart() + now - last.seenAt() - outOfOrdernessMillis;
        boolean isLeft = false;
        for (long end : untoldEnds()) {
            if (end <= eventTime) {
                tell(windows.endingAt(end), context.getCurrentKey(), out);
            } else {
                isLeft = true;
            }
        }
        if (isLeft) {
            long tellAt = later(now, windows.stepMillis());
            context.timerService().registerProcessingTimeTimer(tellAt);
            newest.update(new Newest(last.paneStart(), last.seenAt(), tellAt));
        } else {
            newest.clear();
        }
    }

    private SortedSet<Long> untoldEnds() throws Exception {
        SortedSet<Long> ends = new TreeSet<>();
        for (long paneStart : panes.keys()) {
            for (Window window : windows.windowsOf(paneStart)) {
                if (!revisions.contains(window.end())) {
                    ends.add(window.end());
                }
            }
        }
        return ends;
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
            gauges.show(modelVersion, overall.metrics());
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
        if (panes.isEmpty()) {
            newest.clear();
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
