package org.catalogtagger.streaming.watch;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** How many events a second are answered, and how long after they came. By the job's clock, as its answers state it. */
final class Speed {
    private static final int SECONDS = 300;
    private static final int RECENT_SECONDS = 10;

    /** Tags become visible with a checkpoint; when none have for so long, none are made. */
    private static final long IDLE_MILLIS = 60_000;

    private static final long LONGEST_MILLIS = 24L * 3600 * 1000;

    /** By the second since 1970. */
    private final TreeMap<Long, Second> seconds = new TreeMap<>();

    private long tagged;
    private long rejected;

    private static final class Second {
        private long tagged;
        private long rejected;
        private final Histogram latencyMillis = new Histogram(LONGEST_MILLIS, 2);
    }

    /**
     * What is shown.
     *
     * @param seconds since 1970; the other lists are of these
     * @param taggedPerSecond over the newest ten; 0 if those are long past
     * @param p50Millis from an image's event to its tag, likewise; -1 without tags
     */
    record Shown(
            long tagged,
            long rejected,
            double taggedPerSecond,
            long p50Millis,
            long p99Millis,
            List<Long> seconds,
            List<Long> taggedBySecond,
            List<Long> rejectedBySecond,
            List<Long> p50BySecond,
            List<Long> p99BySecond) {}

    void tagged(long taggedAt, long eventTime) {
        tagged++;
        Second second = second(taggedAt);
        second.tagged++;
        second.latencyMillis.recordValue(Math.min(LONGEST_MILLIS, Math.max(0, taggedAt - eventTime)));
    }

    void rejected(long at) {
        rejected++;
        second(at).rejected++;
    }

    private Second second(long millis) {
        Second second = seconds.computeIfAbsent(Math.floorDiv(millis, 1000), s -> new Second());
        while (seconds.size() > SECONDS) {
            seconds.pollFirstEntry();
        }
        return second;
    }

    /** As it is now, milliseconds since 1970. */
    Shown shown(long now) {
        List<Long> times = new ArrayList<>();
        List<List<Long>> columns = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        Histogram recent = new Histogram(LONGEST_MILLIS, 2);
        long recentTags = 0;
        if (!seconds.isEmpty()) {
            long last = seconds.lastKey();
            for (long time = Math.max(seconds.firstKey(), last - SECONDS + 1); time <= last; time++) {
                Second second = seconds.get(time);
                times.add(time);
                columns.get(0).add(second == null ? 0 : second.tagged);
                columns.get(1).add(second == null ? 0 : second.rejected);
                columns.get(2).add(second == null ? -1 : percentile(second.latencyMillis, 50));
                columns.get(3).add(second == null ? -1 : percentile(second.latencyMillis, 99));
            }
            // The last one may go on.
            long end = now - 1000 * last < 2000 ? last : last + 1;
            if (now - 1000 * last < IDLE_MILLIS) {
                for (Second second :
                        seconds.subMap(end - RECENT_SECONDS, true, end, false).values()) {
                    recentTags += second.tagged;
                    recent.add(second.latencyMillis);
                }
            }
        }
        return new Shown(
                tagged,
                rejected,
                (double) recentTags / RECENT_SECONDS,
                percentile(recent, 50),
                percentile(recent, 99),
                times,
                columns.get(0),
                columns.get(1),
                columns.get(2),
                columns.get(3));
    }

    private static long percentile(Histogram histogram, double percent) {
        return histogram.getTotalCount() == 0 ? -1 : histogram.getValueAtPercentile(percent);
    }
}
