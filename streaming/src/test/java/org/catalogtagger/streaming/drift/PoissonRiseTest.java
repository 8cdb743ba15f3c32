package org.catalogtagger.streaming.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.statistics.distribution.PoissonDistribution;
import org.junit.jupiter.api.Test;

/** By the probabilities of the library's Poisson distribution. */
class PoissonRiseTest {
    @Property(tries = 200)
    void evidenceIsTheRatioOfTwoProbabilities(
            @ForAll @DoubleRange(min = 0.1, max = 2) double rise,
            @ForAll @IntRange(max = 200) int tags,
            @ForAll @DoubleRange(min = 0.1, max = 100) double expected) {
        double ratio = PoissonDistribution.of(expected * Math.exp(rise)).logProbability(tags)
                - PoissonDistribution.of(expected).logProbability(tags);
        assertThat(PoissonRise.logEvidence(rise, tags, expected)).isCloseTo(ratio, within(1e-8));
    }

    /** The mean of what speaks against a rise, over all numbers that there may be. */
    @Test
    void informationIsTheMeanEvidenceAgainstARiseThatIsNone() {
        double expected = 3;
        for (double rise : new double[] {0.35, 1.12, 1.94}) {
            double mean = IntStream.range(0, 100)
                    .mapToDouble(tags -> -PoissonDistribution.of(expected).probability(tags)
                            * PoissonRise.logEvidence(rise, tags, expected))
                    .sum();
            assertThat(PoissonRise.information(rise)).isCloseTo(mean / expected, within(1e-9));
        }
    }

    @Test
    void theLikeliestRiseIsTheNearest() {
        for (int i = 0; i < FalseAlarms.falls(); i++) {
            double rise = FalseAlarms.logits(i);
            assertThat(PoissonRise.likeliest(100 * Math.exp(rise), 100)).isEqualTo(rise);
        }
        assertThat(PoissonRise.likeliest(90, 100)).as("none").isEqualTo(FalseAlarms.logits(0));
    }

    @Test
    void asManyAsAreExpectedSpeakAgainstARiseOnceTheyAreMany() {
        FalseAlarms alarms = new FalseAlarms(100_000, 1000);
        double rise = 1.12;
        int fewest = IntStream.iterate(1, n -> n + 1)
                .filter(n -> PoissonRise.speaksAgainst(rise, n, n, 1, alarms))
                .findFirst()
                .orElseThrow();
        // Each speaks against it with its information, and a false alarm is in so many of them.
        double needed = Math.log(100_000 * PoissonRise.information(rise));
        assertThat(fewest).isEqualTo((int) Math.ceil(needed / PoissonRise.information(rise)));
        assertThat(PoissonRise.speaksAgainst(rise, fewest, fewest, 0.5, alarms))
                .as("tags that are alike are worth less")
                .isFalse();
    }
}
