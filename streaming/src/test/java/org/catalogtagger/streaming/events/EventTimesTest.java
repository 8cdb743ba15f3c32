package org.catalogtagger.streaming.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class EventTimesTest {
    private static final long NOW = 1_764_000_000_000L;
    private static final long HOUR = 3_600_000;
    private static final EventTimes TIMES = new EventTimes(HOUR);

    @Test
    void timesFrom1990ToTheBoundAheadAreBelieved() {
        assertThat(TIMES.believes(EventTimes.EARLIEST, NOW)).isTrue();
        assertThat(TIMES.believes(EventTimes.EARLIEST - 1, NOW)).isFalse();
        assertThat(TIMES.believes(NOW + HOUR, NOW)).isTrue();
        assertThat(TIMES.believes(NOW + HOUR + 1, NOW)).isFalse();
    }

    @Test
    void anEventOfABelievedTimeIsTheVeryEvent() {
        InputRecord event = event(NOW - 5);
        assertThat(TIMES.held(event, NOW)).isSameAs(event);
        assertThat(EventTimes.isReplaced(event)).isFalse();
    }

    @Property
    void everyOtherTimeBecomesTheClocksAndIsOnRecord(@ForAll long millis) {
        InputRecord held = TIMES.held(event(millis), NOW);
        assertThat(TIMES.believes(held.timestamp(), NOW)).isTrue();
        if (EventTimes.isReplaced(held)) {
            assertThat(held.timestamp()).isEqualTo(NOW);
            assertThat(EventHeader.text(held.headers(), "event-time-replaced")).contains(Long.toString(millis));
        } else {
            assertThat(held.timestamp()).isEqualTo(millis);
        }
    }

    @Test
    void noTimeIsLessThanNothingAhead() {
        assertThatThrownBy(() -> new EventTimes(-1)).hasMessageContaining("-1 ms");
    }

    private static InputRecord event(long timestamp) {
        return new InputRecord("1".getBytes(UTF_8), new byte[0], List.of(), timestamp);
    }
}
