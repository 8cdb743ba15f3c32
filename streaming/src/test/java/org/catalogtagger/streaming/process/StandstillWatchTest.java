package org.catalogtagger.streaming.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StandstillWatchTest {
    private long nanos = Long.MAX_VALUE - 1;
    private long millis = 1_700_000_000_000L;
    private final List<Duration> ended = new ArrayList<>();

    @Test
    void endsWhatStoodStillForTooLong() {
        StandstillWatch watch = new StandstillWatch(Duration.ofSeconds(4), this::clocks, ended::add);
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

    /** Whose monotonic clock stands still too. */
    @Test
    void endsWhatWokeWithItsMachine() {
        StandstillWatch watch = new StandstillWatch(Duration.ofSeconds(4), this::clocks, ended::add);
        millis += 5000;
        watch.look();
        assertThat(ended).containsExactly(Duration.ofSeconds(5));
        millis -= 100_000;
        watch.look();
        assertThat(ended).as("a clock that is set back").hasSize(1);
    }

    private StandstillWatch.Clocks clocks() {
        return new StandstillWatch.Clocks(nanos, millis);
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
        millis += time.toMillis();
    }
}
