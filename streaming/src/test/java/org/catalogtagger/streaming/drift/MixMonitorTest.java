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

    private SplittableRandom random = new SplittableRandom(2);
    private MixMonitor monitor = new MixMonitor(Kind.PREDICTIONS);
    private int tags;
    private int millisPerTag = 1;

    private List<DriftAlert> run(int more, IntUnaryOperator classOf) {
        List<DriftAlert> alerts = new ArrayList<>();
        for (int i = 0; i < more; i += 50) {
            Map<String, Long> counts = new HashMap<>();
            for (int j = 0; j < 50; j++) {
                counts.merge("class " + classOf.applyAsInt(tags++), 1L, Long::sum);
            }
            monitor.add(counts, 0, (long) tags * millisPerTag, "v1", SETTINGS).ifPresent(alerts::add);
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

    /** Ten runs of some 1,100 at once: a window is like its neighbours, and those that are ten apart have nothing in common. */
    @Test
    void runsThatOutlastAWindowAreUsual() {
        int alerts = 0;
        for (int seed = 0; seed < 10; seed++) {
            random = new SplittableRandom(seed);
            monitor = new MixMonitor(Kind.PREDICTIONS);
            tags = 0;
            int[] truth = new int[10];
            int[] left = new int[10];
            alerts += (int) run(100_000, tag -> {
                        int run = random.nextInt(10);
                        if (left[run]-- <= 0) {
                            truth[run] = random.nextInt(CLASSES);
                            left[run] = 200 + random.nextInt(1800);
                        }
                        return truth[run];
                    })
                    .stream()
                    .filter(alert -> alert.status() == Status.OPEN)
                    .count();
        }
        assertThat(alerts).as("in a million tags").isLessThanOrEqualTo(5);
    }

    @Test
    void aChangeThatStaysIsToldOnce() {
        assertThat(run(20_000, this::any)).isEmpty();
        List<DriftAlert> alerts = run(100_000, this::anyOfTheFirstHalf);
        assertThat(alerts).extracting(DriftAlert::status).containsExactly(Status.OPEN, Status.CLOSED);
        assertThat(alerts.get(1).evidence()).contains("usual now");
        assertThat(alerts.get(1).observations()).isPositive();
    }

    /** Some of its windows are not large enough to be told of by themselves, and two such after another are no rarity. */
    @Test
    void aChangeThatIsHardlyLargeIsOneAlertAsLongAsItLasts() {
        int streams = 20;
        int opened = 0;
        for (int seed = 0; seed < streams; seed++) {
            random = new SplittableRandom(seed);
            monitor = new MixMonitor(Kind.PREDICTIONS);
            tags = 0;
            assertThat(run(20_000, this::any)).isEmpty();
            List<DriftAlert> alerts = run(45_000, tag -> random.nextInt(3) == 0 ? anyOfTheFirstHalf(tag) : any(tag));
            assertThat(alerts).hasSizeLessThanOrEqualTo(1);
            opened += alerts.size();
        }
        assertThat(opened).isGreaterThan(streams / 2);
    }

    /** Of 500,000 tags a day half are by night, when other classes come: 250 windows, where 40 are what is usual. */
    private int byDayAndNight(int tag) {
        boolean isNight = tag / 250_000 % 2 == 1;
        return random.nextInt(4) == 0 ? any(tag) : random.nextInt(CLASSES / 2) + (isNight ? CLASSES / 2 : 0);
    }

    @Test
    void whatComesAtThisHourEachDayIsUsualFromTheThirdDayOn() {
        millisPerTag = 86_400_000 / 500_000;
        assertThat(run(500_000, this::byDayAndNight)).as("the first day").isNotEmpty();
        assertThat(run(500_000, this::byDayAndNight)).as("the second day").isNotEmpty();
        assertThat(run(1_500_000, this::byDayAndNight)).as("three more days").isEmpty();

        run(60_000, this::byDayAndNight);
        assertThat(run(100_000, tag -> byDayAndNight(tag + 250_000)))
                .as("night by day")
                .first()
                .satisfies(alert -> {
                    assertThat(alert.status()).isEqualTo(Status.OPEN);
                    assertThat(alert.reference()).isEqualTo("tags-before");
                });
    }

    @Test
    void whatWasSoOnceAtThisHourWasAnIncident() {
        millisPerTag = 86_400_000 / 500_000;
        run(750_000, this::any);
        assertThat(run(30_000, this::anyOfTheFirstHalf)).hasSize(1);
        run(470_000, this::any);
        assertThat(tags).as("a day later").isEqualTo(1_250_000);
        assertThat(run(30_000, this::anyOfTheFirstHalf)).singleElement().satisfies(alert -> assertThat(alert.status())
                .isEqualTo(Status.OPEN));
    }

    /** Five days are alike, and the two after them. */
    @Test
    void aWeekendIsUsualFromTheSecondOn() {
        int day = 100_000;
        millisPerTag = 86_400_000 / day;
        IntUnaryOperator byWeekday = tag -> tag / day % 7 < 5 ? anyOfTheFirstHalf(tag) : any(tag);
        run(8 * day, byWeekday);
        assertThat(run(14 * day, byWeekday)).isEmpty();
    }

    /** An upload on Mondays: no other day is like it. */
    @Test
    void whatIsSoOnOneDayOfTheWeekIsUsualOnceItHasBeenSeen() {
        int day = 100_000;
        millisPerTag = 86_400_000 / day;
        IntUnaryOperator byWeekday = tag -> tag / day % 7 == 2 ? any(tag) : anyOfTheFirstHalf(tag);
        assertThat(run(4 * day, byWeekday)).isNotEmpty();
        assertThat(run(21 * day, byWeekday)).isEmpty();
    }

    /** What was usual before the change that was accepted is another change. */
    @Test
    void whatWasAtThisHourBeforeAnAcceptedChangeIsNotUsual() {
        millisPerTag = 86_400_000 / 500_000;
        run(1_100_000, this::any);
        assertThat(run(2_000, this::anyOfTheFirstHalf)).hasSize(1);
        accept();
        assertThat(run(400_000, this::anyOfTheFirstHalf)).isEmpty();
        assertThat(run(2_000, this::any)).hasSize(1);
    }

    @Test
    void saysBetweenWhichTimesAChangeBegan() {
        run(20_300, this::any);
        assertThat(run(3_000, this::anyOfTheFirstHalf)).singleElement().satisfies(alert -> {
            assertThat(alert.sinceEarliest()).isBetween(18_000L, 20_300L);
            assertThat(alert.sinceLatest()).isBetween(20_300L, 22_100L);
            assertThat(alert.since()).isBetween(alert.sinceEarliest(), alert.sinceLatest());
        });
    }

    @Test
    void aChangeThatComesAgainIsKnown() {
        run(20_000, this::any);
        assertThat(run(5_000, this::anyOfTheFirstHalf)).hasSize(1);
        assertThat(run(20_000, this::any)).hasSize(1);
        assertThat(run(5_000, this::anyOfTheFirstHalf)).isEmpty();
    }

    private void test(int images, IntUnaryOperator classOf) {
        Map<String, Long> counts = new HashMap<>();
        for (int i = 0; i < images; i++) {
            counts.merge("class " + classOf.applyAsInt(i), 1L, Long::sum);
        }
        monitor.baseline(counts, 0);
    }

    @Test
    void whatIsOtherThanTheTestFromTheFirstIsToldAndWhenItIsOver() {
        test(2_000, this::any);
        List<DriftAlert> alerts = run(8_000, this::anyOfTheFirstHalf);
        assertThat(alerts).singleElement().satisfies(alert -> {
            assertThat(alert.status()).isEqualTo(Status.OPEN);
            assertThat(alert.reference()).isEqualTo("test");
            assertThat(alert.since()).as("the first").isLessThan(100);
            assertThat(alert.observations()).isEqualTo(5_000);
            assertThat(alert.evidence()).contains("2,000 images of the test");
        });
        assertThat(run(20_000, this::any)).singleElement().satisfies(over -> {
            assertThat(over.status()).isEqualTo(Status.CLOSED);
            assertThat(over.evidence()).isEqualTo("as in the test");
        });
        assertThat(run(3_000, this::anyOfTheFirstHalf))
                .as("what is as in the test is usual")
                .extracting(DriftAlert::reference)
                .containsExactly("tags-before");
    }

    @Test
    void whatStaysOtherThanTheTestIsUsualOneDay() {
        test(2_000, this::any);
        assertThat(run(100_000, this::anyOfTheFirstHalf))
                .extracting(DriftAlert::status)
                .containsExactly(Status.OPEN, Status.CLOSED);
    }

    @Test
    void aChangeRightAfterTheFirstWindowsIsTold() {
        int told = 0;
        for (int seed = 0; seed < 40; seed++) {
            random = new SplittableRandom(seed);
            monitor = new MixMonitor(Kind.PREDICTIONS);
            assertThat(run(6_000, this::any)).isEmpty();
            told += run(5_000, this::anyOfTheFirstHalf).isEmpty() ? 0 : 1;
        }
        assertThat(told).isGreaterThanOrEqualTo(37);
    }

    @Test
    void aReferenceOfMoreWindowsThanAreKeptIsOneOfAsManyAsAre() {
        DriftSettings many = DriftSettings.of(100_000, Duration.ZERO, 100_000, 1000);
        List<DriftAlert> alerts = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            Map<String, Long> counts = new HashMap<>();
            for (int j = 0; j < 1000; j++) {
                int truth = i < 45 ? any(j) : anyOfTheFirstHalf(j);
                counts.merge("class " + truth, 1L, Long::sum);
            }
            monitor.add(counts, 0, i, "v1", many).ifPresent(alerts::add);
        }
        assertThat(alerts).extracting(DriftAlert::status).containsExactly(Status.OPEN);
    }

    @Test
    void aTestOfFewImagesIsNoReference() {
        test(15, this::anyOfTheFirstHalf);
        assertThat(run(20_000, this::any)).isEmpty();
    }

    @Test
    void asInTheTestIsNoAlarm() {
        test(6_000, this::any);
        assertThat(run(50_000, this::any)).isEmpty();
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

    @Test
    void theIndexOfTwoSamplesIsOnAverageWhatItIsByChance() {
        double index = 0;
        double byChance = 0;
        for (int i = 0; i < 2_000; i++) {
            MixComparison found = MixComparison.of(sample(5_000), sample(1_000));
            index += found.stabilityIndex();
            byChance += found.indexByChance();
        }
        assertThat(index / byChance).isCloseTo(1, within(0.05));
    }

    private Map<String, Long> sample(int tags) {
        Map<String, Long> counts = new HashMap<>();
        for (int i = 0; i < tags; i++) {
            counts.merge("class " + random.nextInt(10), 1L, Long::sum);
        }
        return counts;
    }

    /** In windows so small that by chance each differs enough to be told of. */
    @Test
    void asManyWindowsAreToldOfByChanceAsIsSaid() {
        double chance = 0.02;
        DriftSettings often = new DriftSettings(100 / chance, 0, 4000, 100);
        int windows = 0;
        int alerts = 0;
        for (int stream = 0; stream < 40; stream++) {
            MixMonitor one = new MixMonitor(Kind.PREDICTIONS);
            for (int i = 0; i < 200; i++) {
                Map<String, Long> counts = new HashMap<>();
                for (int tag = 0; tag < 100; tag++) {
                    counts.merge("class " + random.nextInt(CLASSES), 1L, Long::sum);
                }
                boolean wasOpen = one.open().isPresent();
                one.add(counts, 0, i, "v1", often);
                windows += wasOpen || i < 40 ? 0 : 1;
                alerts += !wasOpen && one.open().isPresent() ? 1 : 0;
            }
        }
        assertThat(alerts / (double) windows).isBetween(chance / 3, chance * 3);
    }

    private int anyOfTheFirstQuarter(int unused) {
        return random.nextInt(CLASSES / 4);
    }

    private void accept() {
        assertThat(monitor.accept((long) tags * millisPerTag)).hasValueSatisfying(closed -> {
            assertThat(closed.status()).isEqualTo(Status.CLOSED);
            assertThat(closed.evidence()).isEqualTo(DriftAlert.ACCEPTED);
            assertThat(closed.observations()).isPositive();
        });
        assertThat(monitor.open()).isEmpty();
        assertThat(monitor.accept((long) tags * millisPerTag)).as("once").isEmpty();
    }

    @Test
    void anAcceptedChangeIsUsualAtOnceAndAFurtherOneIsNot() {
        run(40_000, this::any);
        assertThat(run(3_000, this::anyOfTheFirstHalf)).hasSize(1);
        accept();
        assertThat(run(30_000, this::anyOfTheFirstHalf)).isEmpty();
        assertThat(run(3_000, this::anyOfTheFirstQuarter))
                .extracting(DriftAlert::reference)
                .containsExactly("tags-before");
    }

    @Test
    void aChangeThatIsAcceptedInItsFirstWindowIsUsual() {
        run(40_500, this::any);
        while (monitor.open().isEmpty()) {
            run(50, this::anyOfTheFirstHalf);
        }
        accept();
        assertThat(run(30_000, this::anyOfTheFirstHalf)).isEmpty();
        assertThat(run(3_000, this::any)).as("another again").hasSize(1);
    }

    @Test
    void whatIsOtherThanTheTestIsUsualOnceItIsAccepted() {
        test(2_000, this::any);
        assertThat(run(6_000, this::anyOfTheFirstHalf)).hasSize(1);
        accept();
        assertThat(run(30_000, this::anyOfTheFirstHalf)).isEmpty();
        assertThat(run(3_000, this::anyOfTheFirstQuarter)).hasSize(1);
        accept();
        assertThat(run(30_000, this::anyOfTheFirstQuarter))
                .as("nor is it compared with the test again")
                .isEmpty();
    }
}
