package org.catalogtagger.streaming.drift;

import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * The tags of each hour of the last week, where there are many: what is usual at a time of the day, and on this day of the week. Fewer are seen whole in the
 * windows before. Not thread-safe.
 */
final class SeasonalReference {
    private static final long HOUR_MILLIS = 3_600_000;
    private static final int DAYS = 7;
    private static final long HOURS_OF_DAY = 24;

    /** What was so once at this hour may have been an incident, but for this day of the week. */
    private static final long DAYS_THAT_MAKE_IT_USUAL = 2;

    /** An hour of less is nothing to compare a window with: by chance alone it differs too much. */
    private static final long FEWEST_WINDOWS = 3;

    /** By hour since 1970. */
    private final TreeMap<Long, TagWindow> hours = new TreeMap<>();

    void add(TagWindow window, long windowTags) {
        long hour = hourOf(window.since());
        if (!hours.isEmpty()
                && hour > hours.lastKey()
                && hours.lastEntry().getValue().tags() < FEWEST_WINDOWS * windowTags) {
            hours.pollLastEntry();
        }
        hours.computeIfAbsent(hour, h -> new TagWindow()).add(window);
        // One more, for the neighbours of the hour of a week ago are asked too.
        hours.headMap(hours.lastKey() - DAYS * HOURS_OF_DAY - 1).clear();
    }

    /**
     * Whether a window is like this hour, or one of those beside it, on the same day of the week before, or on two of the seven days before.
     *
     * @param isAlike whether it is like another
     */
    boolean isUsual(TagWindow window, long windowTags, Predicate<TagWindow> isAlike) {
        long hour = hourOf(window.since());
        IntPredicate wasSo = day -> LongStream.rangeClosed(-1, 1)
                .mapToObj(beside -> hours.get(hour - day * HOURS_OF_DAY + beside))
                .anyMatch(one -> one != null && one.tags() >= FEWEST_WINDOWS * windowTags && isAlike.test(one));
        return wasSo.test(DAYS)
                || IntStream.range(1, DAYS)
                                .filter(wasSo)
                                .limit(DAYS_THAT_MAKE_IT_USUAL)
                                .count()
                        == DAYS_THAT_MAKE_IT_USUAL;
    }

    /** Forgets all hours until that of a time. */
    void forgetUntil(long time) {
        hours.headMap(hourOf(time), true).clear();
    }

    private static long hourOf(long time) {
        return Math.floorDiv(time, HOUR_MILLIS);
    }
}
