package org.catalogtagger.streaming.monitor;

import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.flink.streaming.api.TimerService;

/**
 * How far event time has come in one subtask, also before a restart, after which Flink's watermark begins anew. What is
 * to be forgotten for good is measured by the time that was reached a minute ago: when a job goes on after hours, the
 * images' time may pass them within a second, and labels of those hours are still to be read. Not thread-safe.
 */
final class EventTimeProgress {
    /** How long what came by another topic may be behind. */
    static final long GRACE_MILLIS = 60_000;

    private static final long STEP_MILLIS = 1000;

    private final Deque<Reached> unsettled = new ArrayDeque<>();
    private long restored = Long.MIN_VALUE;
    private long reached = Long.MIN_VALUE;
    private long settled = Long.MIN_VALUE;
    private long advancedAt = Long.MIN_VALUE;
    private long atEnd = Long.MIN_VALUE;

    private record Reached(long eventTime, long settlesAt) {}

    /** Goes on from before a restart; called for each subtask that there was. */
    void restore(CloseWindows.Reached before) {
        restored = Math.max(restored, before.reached());
        settled = Math.max(settled, before.settled());
    }

    /** Looks at the watermark and the clock; to be called before anything is asked. */
    void observe(TimerService timers) {
        observe(timers, Long.MAX_VALUE);
    }

    /**
     * The same when a timer fires. At the end of the input, or of a batch job's key, all that are left do, one after the
     * other; then event time is the timer's, and the end is none of the job's times.
     */
    void observe(TimerService timers, long timer) {
        long watermark = timers.currentWatermark();
        long now = timers.currentProcessingTime();
        atEnd = watermark == Long.MAX_VALUE ? timer : Long.MIN_VALUE;
        if (advancedAt == Long.MIN_VALUE) {
            advancedAt = now;
            reach(restored, now);
        }
        if (watermark != Long.MAX_VALUE) {
            reach(watermark, now);
        }
        while (!unsettled.isEmpty() && unsettled.getFirst().settlesAt <= now) {
            settled = Math.max(settled, unsettled.removeFirst().eventTime);
        }
    }

    private void reach(long watermark, long now) {
        if (watermark <= reached) {
            return;
        }
        reached = watermark;
        advancedAt = now;
        long settlesAt = now - Math.floorMod(now, STEP_MILLIS) + STEP_MILLIS + GRACE_MILLIS;
        if (!unsettled.isEmpty() && unsettled.getLast().settlesAt == settlesAt) {
            unsettled.removeLast();
        }
        unsettled.addLast(new Reached(watermark, settlesAt));
    }

    /** The highest watermark, milliseconds since 1970. */
    long reached() {
        return Math.max(reached, atEnd);
    }

    /** The highest watermark of a minute ago: what is older comes too late. */
    long settled() {
        return Math.max(settled, atEnd);
    }

    /** How long ago a time was, milliseconds; 0 if that is not known. */
    long since(long eventTime) {
        return reached == Long.MIN_VALUE ? 0 : Math.max(0, reached - eventTime);
    }

    /** What a restart is to restore. */
    CloseWindows.Reached saved() {
        return new CloseWindows.Reached(Math.max(reached, restored), settled);
    }

    /** When event time went on last, or was looked at first, in milliseconds of the clock. */
    long advancedAt() {
        return advancedAt;
    }
}
