package org.catalogtagger.streaming.monitor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.TimerService;
import org.catalogtagger.streaming.accuracy.CorrectionPace;

/** The closed windows of a series that have changed, and when they are emitted again: keyed state, and a budget of bytes. */
final class Corrections {
    private static final long SECOND_MILLIS = 1000;

    /** What was paid for and is due for longer was paid before an outage, and all of it is due at once. */
    private static final long OVERDUE_MILLIS = 10 * SECOND_MILLIS;

    private final CorrectionPace pace;
    private final WindowStates states;
    private final MapState<Long, Due> changed;

    /** Up to when the subtask's bytes are spent, in milliseconds of the clock; up to a second ahead they are lent. */
    private double spentUntil;

    /**
     * When a window is emitted again.
     *
     * @param at milliseconds of the clock
     * @param paid whether its bytes are spent already
     */
    public record Due(long at, boolean paid) {}

    /** Corrections at this subtask's pace. */
    Corrections(CorrectionPace pace, WindowStates states, RuntimeContext context) {
        this.pace = pace;
        this.states = states;
        this.changed =
                context.getMapState(new MapStateDescriptor<>("changed", Types.LONG, TypeInformation.of(Due.class)));
    }

    boolean isPending(long end) throws Exception {
        return changed.contains(end);
    }

    /** A window that ended so long ago has changed. */
    void change(long end, long ageMillis, TimerService timers) throws Exception {
        if (!changed.contains(end)) {
            arrange(end, timers.currentProcessingTime() + pace.gatherMillis(ageMillis), false, timers);
        }
    }

    /** In whole seconds, so that many windows share a timer. */
    private void arrange(long end, long millis, boolean paid, TimerService timers) throws Exception {
        long at = millis - Math.floorMod(millis, SECOND_MILLIS) + SECOND_MILLIS;
        changed.put(end, new Due(at, paid));
        timers.registerProcessingTimeTimer(at);
    }

    /** The windows to emit now, by their ends; those for which there are no bytes left get a turn of their own. */
    List<Long> take(TimerService timers) throws Exception {
        long now = timers.currentProcessingTime();
        Map<Long, Due> due = new HashMap<>();
        for (Map.Entry<Long, Due> window : changed.entries()) {
            if (window.getValue().at() <= now) {
                due.put(window.getKey(), window.getValue());
            }
        }
        List<Long> taken = new ArrayList<>();
        for (long end : due.keySet().stream().sorted().toList()) {
            Due window = due.getOrDefault(end, new Due(now, false));
            boolean paid = window.paid() && now - window.at() <= OVERDUE_MILLIS;
            if (!paid) {
                spentUntil = Math.max(spentUntil, (double) now);
                spend(states.bytesOf(end));
            }
            if (paid || spentUntil <= now + SECOND_MILLIS) {
                changed.remove(end);
                taken.add(end);
            } else {
                arrange(end, (long) spentUntil - SECOND_MILLIS, true, timers);
            }
        }
        return taken;
    }

    /** Bytes were emitted, or will be. How many a window has is taken from its last revision; the difference comes later. */
    void spend(int bytes) {
        spentUntil += (double) SECOND_MILLIS * bytes / pace.bytesPerSecond();
    }

    /** The windows that ended before a time, whenever they are due: it is their last chance. */
    List<Long> takeBefore(long time) throws Exception {
        List<Long> ends = new ArrayList<>();
        for (long end : changed.keys()) {
            if (end < time) {
                ends.add(end);
            }
        }
        for (long end : ends) {
            changed.remove(end);
        }
        return ends.stream().sorted().toList();
    }
}
