package org.catalogtagger.streaming.monitor;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.TimeDomain;
import org.apache.flink.streaming.api.TimerService;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.catalogtagger.streaming.accuracy.AccuracyWindows;
import org.catalogtagger.streaming.accuracy.CorrectionPace;
import org.catalogtagger.streaming.accuracy.WindowAccuracy;

/**
 * Puts the panes of a series together into windows. A window is emitted when the watermark has passed its end, or the
 * stream has rested for so long that it would have; again, as its next revision, when its {@link Corrections} are due;
 * and for the last time, if it has changed since, when it is forgotten.
 */
public final class CloseWindows extends KeyedProcessFunction<Series, PaneCounts, WindowAccuracy>
        implements CheckpointedFunction {
    private static final long serialVersionUID = 1;

    private final AccuracyWindows windows;
    private final Duration outOfOrderness;
    private final long latenessMillis;
    private final CorrectionPace pace;

    @SuppressWarnings("NullAway.Init") // Flink initializes state before it opens the function.
    private transient EventTimeProgress progress;

    @SuppressWarnings("NullAway.Init")
    private transient ListState<Reached> reached;

    private transient WindowStates states;
    private transient Corrections corrections;
    private transient QuietClock quiet;
    private transient Forgetting forgetting;
    private transient WindowMetrics metrics;

    /** How far event time had come in a subtask: state. */
    public record Reached(long reached, long settled) {}

    /**
     * Windows that change as long as {@code lateness} after their end.
     *
     * @param outOfOrderness how far event times are behind the newest
     * @param pace of all subtasks together
     */
    public CloseWindows(AccuracyWindows windows, Duration outOfOrderness, Duration lateness, CorrectionPace pace) {
        this.windows = windows;
        this.outOfOrderness = outOfOrderness;
        this.latenessMillis = lateness.toMillis();
        this.pace = pace;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        progress = new EventTimeProgress();
        // Each subtask restores those of all: time is the same everywhere, and goes on only.
        reached = context.getOperatorStateStore()
                .getUnionListState(new ListStateDescriptor<>("event-time", TypeInformation.of(Reached.class)));
        for (Reached before : reached.get()) {
            progress.restore(before);
        }
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        reached.update(List.of(progress.saved()));
    }

    @Override
    public void open(OpenContext context) {
        states = new WindowStates(windows, getRuntimeContext());
        int subtasks = getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks();
        corrections = new Corrections(pace.sharedBy(subtasks), states, getRuntimeContext());
        quiet = new QuietClock(windows, outOfOrderness.toMillis(), getRuntimeContext());
        forgetting = new Forgetting(windows, latenessMillis, getRuntimeContext());
        metrics = new WindowMetrics(getRuntimeContext());
    }

    @Override
    public void processElement(PaneCounts pane, Context context, Collector<WindowAccuracy> out) throws Exception {
        TimerService timers = context.timerService();
        progress.observe(timers);
        long forgotten = forgetting.endsBefore(progress);
        long lastEnd = windows.lastEndOf(pane.paneStart());
        if (lastEnd < forgotten) {
            metrics.tooLate(pane);
            return;
        }
        boolean isNew = states.add(pane.paneStart(), pane.counts());
        long end = pane.paneStart() + windows.stepMillis();
        long closed = Math.min(lastEnd, closedUntil());
        for (; end <= closed; end += windows.stepMillis()) {
            if (end >= forgotten) {
                corrections.change(end, progress.since(end), timers);
            }
        }
        if (isNew) {
            if (end <= lastEnd) {
                timers.registerEventTimeTimer(end - 1);
            }
            forgetting.await(lastEnd, timers);
        }
        if (!pane.counts().tagged().isEmpty()) {
            quiet.tagged(pane.paneStart(), timers);
        }
    }

    private long closedUntil() throws Exception {
        return Math.max(windows.closedUntil(progress.reached()), quiet.closedUntil());
    }

    @Override
    public void onTimer(long time, OnTimerContext context, Collector<WindowAccuracy> out) throws Exception {
        TimerService timers = context.timerService();
        Series series = context.getCurrentKey();
        boolean isEventTime = context.timeDomain() == TimeDomain.EVENT_TIME;
        progress.observe(timers, isEventTime ? time : Long.MAX_VALUE);
        if (isEventTime) {
            if (time != Forgetting.END && Math.floorMod(time + 1, windows.stepMillis()) == 0) {
                close(time + 1, timers, series, out);
            }
        } else {
            closeQuiet(timers, series, out);
            for (long end : corrections.take(timers)) {
                int bytesBefore = states.bytesOf(end);
                emit(end, series, out);
                corrections.spend(states.bytesOf(end) - bytesBefore);
            }
        }
        if (forgetting.isTime(time, context.timeDomain(), timers)) {
            forget(timers, series, out);
        }
    }

    /** A timer for each window would be as many for each pane; so one leads to the next as long as there are panes. */
    private void close(long end, TimerService timers, Series series, Collector<WindowAccuracy> out) throws Exception {
        if (!states.isEmitted(end) && !corrections.isPending(end)) {
            emit(end, series, out);
        }
        long next = end + windows.stepMillis();
        if (states.hasPanes(windows.endingAt(next))) {
            timers.registerEventTimeTimer(next - 1);
        }
    }

    private void closeQuiet(TimerService timers, Series series, Collector<WindowAccuracy> out) throws Exception {
        long before = closedUntil();
        long until = quiet.closes(progress, timers);
        Optional<Long> oldest = until <= before ? Optional.empty() : states.oldestPane();
        if (oldest.isPresent()) {
            long step = windows.stepMillis();
            for (long end = Math.max(before, oldest.get()) + step; end <= until; end += step) {
                if (!states.isEmitted(end) && !corrections.isPending(end) && states.hasPanes(windows.endingAt(end))) {
                    emit(end, series, out);
                }
            }
        }
    }

    private void emit(long end, Series series, Collector<WindowAccuracy> out) throws Exception {
        Optional<WindowAccuracy> next = states.nextRevision(series, end);
        next.ifPresent(out::collect);
    }

    private void forget(TimerService timers, Series series, Collector<WindowAccuracy> out) throws Exception {
        long forgotten = forgetting.endsBefore(progress);
        for (long end : corrections.takeBefore(forgotten)) {
            emit(end, series, out);
        }
        metrics.neverLabelled(series, states.forget(forgotten));
        Optional<Long> oldest = states.oldestPane();
        if (oldest.isEmpty()) {
            quiet.clear();
            forgetting.clear(timers);
        } else {
            forgetting.awaitRest(windows.lastEndOf(oldest.get()), progress, timers);
        }
    }

    /** Tags that no label came for while it could still count. */
    long neverLabelled() {
        return metrics.neverLabelled();
    }

    /** Tags and labels that came too late. */
    long tooLate() {
        return metrics.tooLate();
    }
}
