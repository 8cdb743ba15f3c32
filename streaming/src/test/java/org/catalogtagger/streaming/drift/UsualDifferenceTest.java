package org.catalogtagger.streaming.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.catalogtagger.streaming.drift.DriftAlert.Kind;
import org.junit.jupiter.api.Test;

class UsualDifferenceTest {
    private static final double CHANCE = 1e-4;
    private static final UsualDifference STANDARD = new UsualDifference(0, 1, 10);

    /** As printed in tables of Student's t: of 10 degrees of freedom, one side. */
    @Test
    void chanceIsOfStudentsDistribution() {
        assertThat(STANDARD.chance(0)).isCloseTo(0.5, within(1e-9));
        assertThat(STANDARD.chance(1.812)).isCloseTo(0.05, within(1e-4));
        assertThat(STANDARD.chance(2.764)).isCloseTo(0.01, within(1e-4));
        assertThat(new UsualDifference(3, 2, 10).chance(3 + 2 * 4.144)).isCloseTo(0.001, within(1e-5));
    }

    /** The belief weighs as four windows: (4 * 1 + 8) / (4 + 3 - 1), of a next one whose mean is known from three. */
    @Test
    void fewWindowsThatDifferAsBelievedAreHalfBelief() {
        UsualDifference usual = UsualDifference.of(List.of(-1.0, 1.0, 3.0), 1);

        assertThat(usual.mean()).isEqualTo(1);
        assertThat(usual.degrees()).isEqualTo(6);
        assertThat(usual.deviation()).isCloseTo(Math.sqrt(4 * (1 + 1.0 / 3)), within(1e-12));
    }

    @Test
    void windowsThatDifferMoreAreNotMadeAlikeByTheBelief() {
        List<Double> found = List.of(-10.0, 10.0, -10.0, 10.0);

        assertThat(UsualDifference.of(found, 1e-9).deviation())
                .isCloseTo(Math.sqrt(400.0 / 3 * (1 + 1.0 / 4)), within(1e-9));
    }

    @Test
    void windowsThatDifferLessAreStillBelievedToDiffer() {
        assertThat(UsualDifference.of(List.of(2.0, 2.0, 2.0, 2.0, 2.0), 1).deviation())
                .isCloseTo(Math.sqrt(4.0 / 8 * (1 + 1.0 / 5)), within(1e-12));
    }

    /** Of normal differences one in twenty is as unlikely as one in twenty, or fewer: what is believed is true here. */
    @Test
    void chancesAreThoseOfNormalDifferences() {
        Random random = new Random(1);
        int trials = 20_000;
        int unlikely = 0;
        for (int i = 0; i < trials; i++) {
            List<Double> found = DoubleStream.generate(() -> 5 + 2 * random.nextGaussian())
                    .limit(6)
                    .boxed()
                    .toList();
            if (UsualDifference.of(found, 4).chance(5 + 2 * random.nextGaussian()) < 0.05) {
                unlikely++;
            }
        }
        assertThat((double) unlikely / trials).isBetween(0.03, 0.052);
    }

    /**
     * A change by 4 deviations: a window as before speaks with 8 nats for its end, and ln(8 / 0.0001) = 11.3 are asked for.
     */
    @Test
    void changeIsOverByTheEvidenceThatOpenedIt() {
        List<Double> changed = List.of(3.0, 5.0);

        assertThat(STANDARD.isAsBefore(changed, List.of(0.0), CHANCE)).isFalse();
        assertThat(STANDARD.isAsBefore(changed, List.of(0.0, 0.0), CHANCE)).isTrue();
        assertThat(STANDARD.isAsBefore(changed, List.of(1.0, 0.0), CHANCE)).isTrue();
        assertThat(STANDARD.isAsBefore(changed, List.of(1.0, 0.4), CHANCE)).isFalse();
    }

    @Test
    void whatWasNoChangeIsOver() {
        assertThat(STANDARD.isAsBefore(List.of(-0.5), List.of(3.0), CHANCE)).isTrue();
    }

    @Property
    void changeThatGoesOnIsNotOver(
            @ForAll @DoubleRange(min = 0.1, max = 20) double change, @ForAll @Size(max = 30) List<Boolean> windows) {
        List<Double> calm = windows.stream().map(any -> change).toList();

        assertThat(STANDARD.isAsBefore(List.of(change), calm, CHANCE)).isFalse();
    }

    @Property
    void moreWindowsAsBeforeNeverSayLess(@ForAll @DoubleRange(min = 0.1, max = 20) double change) {
        boolean was = false;
        for (int windows = 0; windows < 2_000; windows += 20) {
            boolean is = STANDARD.isAsBefore(
                    List.of(change), Stream.generate(() -> 0.0).limit(windows).toList(), CHANCE);
            assertThat(is).as("%d windows", windows).isIn(was, true);
            was = is;
        }
        assertThat(was).as("a change by %s in the end", change).isEqualTo(change * change * 1_980 / 2 >= asked(change));
    }

    private static double asked(double change) {
        return Math.log(Math.max(1, change * change / 2 / CHANCE));
    }

    /** Each window is measured against those before it only: the last one against all. */
    @Test
    void windowsAreMeasuredAsTheyCame() {
        WindowMeasure measure = WindowMeasure.of(Kind.PREDICTIONS);
        TagWindow shirts = window(900, 100);
        TagWindow socks = window(100, 900);

        UsualDifference usual = UsualDifference.of(List.of(shirts, shirts, shirts, socks), measure);

        TagWindow before = TagWindow.sumOf(List.of(shirts, shirts, shirts));
        double alike = measure.of(TagWindow.sumOf(List.of(shirts, shirts)), shirts);
        assertThat(usual.mean()).isCloseTo((alike + measure.of(before, socks)) / 2, within(1e-9));
    }

    private static TagWindow window(long shirts, long socks) {
        TagWindow window = new TagWindow();
        window.add(Map.of("shirts", shirts, "socks", socks), 0, 0);
        return window;
    }
}
