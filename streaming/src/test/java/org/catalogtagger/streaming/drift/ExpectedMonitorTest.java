package org.catalogtagger.streaming.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.catalogtagger.streaming.accuracy.AccuracyCounter;
import org.catalogtagger.streaming.accuracy.ClassAccuracy;
import org.catalogtagger.streaming.accuracy.TagOutcome;
import org.catalogtagger.streaming.drift.DriftAlert.Kind;
import org.catalogtagger.streaming.drift.DriftAlert.Status;
import org.junit.jupiter.api.Test;

/** A model of two classes: 95 of 100 ties are called ties, 60 of 100 shirts are called shirts. */
class ExpectedMonitorTest {
    private static final DriftSettings SETTINGS = DriftSettings.of(100_000, Duration.ofHours(1), 5000, 1000);
    private static final double TIES = 0.95;
    private static final double SHIRTS = 0.6;

    private final SplittableRandom random = new SplittableRandom(5);
    private final ExpectedMonitor monitor = new ExpectedMonitor();
    private long time;

    private void test() {
        monitor.baseline(
                List.of(new ClassAccuracy("ties", 2000, 2300, 1900), new ClassAccuracy("shirts", 1000, 700, 600)),
                Map.of("ties", Map.of("shirts", 100L), "shirts", Map.of("ties", 400L)));
    }

    private List<DriftAlert> run(int tags, double shareOfTies, double unfamiliar) {
        List<DriftAlert> alerts = new ArrayList<>();
        for (int i = 0; i < tags; i += 50) {
            AccuracyCounter counter = new AccuracyCounter();
            for (int j = 0; j < 50; j++) {
                boolean isTie = random.nextDouble() < shareOfTies;
                boolean right = random.nextDouble() < (isTie ? TIES : SHIRTS);
                float familiarity = (float) (random.nextDouble() * (random.nextDouble() < unfamiliar ? 0.1 : 1));
                counter.countTagged(new TagOutcome(
                        "v1",
                        "",
                        time,
                        0.9f,
                        List.of(isTie == right ? "ties" : "shirts"),
                        0.9f,
                        200,
                        false,
                        familiarity,
                        "",
                        0));
            }
            monitor.add(counter.counts(), ++time, "v1", SETTINGS).ifPresent(alerts::add);
        }
        return alerts;
    }

    @Test
    void theSameMixIsNoAlarm() {
        test();
        assertThat(run(200_000, 2 / 3.0, 0)).isEmpty();
    }

    @Test
    void moreOfADifficultClassLetsLessBeExpected() {
        test();
        run(20_000, 2 / 3.0, 0);
        long before = time;
        List<DriftAlert> found = run(6_000, 0.1, 0);
        assertThat(found).hasSize(1);
        DriftAlert alert = found.get(0);
        assertThat(alert.kind()).isEqualTo(Kind.EXPECTED_ACCURACY);
        assertThat(alert.status()).isEqualTo(Status.OPEN);
        assertThat(alert.referenceValue()).isCloseTo((2 * TIES + SHIRTS) / 3, within(0.02));
        assertThat(alert.currentValue()).isCloseTo(0.1 * TIES + 0.9 * SHIRTS, within(0.05));
        assertThat(alert.since()).isBetween(before - 40, before + 40);
        assertThat(alert.evidence())
                .containsPattern("should be right by the test, .* of those before, p .*; 95 % interval \\d+\\.\\d to ");
        assertThat(monitor.open()).contains(alert);
        assertThat(run(6_000, 2 / 3.0, 0)).extracting(DriftAlert::status).containsExactly(Status.CLOSED);
        assertThat(monitor.open()).isEmpty();
    }

    @Test
    void strangeImagesLetLessBeExpected() {
        test();
        run(20_000, 2 / 3.0, 0);
        List<DriftAlert> found = run(4_000, 2 / 3.0, 0.5);
        assertThat(found).extracting(DriftAlert::kind).containsExactly(Kind.EXPECTED_ACCURACY);
        assertThat(found.get(0).currentValue()).isLessThan(0.6);
    }

    @Test
    void moreOfAnEasyClassIsNoAlarm() {
        test();
        run(20_000, 2 / 3.0, 0);
        assertThat(run(20_000, 0.95, 0)).isEmpty();
    }

    @Test
    void beforeTheTestIsKnownTagsWait() {
        assertThat(run(20_000, 2 / 3.0, 0)).isEmpty();
        test();
        assertThat(run(20_000, 2 / 3.0, 0)).isEmpty();
        assertThat(run(6_000, 0.1, 0)).hasSize(1);
    }

    @Test
    void ofAModelWithoutATestNothingIsExpected() {
        monitor.baseline(List.of(new ClassAccuracy("ties", 0, 0, 0)), Map.of());
        assertThat(run(20_000, 2 / 3.0, 0)).isEmpty();
        assertThat(run(6_000, 0.1, 0)).isEmpty();
    }

    @Test
    void anAcceptedFallIsUsualAndAFurtherOneIsNot() {
        test();
        run(40_000, 2 / 3.0, 0);
        assertThat(run(6_000, 0.3, 0)).hasSize(1);
        assertThat(monitor.accept(time)).hasValueSatisfying(closed -> {
            assertThat(closed.evidence()).isEqualTo(DriftAlert.ACCEPTED);
            assertThat(closed.currentValue()).isCloseTo(0.3 * TIES + 0.7 * SHIRTS, within(0.05));
        });
        assertThat(monitor.open()).isEmpty();
        assertThat(run(60_000, 0.3, 0)).isEmpty();
        assertThat(run(6_000, 0, 0.3)).hasSize(1);
        monitor.accept(time);
        assertThat(run(20_000, 2 / 3.0, 0)).as("what is better is no alarm").isEmpty();
    }
}
