package org.catalogtagger.streaming.monitor;

import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.TimerService;
import org.catalogtagger.streaming.accuracy.AccuracyWindows;

/**
 * The time of a series whose stream rests. Watermarks come with events: without a clock of its own the last window would
 * not be emitted before events come again. It goes on from the watermark, for an event from the future moves none; from
 * the newest tags only as long as there is no watermark at all. Keyed state.
 */
final class QuietClock {
    private static final long SECOND_MILLIS = 1000;
    private static final Seen NOTHING = new Seen(Long.MIN_VALUE, 0, Long.MIN_VALUE, Long.MIN_VALUE);

    private final AccuracyWindows windows;
    private final long outOfOrdernessMillis;
    private final ValueState<Seen> seen;

    /**
     * What was seen of a series.
     *
     * @param newestPane that has tags, by its start in event time
     * @param at when the last tags of any pane came, milliseconds of the clock
     * @param checkAt when it is looked whether the stream rests, likewise; the least long if not at all
     * @param closedUntil windows were closed without a watermark up to this end
     */
    public record Seen(long newestPane, long at, long checkAt, long closedUntil) {}

    QuietClock(AccuracyWindows windows, long outOfOrdernessMillis, RuntimeContext context) {
        this.windows = windows;
        this.outOfOrdernessMillis = outOfOrdernessMillis;
        this.seen = context.getState(new ValueStateDescriptor<>("quiet-clock", TypeInformation.of(Seen.class)));
    }

    private Seen seen() throws Exception {
        Seen last = seen.value();
        return last == null ? NOTHING : last;
    }

    /** Up to which end windows were closed, though no watermark says so. */
    long closedUntil() throws Exception {
        return seen().closedUntil();
    }

    /** Tags of a pane have come. */
    void tagged(long paneStart, TimerService timers) throws Exception {
        Seen before = seen();
        long now = timers.currentProcessingTime();
        long checkAt = before.checkAt();
        if (checkAt == Long.MIN_VALUE) {
            checkAt = check(now + quietMillis(), timers);
        }
        seen.update(new Seen(Math.max(paneStart, before.newestPane()), now, checkAt, before.closedUntil()));
    }

    /** A pane is over so long after its tags have come, if no others have. */
    private long quietMillis() {
        return windows.stepMillis() + outOfOrdernessMillis;
    }

    /** In whole seconds, so that many share a timer. */
    private static long check(long millis, TimerService timers) {
        long at = millis - Math.floorMod(millis, SECOND_MILLIS) + SECOND_MILLIS;
        timers.registerProcessingTimeTimer(at);
        return at;
    }

    /**
     * Up to which end windows are over if event time has gone on as the clock has; the least long if it is not time yet
     * to look, or the stream does not rest.
     */
    long closes(EventTimeProgress progress, TimerService timers) throws Exception {
        Seen last = seen();
        long now = timers.currentProcessingTime();
        if (last.checkAt() == Long.MIN_VALUE || last.checkAt() > now) {
            return Long.MIN_VALUE;
        }
        long lastEnd = windows.lastEndOf(last.newestPane());
        if (windows.closedUntil(progress.reached()) >= lastEnd) {
            seen.update(new Seen(last.newestPane(), last.at(), Long.MIN_VALUE, last.closedUntil()));
            return Long.MIN_VALUE;
        }
        long restsSince = Math.max(last.at(), progress.advancedAt());
        if (now - restsSince < quietMillis()) {
            long checkAt = check(restsSince + quietMillis(), timers);
            seen.update(new Seen(last.newestPane(), last.at(), checkAt, last.closedUntil()));
            return Long.MIN_VALUE;
        }
        long reached = progress.reached();
        if (reached == Long.MIN_VALUE) {
            reached = last.newestPane() - outOfOrdernessMillis - 1;
        }
        // What comes after that has no tags yet.
        long over = Math.min(lastEnd, windows.closedUntil(reached + (now - restsSince)));
        long until = Math.max(last.closedUntil(), over);
        long checkAt = until >= lastEnd ? Long.MIN_VALUE : check(now + windows.stepMillis(), timers);
        seen.update(new Seen(last.newestPane(), last.at(), checkAt, until));
        return until;
    }

    /** Nothing is left of the series. */
    void clear() {
        seen.clear();
    }
}
