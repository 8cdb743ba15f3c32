package org.catalogtagger.streaming.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class DispersionTest {
    private final SplittableRandom random = new SplittableRandom(1);

    private double of(IntToDoubleFunction accuracy, int tags) {
        Dispersion dispersion = new Dispersion(1);
        Dispersion.Series series = new Dispersion.Series();
        for (int i = 0; i < tags; i++) {
            double right = random.nextDouble() < accuracy.applyAsDouble(i) ? 1 : 0;
            series.add(1, right - 0.8, 0.8 * 0.2, dispersion);
        }
        return dispersion.value();
    }

    @Test
    void independentTagsAreWorthThemselves() {
        assertThat(of(i -> 0.8, 50_000)).isBetween(1.0, 1.1);
    }

    @Test
    void aFallIsNoDispersion() {
        assertThat(of(i -> i < 25_000 ? 0.8 : 0.6, 50_000)).isLessThan(1.5);
    }

    /** Half of the runs of 32 are right at 0.9, half at 0.7: 1 + 31 · 0.01 / 0.16, and the blocks of 128 have as much. */
    @Test
    void runsAreWorthLess() {
        double[] quality = new double[1];
        double found = of(
                i -> {
                    quality[0] = i % 32 == 0 ? (random.nextBoolean() ? 0.9 : 0.7) : quality[0];
                    return quality[0];
                },
                200_000);
        assertThat(found).isCloseTo(1 + 31 * 0.01 / 0.16, within(0.4));
    }

    /** What the text says of it: src/site/drift.md. */
    @Test
    void isBelievedAtFirst() {
        assertThat(new Dispersion(1).value()).isEqualTo(1);
        assertThat(new Dispersion(Dispersion.OF_ACCURACY).value()).isCloseTo(6, within(0.2));
        assertThat(new Dispersion(ConfusionMonitors.DISPERSION_AT_FIRST).value())
                .isCloseTo(3, within(0.1));
    }

    /** A version before wrote it, and believed less. */
    @Test
    void theBeliefIsNotOfTheState() throws Exception {
        Dispersion dispersion = new Dispersion(Dispersion.OF_ACCURACY);
        JsonMapper.builder()
                .visibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY)
                .build()
                .readerForUpdating(dispersion)
                .without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .readValue("{\"atFirst\": 1, \"squares\": [0, 0], \"differences\": [0, 0]}");
        assertThat(dispersion.value()).isEqualTo(new Dispersion(Dispersion.OF_ACCURACY).value());
    }
}
