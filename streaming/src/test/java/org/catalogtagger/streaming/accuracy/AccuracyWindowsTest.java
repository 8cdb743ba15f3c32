package org.catalogtagger.streaming.accuracy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.catalogtagger.streaming.accuracy.AccuracyWindows.Kind;
import org.catalogtagger.streaming.accuracy.AccuracyWindows.Window;
import org.junit.jupiter.api.Test;

class AccuracyWindowsTest {
    @Test
    void tumblingWindowsFollowEachOther() {
        AccuracyWindows windows = new AccuracyWindows(Kind.SLIDING, 60, 60);
        assertThat(windows.windowsOf(windows.paneStart(61))).containsExactly(new Window(60, 120));
        assertThat(windows.windowsOf(windows.paneStart(-1))).containsExactly(new Window(-60, 0));
    }

    @Test
    void slidingWindowsOverlap() {
        AccuracyWindows windows = new AccuracyWindows(Kind.SLIDING, 60, 20);
        assertThat(windows.windowsOf(windows.paneStart(65)))
                .containsExactly(new Window(20, 80), new Window(40, 100), new Window(60, 120));
    }

    @Test
    void cumulativeWindowsGrowAndBeginAnew() {
        AccuracyWindows windows = new AccuracyWindows(Kind.CUMULATIVE, 60, 20);
        assertThat(windows.windowsOf(windows.paneStart(85))).containsExactly(new Window(60, 100), new Window(60, 120));
        assertThat(windows.windowsOf(windows.paneStart(119))).containsExactly(new Window(60, 120));
        assertThat(windows.windowsOf(windows.paneStart(120)))
                .containsExactly(new Window(120, 140), new Window(120, 160), new Window(120, 180));
    }

    @Test
    void windowsAreMadeOfWholeSteps() {
        assertThatThrownBy(() -> new AccuracyWindows(Kind.SLIDING, 60, 25))
                .hasMessage("windows of 60 ms cannot be made of steps of 25 ms");
    }

    @Property(tries = 300)
    void anEventIsInEachWindowThatHoldsItsTimeAndInNoOther(
            @ForAll Kind kind,
            @ForAll @IntRange(min = 1, max = 7) int steps,
            @ForAll @IntRange(min = 1, max = 50) int step,
            @ForAll @LongRange(min = -1000, max = 1000) long time) {
        AccuracyWindows windows = new AccuracyWindows(kind, (long) steps * step, step);
        long pane = windows.paneStart(time);
        for (long end = time - 1000; end <= time + 1000; end++) {
            if (Math.floorMod(end, step) == 0) {
                Window window = windows.endingAt(end);
                boolean holds = window.start() <= time && time < window.end();
                assertThat(windows.windowsOf(pane).contains(window)).isEqualTo(holds);
                assertThat(windows.panesOf(window).contains(pane)).isEqualTo(holds);
            }
        }
    }
}
