package org.catalogtagger.streaming.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StandstillWatchTest {
    private long now = Long.MAX_VALUE - 1;
    private final List<Duration> ended = new ArrayList<>();

    @Test
    void endsWhatStoodStillForTooLong() {
        StandstillWatch watch = new StandstillWatch(Duration.ofSeconds(4), () -> now, ended::add);
        for (int i = 0; i < 100; i++) {
            pass(Duration.ofMillis(200));
            watch.look();
        }
        assertThat(ended).as("it goes on, whatever the clock's zero is").isEmpty();
        pass(Duration.ofSeconds(4));
        watch.look();
        assertThat(ended).isEmpty();
        pass(Duration.ofMillis(4001));
        watch.look();
        assertThat(ended).containsExactly(Duration.ofMillis(4001));
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }
}
