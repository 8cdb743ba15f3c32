package org.catalogtagger.streaming.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FallenClassesTest {
    private static double ofWatched(int fallen, int others, double evidence) {
        return FallenClasses.probabilities(classes(fallen, others, evidence)).getOrDefault("watched", Double.NaN);
    }

    private static Map<String, Double> classes(int fallen, int others, double evidence) {
        Map<String, Double> all = new HashMap<>();
        for (int i = 0; i < fallen; i++) {
            all.put("fallen " + i, 12.0);
        }
        for (int i = 0; i < others; i++) {
            all.put("other " + i, -3.0);
        }
        all.put("watched", evidence);
        return all;
    }

    @Test
    void littleEvidenceIsEnoughWhereMostHaveFallen() {
        assertThat(ofWatched(40, 11, 4)).isGreaterThan(FallenClasses.CERTAIN);
        assertThat(ofWatched(1, 50, 4)).isLessThan(0.9);
    }

    /**
     * The share of classes that have fallen is the likeliest there is, if one more class is known to have not: by trying all shares. In fifty rounds it is as
     * near as decides nothing.
     */
    @Test
    void theShareIsTheLikeliest() {
        for (int fallen : new int[] {0, 3, 20, 50}) {
            Map<String, Double> classes = classes(fallen, 51 - fallen, 1.5);
            double likeliest = 0;
            double most = Double.NEGATIVE_INFINITY;
            for (double share = 0.0005; share < 1; share += 0.0005) {
                double likelihood = Math.log(1 - share);
                for (double one : classes.values()) {
                    likelihood += Math.log(share * Math.exp(one) + 1 - share);
                }
                likeliest = likelihood > most ? share : likeliest;
                most = Math.max(most, likelihood);
            }
            double expected = likeliest * Math.exp(1.5) / (likeliest * Math.exp(1.5) + 1 - likeliest);
            assertThat(ofWatched(fallen, 51 - fallen, 1.5)).isCloseTo(expected, within(0.02));
        }
    }

    @Test
    void ofAloneClassNothingIsConcluded() {
        assertThat(ofWatched(0, 0, 3)).isLessThan(FallenClasses.CERTAIN);
    }
}
