package org.catalogtagger.streaming.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BetaShareTest {
    /** By its definition: factorials, the half, and the step from one number to the next. */
    @Test
    void logGammaIsThatOfItsDefinition() {
        double factorial = 0;
        for (int i = 1; i < 5000; i++) {
            factorial += Math.log(i);
            assertThat(BetaShare.logGamma(i + 1)).isCloseTo(factorial, within(1e-11 * Math.max(1, factorial)));
        }
        double ofHalf = Math.log(Math.PI) / 2;
        for (double x = 0.5; x < 3000; x++) {
            assertThat(BetaShare.logGamma(x)).isCloseTo(ofHalf, within(1e-10 * Math.max(1, ofHalf)));
            ofHalf += Math.log(x);
        }
    }

    /** Tag by tag: each makes the next of its kind more likely (Pólya's urn). */
    @Property(tries = 200)
    void likelihoodIsTheProductOfPredictions(
            @ForAll @DoubleRange(min = 0.3, max = 500) double right,
            @ForAll @DoubleRange(min = 0.3, max = 500) double wrong,
            @ForAll @IntRange(max = 60) int tags,
            @ForAll @IntRange(max = 60) int most) {
        int ofThemRight = Math.min(tags, most);
        double expected = 0;
        for (int i = 0; i < tags; i++) {
            expected += i < ofThemRight
                    ? Math.log((right + i) / (right + wrong + i))
                    : Math.log((wrong + i - ofThemRight) / (right + wrong + i));
        }
        BetaShare share = new BetaShare(right, wrong);
        assertThat(share.logLikelihood(tags, ofThemRight)).isCloseTo(expected, within(1e-8));
        BetaShare fallen = share.fallen(0.64);
        assertThat(fallen.logLikelihoodOver(share, tags, ofThemRight))
                .isCloseTo(fallen.logLikelihood(tags, ofThemRight) - expected, within(1e-8));
    }

    @Test
    void fallsByLogits() {
        BetaShare share = new BetaShare(85, 15).fallen(1.12);
        assertThat(share.mean()).isCloseTo(0.65, within(0.005));
        assertThat(share.tags()).isCloseTo(100, within(1e-9));
    }

    /** As many logits as it has fallen by are a standard deviation of 0.16 at 0.8, if it was sure before. */
    @Test
    void whatHasFallenSomehowIsNoSurerThanTheFallIsAlikeEverywhere() {
        BetaShare fallen = new BetaShare(1e6, 1e5).fallenSomehow(1);
        assertThat(fallen.mean()).isCloseTo(BetaShare.fallen(10 / 11.0, 1), within(1e-9));
        double mean = fallen.mean();
        assertThat(Math.sqrt(mean * (1 - mean) / (fallen.tags() + 1))).isCloseTo(mean * (1 - mean), within(1e-3));

        BetaShare unsure = new BetaShare(1.6, 0.4);
        assertThat(unsure.fallenSomehow(0.1).tags()).isBetween(1.9, 2.0);
        assertThat(unsure.fallenSomehow(6).tags()).isEqualTo(1);
    }
}
