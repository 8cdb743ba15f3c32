package org.catalogtagger.streaming.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import org.apache.commons.statistics.inference.ChiSquareTest;
import org.catalogtagger.streaming.drift.DriftAlert.Kind;
import org.catalogtagger.streaming.drift.DriftAlert.Status;
import org.junit.jupiter.api.Test;

class MixMonitorTest {
    private static final DriftSettings SETTINGS = DriftSettings.of(100_000, Duration.ZERO, 5000, 1000);
    private static final int CLASSES = 20;

    private final SplittableRandom random = new SplittableRandom(2);
    private final MixMonitor monitor = new MixMonitor(Kind.PREDICTIONS);
    private int tags;

    private List<DriftAlert> run(int more, IntUnaryOperator classOf) {
        List<DriftAlert> alerts = new ArrayList<>();
        for (int i = 0; i < more; i += 50) {
            Map<String, Long> counts = new HashMap<>();
            for (int j = 0; j < 50; j++) {
                counts.merge("class " + classOf.applyAsInt(tags++), 1L, Long::sum);
            }
            monitor.add(counts, 0, tags, "v1", SETTINGS).ifPresent(alerts::add);
        }
        return alerts;
    }

    private int any(int unused) {
        return random.nextInt(CLASSES);
    }

    private int anyOfTheFirstHalf(int unused) {
        return random.nextInt(CLASSES / 2);
    }

    @Test
    void runsAreUsualWhereTheyAreUsual() {
        int[] run = new int[1];
        assertThat(run(200_000, tag -> {
                    run[0] = random.nextInt(300) == 0 ? random.nextInt(CLASSES) : run[0];
                    return run[0];
                }))
                .isEmpty();
    }

    @Test
    void aChangeThatStaysIsToldOnce() {
        assertThat(run(20_000, this::any)).isEmpty();
        List<DriftAlert> alerts = run(100_000, this::anyOfTheFirstHalf);
        assertThat(alerts).extracting(DriftAlert::status).containsExactly(Status.OPEN, Status.CLOSED);
        assertThat(alerts.get(1).evidence()).contains("usual now");
        assertThat(alerts.get(1).observations()).isPositive();
    }

    @Test
    void aChangeThatComesAgainIsKnown() {
        run(20_000, this::any);
        assertThat(run(5_000, this::anyOfTheFirstHalf)).hasSize(1);
        assertThat(run(20_000, this::any)).hasSize(1);
        assertThat(run(5_000, this::anyOfTheFirstHalf)).isEmpty();
    }

    @Test
    void theStatisticIsTheLibrarys() {
        Map<String, Long> before = Map.of("a", 400L, "b", 300L, "c", 300L);
        Map<String, Long> now = Map.of("a", 90L, "b", 40L, "c", 70L);
        double expected = ChiSquareTest.withDefaults()
                .test(new long[][] {{400, 90}, {300, 40}, {300, 70}})
                .getStatistic();
        MixComparison found = MixComparison.of(before, now);
        assertThat(found.statistic()).isCloseTo(expected, within(1e-9));
        assertThat(found.degrees()).isEqualTo(2);
    }
}
