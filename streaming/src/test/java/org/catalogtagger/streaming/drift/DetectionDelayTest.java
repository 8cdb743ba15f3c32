package org.catalogtagger.streaming.drift;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.catalogtagger.streaming.accuracy.ClassAccuracy;
import org.catalogtagger.streaming.drift.DriftAlert.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How soon a fall is said to be found, beside how soon the monitor of a class finds falls. */
class DetectionDelayTest {
    private static final FalseAlarms ALARMS = new FalseAlarms(900_000, 1000);

    private static ClassMonitor monitor(int images, double accuracy) {
        List<ClassAccuracy> test = List.of(
                new ClassAccuracy("watched", images, images, Math.round(images * accuracy)),
                new ClassAccuracy("b", 1000, 1000, 670),
                new ClassAccuracy("c", 1000, 1000, 990));
        ClassMonitor monitor = new ClassMonitor("watched");
        monitor.baseline(
                Objects.requireNonNull(PooledBaseline.of(test).get("watched")), images, Math.round(images * accuracy));
        return monitor;
    }

    private static void add(ClassMonitor monitor, long time, boolean isRight) {
        monitor.add(time, 1, isRight ? 1 : 0, new Dispersion(Dispersion.OF_ACCURACY));
    }

    private static DetectionDelay delay(ClassMonitor monitor) {
        return monitor.detectionDelay(1, ALARMS).orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "126, 0, 0.85",
        "1000, 0, 0.85",
        "1000, 5000, 0.85",
        "500, 100, 0.95",
        "300, 1000, 0.6",
        "2, 400, 0.85",
        "300, 2000, 1"
    })
    void saysHowSoonHalfOfTheFallsAreFound(int images, int tagsBefore, double accuracy) {
        int sooner = 0;
        int streams = 200;
        for (int stream = 0; stream < streams; stream++) {
            SplittableRandom random = new SplittableRandom(stream);
            ClassMonitor monitor = monitor(images, accuracy);
            for (int i = 0; i < tagsBefore; i++) {
                // As right as is to be expected: luck before the fall is not what is asked for.
                add(monitor, i, Math.floor((i + 1) * accuracy) > Math.floor(i * accuracy));
            }
            int told = delay(monitor).labels().orElseThrow();
            boolean isFound = false;
            for (int i = 0; i < told && !isFound; i++) {
                add(monitor, tagsBefore + i, random.nextDouble() < accuracy - 0.2);
                isFound = monitor.judge(tagsBefore + i, "v1", 1, ALARMS)
                        .filter(alert -> alert.status() == Status.OPEN)
                        .isPresent();
            }
            sooner += isFound ? 1 : 0;
        }
        assertThat(sooner / (double) streams).isBetween(0.4, 0.75);
    }

    @Test
    void whatIsMissingIsEnoughAndNoLessIs() {
        ClassMonitor rare = monitor(3, 1);
        DetectionDelay before = delay(rare);
        assertThat(before.labels()).isEmpty();
        int missing = before.missing();
        assertThat(missing).isBetween(20, 1000);

        double mean = rare.before(Long.MAX_VALUE, 1).mean();
        rare.add(0, missing - 1, (missing - 1) * mean, new Dispersion(Dispersion.OF_ACCURACY));
        assertThat(delay(rare).missing()).isEqualTo(1);
        rare.add(1, 1, mean, new Dispersion(Dispersion.OF_ACCURACY));
        assertThat(delay(rare).missing()).isZero();
        assertThat(delay(rare).labels().orElseThrow()).isBetween(1, DetectionDelay.LONGEST);
    }

    @Test
    void moreTestImagesFindSooner() {
        int last = Integer.MAX_VALUE;
        for (int images : new int[] {126, 250, 500, 1000}) {
            int labels = delay(monitor(images, 0.85)).labels().orElseThrow();
            assertThat(labels).isLessThanOrEqualTo(last);
            last = labels;
        }
        assertThat(delay(monitor(10, 0.85)).labels()).isEmpty();
    }

    /** It is expected to be right sometimes, as others are; to be right less often than never it cannot be. */
    @Test
    void aClassThatIsNeverRightHasNoFall() {
        assertThat(delay(monitor(500, 0)).labels()).isEmpty();
    }

    @Test
    void isToldOfTestedClassesWithoutAFall() {
        DriftSettings settings = DriftSettings.of(100_000, Duration.ofHours(1), 5000, 1000);
        DriftMonitor monitor = new DriftMonitor("v1");
        assertThat(monitor.detectionDelays(settings)).isEmpty();
        monitor.baseline(
                List.of(new ClassAccuracy("a", 500, 500, 430), new ClassAccuracy("b", 4, 4, 4)),
                Map.of(),
                List.of(),
                List.of());
        assertThat(monitor.detectionDelays(settings)).containsOnlyKeys("a", "b");
        assertThat(Objects.requireNonNull(monitor.detectionDelays(settings).get("a"))
                        .missing())
                .isZero();

        ClassMonitor fallen = monitor(500, 0.85);
        for (int i = 0; fallen.open().isEmpty(); i++) {
            add(fallen, i, false);
            fallen.judge(i, "v1", 1, ALARMS);
        }
        assertThat(fallen.detectionDelay(1, ALARMS)).isEmpty();
    }
}
