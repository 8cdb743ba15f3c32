package org.catalogtagger.streaming.drift;

import static org.assertj.core.api.Assertions.assertThat;

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

    @Test
    void ofAloneClassNothingIsConcluded() {
        assertThat(ofWatched(0, 0, 3)).isLessThan(FallenClasses.CERTAIN);
    }
}
