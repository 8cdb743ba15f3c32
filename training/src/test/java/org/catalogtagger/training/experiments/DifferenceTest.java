package org.catalogtagger.training.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.statistics.inference.TTest;
import org.junit.jupiter.api.Test;

class DifferenceTest {
    /** The first example of Newcombe's table II: 56 of 70 and 48 of 80, method 10. */
    @Test
    void hasTheIntervalThatNewcombePrints() {
        Difference difference = Difference.ofShares(56.0 / 70, 70, 48.0 / 80, 80);
        assertThat(difference.value()).isEqualTo(0.2, within(1e-9));
        assertThat(difference.lower()).isEqualTo(0.0524, within(5e-5));
        assertThat(difference.upper()).isEqualTo(0.3339, within(5e-5));
        assertThat(difference.isAbove()).isTrue();
    }

    @Property
    void ofSharesIsTheOtherWayRoundWhenTheyAre(
            @ForAll @IntRange(min = 0, max = 50) int right, @ForAll @IntRange(min = 0, max = 80) int otherRight) {
        Difference one = Difference.ofShares(right / 50.0, 50, otherRight / 80.0, 80);
        Difference other = Difference.ofShares(otherRight / 80.0, 80, right / 50.0, 50);
        assertThat(other.value()).isEqualTo(-one.value(), within(1e-12));
        assertThat(other.lower()).isEqualTo(-one.upper(), within(1e-12));
        assertThat(one.lower()).isBetween(-1.0 - 1e-12, one.value());
        assertThat(one.isBelow()).isEqualTo(other.isAbove());
    }

    /** The interval leaves out zero where the test of the same name says that the means differ. */
    @Property
    void ofMeansAgreesWithWelchsTest(
            @ForAll @IntRange(min = 2, max = 6) int repeats,
            @ForAll @IntRange(min = 2, max = 6) int otherRepeats,
            @ForAll long seed) {
        Random random = new Random(seed);
        List<Double> one = gaussians(random, repeats, 0);
        List<Double> other = gaussians(random, otherRepeats, 1.5);
        Difference difference = Difference.ofMeans(one, other);
        double byChance = TTest.withDefaults().test(array(one), array(other)).getPValue();
        assertThat(difference.isAbove() || difference.isBelow()).isEqualTo(byChance < 0.05);
    }

    @Test
    void repeatsThatDoNotVaryLeaveNoDoubt() {
        assertThat(Difference.ofMeans(List.of(0.5, 0.5), List.of(0.4, 0.4)).isAbove())
                .isTrue();
        assertThat(Difference.ofMeans(List.of(0.5, 0.5), List.of(0.5, 0.5)).isAbove())
                .isFalse();
    }

    @Test
    void theWiderIntervalOfTwoCounts() {
        Difference images = new Difference(0.1, 0.05, 0.12);
        Difference repeats = new Difference(0.1, -0.01, 0.11);
        assertThat(images.orWider(repeats)).isEqualTo(new Difference(0.1, -0.01, 0.12));
    }

    private static List<Double> gaussians(Random random, int count, double mean) {
        return Stream.generate(() -> mean + random.nextGaussian()).limit(count).toList();
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
