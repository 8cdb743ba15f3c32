package org.catalogtagger.streaming.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class CommonFallTest {
    @Property(tries = 200)
    void findsTheLogitsThatSharesHaveFallenBy(
            @ForAll @DoubleRange(min = 0.1, max = 0.99) double first,
            @ForAll @DoubleRange(min = 0.1, max = 0.99) double second,
            @ForAll @DoubleRange(min = 0, max = 7) double logits) {
        double right = 300 * BetaShare.fallen(first, logits) + 100 * BetaShare.fallen(second, logits);
        assertThat(CommonFall.logits(x -> 300 * BetaShare.fallen(first, x) + 100 * BetaShare.fallen(second, x) - right))
                .isCloseTo(logits, within(2e-4));
    }

    @Test
    void whereNothingIsMissingNothingHasFallen() {
        assertThat(CommonFall.logits(x -> -1 - x)).isZero();
    }
}
