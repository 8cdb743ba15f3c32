package org.catalogtagger.streaming.monitor;

import java.time.Duration;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.TimeDomain;
import org.apache.flink.streaming.api.TimerService;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.catalogtagger.streaming.accuracy.AccuracyWindows;

/**
 * Decides which segments have windows of their own: segments come from the events, and whoever sends a new one each time
 * must not fill the state. The first {@value #MAX_SEGMENTS} of a model that are seen keep theirs, all others are
 * {@value #OTHERS}, in each window, until nothing of the model has come for so long that all of its windows are forgotten.
 */
public final class LimitSegments extends KeyedProcessFunction<String, PaneCounts, PaneCounts> {
    private static final long serialVersionUID = 1;

    static final int MAX_SEGMENTS = 200;
    static final String OTHERS = "(other)";

    private final AccuracyWindows windows;
    private final long latenessMillis;

    private transient MapState<String, Boolean> kept;
    private transient ValueState<Seen> seen;
    private transient EventTimeProgress eventTime;

    /**
     * What was seen of a model.
     *
     * @param segments that are kept
     * @param neededUntil when the last of its windows is forgotten, in settled event time
     */
    public record Seen(int segments, long neededUntil) {}

    /** For windows that change as long as {@code lateness} after their end. */
    public LimitSegments(AccuracyWindows windows, Duration lateness) {
        this.windows = windows;
        this.latenessMillis = lateness.toMillis();
    }

    @Override
    public void open(OpenContext context) {
        kept = getRuntimeContext().getMapState(new MapStateDescriptor<>("kept", Types.STRING, Types.BOOLEAN));
        seen = getRuntimeContext().getState(new ValueStateDescriptor<>("seen", TypeInformation.of(Seen.class)));
        eventTime = new EventTimeProgress();
    }

    @Override
    public void processElement(PaneCounts pane, Context context, Collector<PaneCounts> out) throws Exception {
        eventTime.observe(context.timerService());
        long neededUntil = windows.lastEndOf(pane.paneStart()) + latenessMillis + 1;
        Seen before = seen.value();
        if (before == null) {
            context.timerService().registerEventTimeTimer(neededUntil);
            before = new Seen(0, neededUntil);
            seen.update(before);
        }
        String segment = pane.series().segment();
        boolean isKept = kept.contains(segment);
        int segments = before.segments();
        if (!isKept && segments < MAX_SEGMENTS && !segment.equals(OTHERS)) {
            kept.put(segment, true);
            segments++;
            isKept = true;
        }
        if (segments != before.segments() || neededUntil > before.neededUntil()) {
            seen.update(new Seen(segments, Math.max(neededUntil, before.neededUntil())));
        }
        Series series = isKept ? pane.series() : new Series(pane.series().modelVersion(), OTHERS);
        out.collect(new PaneCounts(series, pane.paneStart(), pane.arrivals(), pane.counts(), pane.examples()));
    }

    @Override
    public void onTimer(long time, OnTimerContext context, Collector<PaneCounts> out) throws Exception {
        TimerService timers = context.timerService();
        eventTime.observe(timers, context.timeDomain() == TimeDomain.EVENT_TIME ? time : Long.MAX_VALUE);
        Seen last = seen.value();
        if (last != null && last.neededUntil() > eventTime.reached()) {
            timers.registerEventTimeTimer(last.neededUntil());
        } else if (last != null && last.neededUntil() > eventTime.settled()) {
            // Its windows still change, by labels that are to be counted where their tags were.
            timers.registerProcessingTimeTimer(timers.currentProcessingTime() + 2 * EventTimeProgress.GRACE_MILLIS);
        } else {
            kept.clear();
            seen.clear();
        }
    }
}
