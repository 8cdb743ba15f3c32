package org.catalogtagger.streaming.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.flink.streaming.api.TimerService;
import org.junit.jupiter.api.Test;

class EventTimeProgressTest {
    private final EventTimeProgress progress = new EventTimeProgress();
    private final Times times = new Times();

    @Test
    void aTimeIsSettledAMinuteAfterItWasReached() {
        pass(5000, 1_000_000);
        assertThat(progress.reached()).isEqualTo(1_000_000);
        assertThat(progress.settled()).isEqualTo(Long.MIN_VALUE);
        pass(EventTimeProgress.GRACE_MILLIS, 9_000_000);
        assertThat(progress.settled()).as("not the leap").isLessThanOrEqualTo(1_000_000);
        pass(1000, 9_000_000);
        assertThat(progress.settled()).isEqualTo(1_000_000);
        pass(EventTimeProgress.GRACE_MILLIS, 9_000_000);
        assertThat(progress.settled()).isEqualTo(9_000_000);
    }

    @Test
    void afterARestartItNeverGoesBack() {
        pass(0, 1_000_000);
        pass(2 * EventTimeProgress.GRACE_MILLIS, 2_000_000);
        EventTimeProgress restarted = new EventTimeProgress();
        restarted.restore(progress.saved());
        restarted.restore(new CloseWindows.Reached(5, 4));
        assertThat(restarted.saved()).as("before anything has come").isEqualTo(progress.saved());
        times.watermark = Long.MIN_VALUE;
        restarted.observe(times);
        assertThat(restarted.reached()).isEqualTo(2_000_000);
        assertThat(restarted.settled()).isEqualTo(1_000_000);
        assertThat(restarted.since(1_500_000)).isEqualTo(500_000);
    }

    @Test
    void theEndOfTheInputIsNoneOfItsTimes() {
        pass(0, 1000);
        times.watermark = Long.MAX_VALUE;
        progress.observe(times, 7000);
        assertThat(progress.reached()).isEqualTo(7000);
        assertThat(progress.settled()).isEqualTo(7000);
        assertThat(progress.saved().reached()).isEqualTo(1000);
        times.watermark = Long.MIN_VALUE;
        progress.observe(times);
        assertThat(progress.reached()).as("the next key of a batch job").isEqualTo(1000);
    }

    private void pass(long millis, long watermark) {
        times.clock += millis;
        times.watermark = watermark;
        progress.observe(times);
    }

    private static final class Times implements TimerService {
        private long clock = 50_000_000;
        private long watermark = Long.MIN_VALUE;

        @Override
        public long currentProcessingTime() {
            return clock;
        }

        @Override
        public long currentWatermark() {
            return watermark;
        }

        @Override
        public void registerProcessingTimeTimer(long time) {}

        @Override
        public void registerEventTimeTimer(long time) {}

        @Override
        public void deleteProcessingTimeTimer(long time) {}

        @Override
        public void deleteEventTimeTimer(long time) {}
    }
}
