package org.catalogtagger.streaming.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;
import org.catalogtagger.streaming.accuracy.AccuracyCounts;
import org.catalogtagger.streaming.drift.DriftAlert.Kind;
import org.catalogtagger.streaming.drift.DriftAlert.Status;
import org.junit.jupiter.api.Test;

/** The monitor of images, by this measure. */
class UnfamiliarShareTest {
    private static final DriftSettings SETTINGS = DriftSettings.of(100_000, Duration.ZERO, 5000, 1000);
    private static final int SEEDS = 40;

    /** Of products of unknown classes, by tenths of the test's images: those of a model of the years to 2011 that came from 2012 on. */
    private static final double[] UNKNOWN = {0.652, 0.147, 0.049, 0.047, 0.023, 0.023, 0.023, 0.014, 0.009, 0.013};

    private SplittableRandom random = new SplittableRandom(1);
    private MixMonitor monitor = new MixMonitor(Kind.FAMILIARITY);
    private long tags;

    @Test
    void aTenthOfUnknownProductsIsFoundWithinFiveThousandTags() {
        int found = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            begin(seed);
            assertThat(run(20_000, this::known)).isEmpty();
            List<DriftAlert> alerts = run(5000, () -> random.nextInt(10) == 0 ? unknown() : known());
            found += alerts.isEmpty() ? 0 : 1;
            for (DriftAlert alert : alerts) {
                assertThat(alert.status()).isEqualTo(Status.OPEN);
                assertThat(alert.label()).isEmpty();
                assertThat(alert.referenceValue()).isCloseTo(0.1, within(0.02));
                assertThat(alert.currentValue()).isCloseTo(0.155, within(0.05));
                assertThat(alert.evidence()).contains("of 2,000 images are as unfamiliar as a tenth of the test's");
            }
        }
        assertThat(found).as("of %d", SEEDS).isGreaterThanOrEqualTo(SEEDS * 9 / 10);
    }

    @Test
    void whileNothingChangesAlarmsAreRare() {
        int alarms = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            begin(seed);
            alarms += run(50_000, this::known).size();
        }
        assertThat(alarms)
                .as("in two million tags, where three are to be expected")
                .isLessThanOrEqualTo(8);
    }

    /** Photographs of one product are alike: all of a run are about as familiar. */
    @Test
    void runsAreUsualWhereTheyAreUsual() {
        int alarms = 0;
        for (int seed = 0; seed < SEEDS / 4; seed++) {
            begin(seed);
            double[] shift = new double[1];
            alarms += run(50_000, () -> {
                        if (random.nextInt(50) == 0) {
                            shift[0] = 0.4 * (random.nextDouble() - 0.5);
                        }
                        return Math.max(0, Math.min(1, random.nextDouble() + shift[0]));
                    })
                    .size();
        }
        assertThat(alarms).as("in half a million tags").isLessThanOrEqualTo(3);
    }

    @Test
    void moreFamiliarImagesAreNoAlarm() {
        begin(1);
        run(10_000, this::known);
        assertThat(run(10_000, () -> 0.3 + 0.7 * random.nextDouble())).isEmpty();
    }

    @Test
    void whatIsUnfamiliarFromTheFirstIsTold() {
        begin(1);
        assertThat(run(7000, () -> random.nextInt(2) == 0 ? unknown() : known()))
                .singleElement()
                .satisfies(alert -> {
                    assertThat(alert.reference()).isEqualTo("test");
                    assertThat(alert.referenceValue()).isCloseTo(0.1, within(1e-9));
                    assertThat(alert.currentValue()).isCloseTo(0.376, within(0.03));
                });
        begin(2);
        assertThat(run(7000, () -> random.nextInt(5) == 0 ? unknown() : known()))
                .as("a catalogue that is somewhat other than the test")
                .isEmpty();
    }

    /** Of the logit, by that of ten thousand windows. */
    @Test
    void itsVarianceIsThatOfWindowsOfIndependentImages() {
        UnfamiliarShare measure = new UnfamiliarShare();
        TagWindow before = window(20_000, 0.1);
        double[] logits = IntStream.range(0, 10_000)
                .mapToDouble(i -> measure.of(before, window(2_000, 0.1)))
                .toArray();
        double mean = Arrays.stream(logits).average().orElseThrow();
        double variance = Arrays.stream(logits)
                .map(logit -> (logit - mean) * (logit - mean))
                .average()
                .orElseThrow();
        assertThat(mean).isCloseTo(Math.log(0.1 / 0.9), within(0.005));
        assertThat(measure.variance(before, window(2_000, 0.1))).isCloseTo(variance, withinPercentage(8));
    }

    private TagWindow window(int images, double unfamiliar) {
        long some = IntStream.range(0, images)
                .filter(i -> random.nextDouble() < unfamiliar)
                .count();
        TagWindow window = new TagWindow();
        window.add(Map.of(UnfamiliarShare.UNFAMILIAR, some, "bin 5", images - some), (double) some, 0);
        return window;
    }

    private void begin(int seed) {
        random = new SplittableRandom(seed);
        monitor = new MixMonitor(Kind.FAMILIARITY);
        tags = 0;
        Map<String, Long> test = new HashMap<>();
        for (int bin = 0; bin < AccuracyCounts.FAMILIARITY_BINS; bin++) {
            test.put("bin " + bin, 600L);
        }
        monitor.baseline(test, 600);
    }

    private double known() {
        return random.nextDouble();
    }

    private double unknown() {
        double left = random.nextDouble();
        int bin = 0;
        while (bin < UNKNOWN.length - 1 && left > UNKNOWN[bin]) {
            left -= UNKNOWN[bin++];
        }
        return (bin + 0.5) / UNKNOWN.length;
    }

    private List<DriftAlert> run(int more, DoubleSupplier familiarity) {
        List<DriftAlert> alerts = new ArrayList<>();
        for (int i = 0; i < more; i += 50) {
            Map<String, Long> counts = new HashMap<>();
            for (int j = 0; j < 50; j++) {
                int bin = (int) Math.min(9, 10 * familiarity.getAsDouble());
                counts.merge("bin " + bin, 1L, Long::sum);
            }
            tags += 50;
            monitor.add(counts, counts.getOrDefault(UnfamiliarShare.UNFAMILIAR, 0L), tags, "v1", SETTINGS)
                    .ifPresent(alerts::add);
        }
        return alerts;
    }
}
