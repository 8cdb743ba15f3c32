package org.catalogtagger.streaming.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What the thresholds promise, beside the false alarms of simulated streams. Seeded. */
class FalseAlarmsTest {
    @Test
    void aMixtureIsTheLogarithmOfAWeightedMean() {
        assertThat(FalseAlarms.mixture(new double[] {1, -2, 0.5, 3}))
                .isCloseTo(
                        Math.log(0.4 * Math.exp(1) + 0.2 * Math.exp(-2) + 0.25 * Math.exp(0.5) + 0.15 * Math.exp(3)),
                        within(1e-12));
        assertThat(FalseAlarms.mixture(new double[] {2000, 2000, 2000, 2000})).isCloseTo(2000, within(1e-9));
    }

    /** Of one fall of known size: Page's CUSUM, which is the maximum over all beginnings. */
    @Test
    void theMaximumOfALikelihoodRatioPassesItsThresholdAsOftenAsIsAskedFor() {
        double every = 5_000;
        for (int fall = 0; fall < FalseAlarms.falls(); fall++) {
            double before = 0.85;
            double after = BetaShare.fallen(before, FalseAlarms.logits(fall));
            double threshold = new FalseAlarms(every, 1e9).logThreshold(BetaShare.divergence(before, after), 1e9);
            SplittableRandom random = new SplittableRandom(fall);
            int tags = 2_000_000;
            int alarms = 0;
            double sum = 0;
            for (int i = 0; i < tags; i++) {
                sum = Math.max(0, sum)
                        + (random.nextDouble() < before
                                ? Math.log(after / before)
                                : Math.log((1 - after) / (1 - before)));
                if (sum >= threshold) {
                    alarms++;
                    sum = 0;
                }
            }
            assertThat(alarms * every / tags).isBetween(1 / 3.0, 3.0);
        }
    }

    /**
     * A class whose test is what is known of it, no more and no less. What is stated is a bound: as many beginnings as the threshold counts are not
     * independent.
     */
    @Test
    void atTheStartAlarmsAreAsRareAsMonitorsAre() {
        double atStart = 25;
        int monitors = 1500;
        int tags = 256;
        FalseAlarms alarms = new FalseAlarms(1e12, atStart);
        BetaShare test = new BetaShare(60, 15);
        SplittableRandom random = new SplittableRandom(5);
        int opened = 0;
        for (int i = 0; i < monitors; i++) {
            double accuracy = beta(random, 60, 15);
            ClassMonitor monitor = new ClassMonitor("Shirts");
            monitor.baseline(test, 0, 0);
            Dispersion dispersion = new Dispersion(1);
            boolean isOpen = false;
            for (int tag = 0; tag < tags && !isOpen; tag++) {
                boolean isRight = random.nextDouble() < accuracy;
                monitor.add(tag, 1, isRight ? 1 : 0, dispersion);
                isOpen = !isRight && monitor.judge(tag, "v1", 1, alarms).isPresent();
            }
            opened += isOpen ? 1 : 0;
        }
        double stated = 0;
        double[] weights = {0.4, 0.2, 0.25, 0.15};
        for (int fall = 0; fall < weights.length; fall++) {
            double information = BetaShare.divergence(0.8, BetaShare.fallen(0.8, FalseAlarms.logits(fall)));
            // With the first tag, and as often again as the information doubles, by its natural logarithm.
            stated += weights[fall] * monitors / atStart * (1 + Math.log1p(information * tags));
        }
        assertThat((double) opened).isBetween(stated / 5, stated);
    }

    /** By its definition for whole numbers: the 60th smallest of 74 uniform ones. */
    private static double beta(SplittableRandom random, int right, int wrong) {
        return random.doubles(right + wrong - 1)
                .sorted()
                .skip(right - 1)
                .findFirst()
                .orElseThrow();
    }
}
