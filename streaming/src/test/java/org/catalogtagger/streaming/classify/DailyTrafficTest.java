package org.catalogtagger.streaming.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class DailyTrafficTest {
    private static final long HOUR = 3_600_000;
    private static final long DAY = 24 * HOUR;
    private static final long BEGIN = 1_700_000_000_000L;
    private static final double WANTED = 500;

    private final DailyTraffic traffic = new DailyTraffic();

    /** How many are to be expected among images that come one by one. */
    private double drawn(long... times) {
        double drawn = 0;
        for (long time : times) {
            traffic.add(1, time);
            drawn += Math.min(1, WANTED / traffic.perDay());
        }
        return drawn;
    }

    /** A day with so many images in each hour, spread evenly over a part of it. */
    private static long[] day(long begin, int[] byHour, double partOfHour) {
        LongStream.Builder times = LongStream.builder();
        for (int hour = 0; hour < byHour.length; hour++) {
            for (int i = 0; i < byHour[hour]; i++) {
                times.add(begin + hour * HOUR + Math.round(i * partOfHour * HOUR / byHour[hour]));
            }
        }
        return times.build().toArray();
    }

    /** Each hour's images may come in a minute, and all of a day's in an hour. */
    @Property(tries = 30)
    void whatRepeatsItselfFromDayToDayGivesAsManyADayAsAreWanted(
            @ForAll @Size(24) List<@IntRange(max = 2000) Integer> hours, @ForAll boolean isInBursts) {
        int[] byHour = hours.stream().mapToInt(Integer::intValue).toArray();
        // With fewer, all would be drawn where little has come for a while.
        byHour[7] += Math.max(0, 5000 - Arrays.stream(byHour).sum());
        DailyTrafficTest fresh = new DailyTrafficTest();
        for (int day = 0; day < 8; day++) {
            fresh.drawn(day(BEGIN + day * DAY, byHour, isInBursts ? 1 / 60.0 : 1));
        }
        assertThat(fresh.drawn(day(BEGIN + 8 * DAY, byHour, isInBursts ? 1 / 60.0 : 1)))
                .isCloseTo(WANTED, within(0.02 * WANTED));
    }

    @Property(tries = 30)
    void isTheSumOfFadingWeights(@ForAll @LongRange(max = 1_000_000) long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        DailyTraffic some = new DailyTraffic();
        long[] times = new long[4000];
        long time = BEGIN;
        for (int i = 0; i < times.length; i++) {
            time += random.nextInt(10) == 0 ? random.nextLong(1 + seed % HOUR) : random.nextLong(1000);
            times[i] = time;
            some.add(1, time);
        }
        double sum = 0;
        for (long each : times) {
            sum += Math.exp((each - time) / (double) DAY);
        }
        assertThat(some.perDay())
                .isCloseTo(
                        sum / (1 - Math.exp(-Math.max(HOUR, time - times[0]) / (double) DAY)), withinPercentage(1e-6));
    }

    @Test
    void twiceAsManyAsBeforeGiveOnceTheLogarithmOfTwoMore() {
        int[] quiet = new int[24];
        int[] busy = new int[24];
        Arrays.fill(quiet, 1000);
        Arrays.fill(busy, 2000);
        for (int day = 0; day < 10; day++) {
            drawn(day(BEGIN + day * DAY, quiet, 1));
        }
        double drawn = 0;
        for (int day = 10; day < 20; day++) {
            drawn += drawn(day(BEGIN + day * DAY, busy, 1));
        }
        assertThat(drawn - 10 * WANTED).isCloseTo(WANTED * Math.log(2), within(5.0));
    }

    @Test
    void beforeTheFirstNobodyKnowsHowMany() {
        assertThat(traffic.perDay()).isInfinite();
    }

    /** All of one event time, or in its first hour, and then little. */
    @Test
    void ofACatalogueThatComesAtOnceSomeAreDrawn() {
        long[] atOnce = new long[1_000_000];
        Arrays.fill(atOnce, BEGIN);
        assertThat(drawn(atOnce)).isBetween(0.3 * WANTED, 0.6 * WANTED);
        int[] byHour = new int[24];
        Arrays.fill(byHour, 500);
        byHour[0] = 100_000;
        DailyTrafficTest fresh = new DailyTrafficTest();
        assertThat(fresh.drawn(day(BEGIN, byHour, 1))).isBetween(0.3 * WANTED, WANTED);
    }

    /** A million within ten minutes, once a week. */
    @Test
    void whatComesOnceAWeekIsDrawnFromEachTime() {
        for (int week = 0; week < 5; week++) {
            long[] times = LongStream.range(0, 1_000_000)
                    .map(i -> i * 600_000 / 1_000_000)
                    .toArray();
            long begin = BEGIN + 7L * week * DAY;
            double drawn = drawn(Arrays.stream(times).map(time -> begin + time).toArray());
            assertThat(drawn).as("week %d", week).isBetween(0.3 * WANTED, 2.1 * WANTED);
        }
    }

    /** From eight to six on five days of seven: what the nights and the weekend, two days of it, would have drawn is made up for. */
    @Test
    void aWeekWithAWeekendDrawsAsManyAsItHasDays() {
        int[] byHour = new int[24];
        Arrays.fill(byHour, 8, 18, 5000);
        double drawn = 0;
        for (int day = 0; day < 35; day++) {
            double ofDay = day % 7 < 5 ? drawn(day(BEGIN + day * DAY, byHour, 1)) : 0;
            drawn += day >= 28 ? ofDay : 0;
        }
        assertThat(drawn).isBetween(5.5 * WANTED, 7.1 * WANTED);
    }

    @Test
    void anEventOfEarlierChangesNoTime() {
        traffic.add(100, BEGIN);
        traffic.add(100, BEGIN + HOUR);
        traffic.add(100, BEGIN - 1000 * DAY);
        assertThat(traffic.perDay())
                .isCloseTo((100 * Math.exp(-1 / 24.0) + 200) / (1 - Math.exp(-1 / 24.0)), within(1e-6));
    }

    /** Otherwise all would be drawn of what comes after it. */
    @Test
    void aLongPauseIsNoMoreThanTwoDays() {
        int[] byHour = new int[24];
        Arrays.fill(byHour, 10_000);
        for (int day = 0; day < 5; day++) {
            drawn(day(BEGIN + day * DAY, byHour, 1));
        }
        assertThat(drawn(day(BEGIN + 300 * DAY, byHour, 1))).isBetween(WANTED, 3 * WANTED);
    }

    /** Its draws are made up for. */
    @Test
    void aNightWithoutImagesIsPartOfADay() {
        int[] byHour = new int[24];
        Arrays.fill(byHour, 8, 20, 5000);
        drawn(day(BEGIN, byHour, 1));
        drawn(day(BEGIN + DAY, byHour, 1));
        assertThat(drawn(day(BEGIN + 2 * DAY, byHour, 1))).isCloseTo(WANTED, within(0.1 * WANTED));
    }

    @Test
    void goesOnWhereItWas() {
        traffic.add(100, BEGIN);
        traffic.add(50, BEGIN + HOUR);
        DailyTraffic restored = DailyTraffic.of(traffic.state());
        assertThat(restored.perDay()).isEqualTo(traffic.perDay());
        restored.add(7, BEGIN + 2 * HOUR);
        traffic.add(7, BEGIN + 2 * HOUR);
        assertThat(restored.perDay()).isEqualTo(traffic.perDay());
        assertThat(DailyTraffic.of(new DailyTraffic().state()).perDay()).isInfinite();
    }
}
