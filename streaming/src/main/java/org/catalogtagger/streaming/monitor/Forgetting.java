package org.catalogtagger.streaming.monitor;

import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.TimeDomain;
import org.apache.flink.streaming.api.TimerService;
import org.catalogtagger.streaming.accuracy.AccuracyWindows;

/** When the panes of a series are forgotten: keyed state. */
final class Forgetting {
    /** Where event time goes on as the clock does, it is settled by then. */
    private static final long SETTLED_MILLIS = EventTimeProgress.GRACE_MILLIS * 5 / 4;

    /** When the input is at its end, and nothing waits any longer for the clock. */
    static final long END = Long.MAX_VALUE - 1;

    private final AccuracyWindows windows;
    private final long latenessMillis;

    /** When the clock is looked at because event time has leapt, milliseconds; none if it has not. */
    private final ValueState<Long> leaptUntil;

    Forgetting(AccuracyWindows windows, long latenessMillis, RuntimeContext context) {
        this.windows = windows;
        this.latenessMillis = latenessMillis;
        this.leaptUntil = context.getState(new ValueStateDescriptor<>("leapt-until", Types.LONG));
    }

    /** Windows that end before this change no more. */
    long endsBefore(EventTimeProgress progress) {
        long settled = progress.settled();
        return settled < Long.MIN_VALUE + latenessMillis ? Long.MIN_VALUE : settled - latenessMillis;
    }

    /** A pane is there that is to be forgotten with the window that ends then, or with all others at the job's end. */
    void await(long lastEnd, TimerService timers) {
        timers.registerEventTimeTimer(timeFor(lastEnd));
        timers.registerEventTimeTimer(END);
    }

    private long timeFor(long lastEnd) {
        return lastEnd + latenessMillis + SETTLED_MILLIS;
    }

    /** Whether a timer that fires is one of these. */
    boolean isTime(long time, TimeDomain domain, TimerService timers) throws Exception {
        Long leapt = leaptUntil.value();
        if (time == END) {
            leaptUntil.clear();
            return true;
        }
        if (domain == TimeDomain.EVENT_TIME && leapt == null) {
            return Math.floorMod(time - latenessMillis - SETTLED_MILLIS, windows.stepMillis()) == 0;
        }
        boolean isOver = leapt != null && leapt <= timers.currentProcessingTime();
        if (isOver) {
            leaptUntil.clear();
        }
        return isOver;
    }

    /** None is left. */
    void clear(TimerService timers) {
        leaptUntil.clear();
        timers.deleteEventTimeTimer(END);
    }

    /** Some panes are left, the first of which is to be forgotten with the window that ends then. */
    void awaitRest(long lastEnd, EventTimeProgress progress, TimerService timers) throws Exception {
        if (timeFor(lastEnd) <= progress.reached() && leaptUntil.value() == null) {
            long at = timers.currentProcessingTime() + 2 * EventTimeProgress.GRACE_MILLIS;
            leaptUntil.update(at);
            timers.registerProcessingTimeTimer(at);
        }
    }
}
