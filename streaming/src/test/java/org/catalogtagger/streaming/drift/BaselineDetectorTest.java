package org.catalogtagger.streaming.drift;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.SplittableRandom;
import org.catalogtagger.streaming.drift.BaselineDetector.Evidence;
import org.junit.jupiter.api.Test;

class BaselineDetectorTest {
    private final SplittableRandom random = new SplittableRandom(3);

    @Test
    void falseAlarmsAreAsRareAsAskedFor() {
        int tags = 2_000_000;
        int alarms = 0;
        BaselineDetector detector = new BaselineDetector();
        for (int i = 0; i < tags; i++) {
            if (add(detector, 0.85, 0.85, 5000).isPresent()) {
                alarms++;
                detector.reset();
            }
        }
        assertThat(alarms).as("often enough to see that the bound is one").isBetween(1, tags / 5000);
    }

    @Test
    void manyTagsAtOnceAreTheSameEvidence() {
        BaselineDetector one = new BaselineDetector();
        BaselineDetector many = new BaselineDetector();
        Optional<Evidence> single = Optional.empty();
        for (int i = 0; i < 100; i++) {
            single = one.add(1, i % 2, 0.9, i, 10);
        }
        Evidence together = many.add(100, 50, 0.9, 0, 10).orElseThrow();
        assertThat(single.orElseThrow().logEvidence())
                .isCloseTo(together.logEvidence(), org.assertj.core.api.Assertions.within(1e-9));
        assertThat(together.accuracy()).isEqualTo(0.5);
    }

    @Test
    void evidenceBeginsWhereTheFallDoes() {
        BaselineDetector detector = new BaselineDetector();
        for (int i = 0; i < 10_000; i++) {
            assertThat(detector.add(1, random.nextDouble() < 0.9 ? 1 : 0, 0.9, i, 1e6))
                    .isEmpty();
        }
        for (int i = 10_000; ; i++) {
            Optional<Evidence> found = detector.add(1, random.nextDouble() < 0.6 ? 1 : 0, 0.9, i, 1e6);
            if (found.isPresent()) {
                assertThat(found.get().since()).isBetween(9_950L, 10_030L);
                assertThat(i).isLessThan(10_200);
                break;
            }
        }
    }

    private Optional<Evidence> add(BaselineDetector detector, double accuracy, double baseline, double every) {
        return detector.add(1, random.nextDouble() < accuracy ? 1 : 0, baseline, 0, every);
    }
}
