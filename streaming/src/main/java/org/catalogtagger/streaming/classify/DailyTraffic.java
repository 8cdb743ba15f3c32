package org.catalogtagger.streaming.classify;

import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * How many images come in a day of event time, averaged with weights that fade as {@code exp(-age / day)}. Not thread-safe.
 *
 * <p>For as long as images are drawn with the probability <i>n / perDay()</i> and no more than all, <i>n (t + ln (A₁ / A₀))</i> of them are
 * to be expected in <i>t</i> days, whatever comes when: <i>A</i> are the images so weighted, of which <i>dA = dN - A dt</i>, so that
 * <i>n dN / A = n (dt + dA / A)</i>. Traffic that repeats itself from day to day gives <i>n</i> a day, also if all comes within a
 * minute; twice as much traffic as before gives <i>n</i> ln 2 more, once, and a tenth of it <i>n</i> ln 10 less. Until a day has passed,
 * less of it is known, and what is known is taken for all; until an hour has, for that of an hour: a catalogue that comes at once has draws too.
 */
final class DailyTraffic {
    private static final double DAY = Duration.ofDays(1).toMillis();

    /** A longer time without images counts as this: what a week's would have drawn is not made up for. */
    private static final long LONGEST_PAUSE = Duration.ofDays(2).toMillis();

    private static final long SHORTEST_TIME = Duration.ofHours(1).toMillis();

    private static final int STATE_BYTES = 3 * Long.BYTES;

    private boolean hasBegun;
    private long since;
    private long newest;
    private double weighted;

    /**
     * Counts images.
     *
     * @param time milliseconds since 1970; an earlier one than before counts as that
     */
    void add(long images, long time) {
        if (!hasBegun) {
            hasBegun = true;
            since = time;
            newest = time;
        }
        long tooLong = Math.max(0, time - newest - LONGEST_PAUSE);
        since += tooLong;
        newest += tooLong;
        long later = Math.max(newest, time);
        weighted = weighted * Math.exp((newest - later) / DAY) + images;
        newest = later;
    }

    /** Images a day; infinitely many before the first. */
    double perDay() {
        long known = Math.max(SHORTEST_TIME, newest - since);
        return hasBegun ? weighted / -Math.expm1(-known / DAY) : Double.POSITIVE_INFINITY;
    }

    /** For {@link #of}. */
    byte[] state() {
        return hasBegun
                ? ByteBuffer.allocate(STATE_BYTES)
                        .putLong(since)
                        .putLong(newest)
                        .putDouble(weighted)
                        .array()
                : new byte[0];
    }

    /** What {@link #state()} gave; none of an empty one. */
    static DailyTraffic of(byte[] state) {
        DailyTraffic traffic = new DailyTraffic();
        if (state.length == STATE_BYTES) {
            ByteBuffer bytes = ByteBuffer.wrap(state);
            traffic.hasBegun = true;
            traffic.since = bytes.getLong();
            traffic.newest = bytes.getLong();
            traffic.weighted = bytes.getDouble();
        }
        return traffic;
    }
}
