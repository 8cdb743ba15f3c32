package org.catalogtagger.streaming.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.catalogtagger.streaming.drift.DriftAlert.Status;
import org.catalogtagger.streaming.drift.FallSearch.Fall;
import org.junit.jupiter.api.Test;

class ClassMonitorTest {
    private static final FalseAlarms ALARMS = new FalseAlarms(500_000, 1000);

    private final SplittableRandom random = new SplittableRandom(5);
    private final Dispersion dispersion = new Dispersion(1);
    private ClassMonitor monitor = new ClassMonitor("Shirts");
    private long time;

    private List<DriftAlert> run(int tags, double accuracy, FalseAlarms alarms) {
        List<DriftAlert> alerts = new ArrayList<>();
        for (int i = 0; i < tags; i++) {
            monitor.add(++time, 1, random.nextDouble() < accuracy ? 1 : 0, dispersion);
            monitor.judge(time, "v1", 1, alarms).ifPresent(alerts::add);
        }
        return alerts;
    }

    /** Every beginning, fall by fall and tag by tag, without any of the formulas that are used. */
    @Test
    void theEvidenceIsThatOfAllBeginnings() {
        boolean[] right = new boolean[60];
        BetaShare test = new BetaShare(45, 5);
        TagHistory history = new TagHistory();
        for (int i = 0; i < right.length; i++) {
            right[i] = random.nextDouble() < (i < 40 ? 0.9 : 0.5);
            history.add(i, 1, right[i] ? 1 : 0);
        }
        double best = Double.NEGATIVE_INFINITY;
        for (int begin = 0; begin < right.length; begin++) {
            double rightBefore = 45;
            double wrongBefore = 5;
            for (int i = 0; i < begin; i++) {
                rightBefore += right[i] ? 1 : 0;
                wrongBefore += right[i] ? 0 : 1;
            }
            best = Math.max(best, mixtureOverThreshold(right, begin, rightBefore, wrongBefore));
        }
        ClassMonitor some = new ClassMonitor("Shirts");
        some.baseline(test, 0, 0);
        history.entries().forEach(entry -> some.add(entry.since(), entry.tags(), entry.right(), dispersion));
        Fall found = some.search(1, ALARMS).orElseThrow();
        assertThat(found.overThreshold()).as("merged entries miss a beginning").isBetween(best - 0.4, best + 1e-9);
        assertThat(40L).isBetween(found.earliest(), found.latest() + 4);
    }

    private static double mixtureOverThreshold(boolean[] right, int begin, double rightBefore, double wrongBefore) {
        double[] logits = {0.35, 0.64, 1.12, 1.94};
        double[] weights = {0.4, 0.2, 0.25, 0.15};
        double all = rightBefore + wrongBefore;
        double before = rightBefore / all;
        double sum = 0;
        for (int fall = 0; fall < logits.length; fall++) {
            double after = 1 / (1 + Math.exp(logits[fall] - Math.log(before / (1 - before))));
            double a = after * all;
            double b = all - a;
            double c = rightBefore;
            double d = wrongBefore;
            double ratio = 1;
            for (int i = begin; i < right.length; i++) {
                ratio *= (right[i] ? a / (a + b) : b / (a + b)) / (right[i] ? c / (c + d) : d / (c + d));
                a += right[i] ? 1 : 0;
                b += right[i] ? 0 : 1;
                c += right[i] ? 1 : 0;
                d += right[i] ? 0 : 1;
            }
            double divergence = before * Math.log(before / after) + (1 - before) * Math.log((1 - before) / (1 - after));
            double needed = Math.min(ALARMS.every() * divergence, 1000 * (1 + divergence * begin));
            sum += weights[fall] * ratio / needed;
        }
        return Math.log(sum);
    }

    /** Seeded. With the 30 false alarms that are stated, 10 to 90 are within a factor of three. */
    @Test
    void falseAlarmsAreAboutAsRareAsAskedFor() {
        FalseAlarms often = new FalseAlarms(5_000, 1e9);
        monitor.baseline(new BetaShare(85e6, 15e6), 0, 0);
        long opened = 0;
        for (int i = 0; i < 15; i++) {
            monitor = new ClassMonitor("Shirts");
            monitor.baseline(new BetaShare(85e6, 15e6), 0, 0);
            opened += run(10_000, 0.85, often).stream()
                    .filter(alert -> alert.status() == Status.OPEN)
                    .count();
        }
        assertThat(opened).isBetween(10L, 90L);
    }

    @Test
    void oneLongFallIsOneAlertThatSaysWhenItBegan() {
        monitor.baseline(new BetaShare(425, 75), 0, 0);
        assertThat(run(3000, 0.85, ALARMS)).isEmpty();
        assertThat(run(30_000, 0.65, ALARMS)).singleElement().satisfies(alert -> {
            assertThat(alert.since()).isBetween(2900L, 3060L);
            assertThat(alert.sinceEarliest()).isLessThanOrEqualTo(3000);
            assertThat(alert.sinceLatest()).isBetween(alert.since(), 3100L);
            assertThat(alert.referenceValue()).isCloseTo(0.85, within(0.02));
            assertThat(alert.at()).isLessThan(3300);
        });
        assertThat(run(2000, 0.85, ALARMS)).singleElement().satisfies(alert -> {
            assertThat(alert.status()).isEqualTo(Status.CLOSED);
            assertThat(alert.observations()).isPositive();
            assertThat(alert.currentValue()).isGreaterThan(0.78);
        });
        assertThat(run(30_000, 0.85, ALARMS))
                .as("the fall is no part of the past")
                .isEmpty();
    }

    /** In logits that is three times the largest fall that is looked for. */
    @Test
    void aClassThatWasAlwaysRightIsFoundToFallAsSoonAsOthers() {
        monitor.baseline(new BetaShare(30.9, 0.1), 30, 30);
        assertThat(run(2_000, 1, ALARMS)).isEmpty();
        assertThat(run(50, 0.8, ALARMS)).singleElement().satisfies(alert -> assertThat(alert.status())
                .isEqualTo(Status.OPEN));
        assertThat(run(300, 1, ALARMS)).singleElement().satisfies(alert -> assertThat(alert.status())
                .isEqualTo(Status.CLOSED));
    }

    @Test
    void halfARecoveryIsNone() {
        monitor.baseline(new BetaShare(425, 75), 0, 0);
        run(3000, 0.85, ALARMS);
        assertThat(run(2000, 0.55, ALARMS)).hasSize(1);
        assertThat(run(20_000, 0.65, ALARMS)).isEmpty();
    }

    @Test
    void aFallFromTheFirstLabelIsFoundByTheTestAlone() {
        monitor.baseline(new BetaShare(107, 19), 0, 0);
        assertThat(run(2000, 0.65, ALARMS)).singleElement().satisfies(alert -> {
            assertThat(alert.reference()).isEqualTo("test");
            assertThat(alert.since()).isEqualTo(1);
        });
    }

    @Test
    void aSmallTestDoesNotMakeAnAlarmOfItsLuck() {
        monitor.baseline(new BetaShare(17, 0.5), 0, 0);
        assertThat(run(20_000, 0.85, ALARMS)).isEmpty();
    }

    /** Of four images none was right, and what others say is that half should be. */
    @Test
    void noFallIsSeenWhereTheClassItselfWasNoBetter() {
        BetaShare others = new BetaShare(5.1, 4.9);
        monitor.baseline(others, 4, 0);
        assertThat(run(600, 0.1, ALARMS)).isEmpty();
        assertThat(monitor.logEvidenceSince(0, 1)).isNegative();

        monitor = new ClassMonitor("Shirts");
        monitor.baseline(others, 4, 2);
        run(600, 0.1, ALARMS);
        assertThat(monitor.logEvidenceSince(0, 1)).isGreaterThan(Math.log(3));
    }

    @Test
    void aClassThatDidBetterThanItsTestMayFallBackToIt() {
        monitor.baseline(new BetaShare(51, 49), 4, 0);
        assertThat(run(2000, 0.7, ALARMS)).isEmpty();
        assertThat(run(600, 0.1, ALARMS)).isNotEmpty();
    }

    private DriftAlert accept() {
        return monitor.accept(time, time, 1, ALARMS).orElseThrow();
    }

    @Test
    void anAcceptedFallIsUsualAndAFurtherOneIsNot() {
        monitor.baseline(new BetaShare(425, 75), 500, 425);
        run(3000, 0.85, ALARMS);
        assertThat(run(2000, 0.65, ALARMS)).hasSize(1);
        DriftAlert accepted = accept();
        assertThat(accepted.status()).isEqualTo(Status.CLOSED);
        assertThat(accepted.evidence()).isEqualTo(DriftAlert.ACCEPTED);
        assertThat(accepted.currentValue()).isCloseTo(0.65, within(0.04));
        assertThat(accepted.observations()).isBetween(1900L, 2100L);
        assertThat(monitor.open()).isEmpty();
        assertThat(monitor.accept(time, time, 1, ALARMS)).as("once").isEmpty();

        assertThat(run(20_000, 0.65, ALARMS)).isEmpty();
        assertThat(run(2000, 0.45, ALARMS)).singleElement().satisfies(alert -> {
            assertThat(alert.reference()).isEqualTo("tags-before");
            assertThat(alert.referenceValue()).isCloseTo(0.65, within(0.03));
        });
    }

    @Test
    void whatIsRightAgainAfterItWasAcceptedIsNoAlarm() {
        monitor.baseline(new BetaShare(425, 75), 500, 425);
        run(3000, 0.85, ALARMS);
        run(2000, 0.65, ALARMS);
        accept();
        assertThat(run(20_000, 0.85, ALARMS)).isEmpty();
    }

    /** By then it is known from few tags, which may have been lucky: a chance of one in a hundred or so, as at the beginning of a stream. */
    @Test
    void aFallThatIsAcceptedAtOnceIsHardlyEverToldOfAgain() {
        int again = 0;
        for (int stream = 0; stream < 20; stream++) {
            monitor = new ClassMonitor("Shirts");
            monitor.baseline(new BetaShare(425, 75), 500, 425);
            run(1000, 0.85, ALARMS);
            while (monitor.open().isEmpty()) {
                run(1, 0.65, ALARMS);
            }
            accept();
            again += run(3000, 0.65, ALARMS).isEmpty() ? 0 : 1;
        }
        assertThat(again).isLessThanOrEqualTo(1);
    }

    @Test
    void ofAFallInStepsTheLastOneIsAccepted() {
        monitor.baseline(new BetaShare(425, 75), 500, 425);
        run(3000, 0.85, ALARMS);
        run(3000, 0.7, ALARMS);
        run(3000, 0.4, ALARMS);
        assertThat(accept().currentValue()).isCloseTo(0.4, within(0.03));
        assertThat(run(20_000, 0.4, ALARMS)).isEmpty();
    }

    /** Of few tags it is not sure, and says nothing before it is. */
    @Test
    void howSureTheNewLevelIsIsAMatterOfItsTags() {
        monitor.baseline(new BetaShare(425, 75), 500, 425);
        run(1000, 0.85, ALARMS);
        while (monitor.open().isEmpty()) {
            run(1, 0.4, ALARMS);
        }
        DriftAlert accepted = accept();
        assertThat(monitor.before(Long.MAX_VALUE, 1).tags()).isCloseTo(accepted.observations() + 2.0, within(1e-6));
    }
}
