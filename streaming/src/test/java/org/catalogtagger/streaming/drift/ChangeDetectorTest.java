package org.catalogtagger.streaming.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.SplittableRandom;
import org.catalogtagger.streaming.drift.ChangeDetector.Fall;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ChangeDetectorTest {
    private final SplittableRandom random = new SplittableRandom(1);

    @ParameterizedTest
    @EnumSource
    void findsAFallAndSaysHowFar(DriftSettings.RecentPast kind) {
        ChangeDetector detector = DriftSettings.of(100_000, kind, 5000, 1000).recentPastDetector();
        assertThat(firstFall(detector, 0.9, 3000)).isEmpty();
        Fall fall = firstFall(detector, 0.6, 1000).orElseThrow();
        assertThat(fall.before()).isCloseTo(0.9, within(0.07));
        assertThat(fall.after()).isLessThan(fall.before());
        if (kind == DriftSettings.RecentPast.ADWIN) {
            assertThat(fall.before()).isCloseTo(0.9, within(0.02));
            assertThat(fall.after()).isCloseTo(0.6, within(0.12));
            assertThat(fall.observations()).isBetween(20L, 400L);
        }
    }

    @ParameterizedTest
    @EnumSource
    void followsARiseWithoutAWord(DriftSettings.RecentPast kind) {
        ChangeDetector detector = DriftSettings.of(100_000, kind, 5000, 1000).recentPastDetector();
        assertThat(firstFall(detector, 0.5, 3000)).isEmpty();
        assertThat(firstFall(detector, 0.9, 3000)).isEmpty();
    }

    @Test
    void adwinsWindowHoldsWhatCameLast() {
        Adwin adwin = new Adwin(0.002);
        Deque<Boolean> all = new ArrayDeque<>();
        for (int i = 0; i < 6000; i++) {
            boolean right = random.nextDouble() < (i < 3000 ? 0.9 : 0.5);
            all.addLast(right);
            Optional<Fall> unused = adwin.add(right);
            while (all.size() > adwin.width()) {
                all.removeFirst();
            }
        }
        assertThat(adwin.width()).as("cut near the fall").isBetween(2700L, 3300L);
        assertThat(adwin.mean())
                .isCloseTo(all.stream().filter(right -> right).count() / (double) all.size(), within(1e-12));
    }

    private Optional<Fall> firstFall(ChangeDetector detector, double accuracy, int tags) {
        for (int i = 0; i < tags; i++) {
            Optional<Fall> fall = detector.add(random.nextDouble() < accuracy);
            if (fall.isPresent()) {
                return fall;
            }
        }
        return Optional.empty();
    }
}
