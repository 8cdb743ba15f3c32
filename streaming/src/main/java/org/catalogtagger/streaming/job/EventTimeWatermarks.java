package org.catalogtagger.streaming.job;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.catalogtagger.streaming.events.EventTimes;
import org.catalogtagger.streaming.events.InputRecord;

/**
 * Watermarks behind the newest event, as Flink's for bounded out-of-orderness, but that an event from the future moves
 * none: in a stream that is days behind, the clock's time too is the future, and all others would be too late. Where
 * nothing else comes any more, the producer's clock is wrong, and event time goes on with ours.
 */
final class EventTimeWatermarks implements WatermarkGenerator<InputRecord> {
    /** After so many from the future and none of its own time, a stream is taken to have no others. */
    static final int ALL_AHEAD = 100;

    private final long outOfOrdernessMillis;
    private final LongSupplier clock;
    private long newest;
    private int aheadInARow;

    /** Watermarks for one partition; the clock is in milliseconds since 1970. */
    EventTimeWatermarks(Duration outOfOrderness, LongSupplier clock) {
        this.outOfOrdernessMillis = outOfOrderness.toMillis();
        this.clock = clock;
        this.newest = Long.MIN_VALUE + outOfOrdernessMillis + 1;
    }

    @Override
    public void onEvent(InputRecord event, long timestamp, WatermarkOutput output) {
        long now = clock.getAsLong();
        if (!EventTimes.isReplaced(event) && timestamp - now <= outOfOrdernessMillis) {
            aheadInARow = 0;
            newest = Math.max(newest, timestamp);
        } else if (++aheadInARow >= ALL_AHEAD) {
            aheadInARow = ALL_AHEAD;
            newest = Math.max(newest, now);
        }
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {
        output.emitWatermark(new Watermark(newest - outOfOrdernessMillis - 1));
    }
}
