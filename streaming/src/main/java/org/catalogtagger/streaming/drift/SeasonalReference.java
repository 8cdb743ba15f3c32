package org.catalogtagger.streaming.drift;

import java.util.Collection;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * The tags of each hour of the last week, where there are many: what is usual at a time of the day, and at one of the week. Fewer are seen whole in the
 * windows before. Not thread-safe.
 */
final class SeasonalReference {
    private static final long HOUR_MILLIS = 3_600_000;
    private static final long HOURS_OF_DAY = 24;
    private static final long HOURS_OF_WEEK = 7 * HOURS_OF_DAY;

    /** An hour of less is nothing to compare a window with: by chance alone it differs too much. */
    private static final long FEWEST_WINDOWS = 3;

    /** By hour since 1970. */
    private final TreeMap<Long, TagWindow> hours = new TreeMap<>();

    void add(TagWindow window, long windowTags) {
        long hour = hourOf(window);
        if (!hours.isEmpty()
                && hour > hours.lastKey()
                && hours.lastEntry().getValue().tags() < FEWEST_WINDOWS * windowTags) {
            hours.pollLastEntry();
        }
        hours.computeIfAbsent(hour, h -> new TagWindow()).add(window);
        // One more, for of the hour of a week ago the neighbours are asked too.
        hours.headMap(hours.lastKey() - HOURS_OF_WEEK - 1).clear();
    }

    /** The hour of a window a day and a week before, and those beside it. */
    Collection<TagWindow> of(TagWindow window, long windowTags) {
        long hour = hourOf(window);
        return LongStream.of(HOURS_OF_DAY, HOURS_OF_WEEK)
                .flatMap(before -> LongStream.rangeClosed(hour - before - 1, hour - before + 1))
                .boxed()
                .flatMap(one -> Stream.ofNullable(hours.get(one)))
                .filter(one -> Objects.requireNonNull(one).tags() >= FEWEST_WINDOWS * windowTags)
                .toList();
    }

    /** Forgets the hours before a time. */
    void forgetBefore(long time) {
        hours.headMap(Math.floorDiv(time, HOUR_MILLIS)).clear();
    }

    private static long hourOf(TagWindow window) {
        return Math.floorDiv(window.since(), HOUR_MILLIS);
    }
}
