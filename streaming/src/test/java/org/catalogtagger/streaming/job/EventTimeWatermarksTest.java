package org.catalogtagger.streaming.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.catalogtagger.streaming.events.EventTimes;
import org.catalogtagger.streaming.events.InputRecord;
import org.junit.jupiter.api.Test;

class EventTimeWatermarksTest {
    private static final long NOW = 1_764_000_000_000L;
    private static final long BEHIND = 5_000;
    private static final long DAY = 86_400_000;

    private final EventTimeWatermarks watermarks = new EventTimeWatermarks(Duration.ofMillis(BEHIND), () -> NOW);

    @Test
    void theyFollowTheNewestEvent() {
        see(NOW - 2 * DAY);
        see(NOW - DAY);
        see(NOW - 3 * DAY);
        assertThat(watermark()).isEqualTo(NOW - DAY - BEHIND - 1);
    }

    @Test
    void anEventFromTheFutureMovesNone() {
        see(NOW - 2 * DAY);
        see(NOW + 3_000_000);
        assertThat(watermark()).isEqualTo(NOW - 2 * DAY - BEHIND - 1);
    }

    @Test
    void anEventWhoseTimeIsTheClocksMovesNone() {
        see(NOW - 2 * DAY);
        InputRecord replaced = new EventTimes(0).held(event(4_000_000_000_000L), NOW);
        watermarks.onEvent(replaced, replaced.timestamp(), new Last());
        assertThat(watermark()).isEqualTo(NOW - 2 * DAY - BEHIND - 1);
    }

    @Test
    void aClockALittleFastIsBelieved() {
        see(NOW + BEHIND);
        assertThat(watermark()).isEqualTo(NOW - 1);
    }

    @Test
    void whereAllComeFromTheFutureTimeGoesOnWithTheClock() {
        for (int i = 0; i < EventTimeWatermarks.ALL_AHEAD - 1; i++) {
            see(NOW + 3_000_000);
        }
        assertThat(watermark()).isEqualTo(Long.MIN_VALUE);
        see(NOW + 3_000_000);
        assertThat(watermark()).isEqualTo(NOW - BEHIND - 1);
    }

    private void see(long timestamp) {
        watermarks.onEvent(event(timestamp), timestamp, new Last());
    }

    private static InputRecord event(long timestamp) {
        return new InputRecord("1".getBytes(UTF_8), new byte[0], List.of(), timestamp);
    }

    private long watermark() {
        Last last = new Last();
        watermarks.onPeriodicEmit(last);
        return last.timestamp;
    }

    private static final class Last implements WatermarkOutput {
        private long timestamp;

        @Override
        public void emitWatermark(Watermark watermark) {
            timestamp = watermark.getTimestamp();
        }

        @Override
        public void markIdle() {}

        @Override
        public void markActive() {}
    }
}
