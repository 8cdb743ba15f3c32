package org.catalogtagger.training.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class McNemarTest {
    @Property(tries = 200)
    void isTheBinomialTestInWholeNumbers(
            @ForAll @IntRange(min = 0, max = 300) int onlyFirst, @ForAll @IntRange(min = 0, max = 300) int onlySecond) {
        int all = onlyFirst + onlySecond;
        BigInteger coefficient = BigInteger.ONE;
        BigInteger tail = BigInteger.ONE;
        for (int i = 0; i < Math.min(onlyFirst, onlySecond); i++) {
            coefficient = coefficient.multiply(BigInteger.valueOf(all - i)).divide(BigInteger.valueOf(i + 1));
            tail = tail.add(coefficient);
        }
        double exact = new BigDecimal(tail.shiftLeft(1))
                .divide(new BigDecimal(BigInteger.ONE.shiftLeft(all)), MathContext.DECIMAL64)
                .doubleValue();
        double expected = Math.min(1, exact);
        assertThat(McNemar.probability(onlyFirst, onlySecond)).isCloseTo(expected, within(1e-10 * expected));
    }

    @Test
    void manyImagesAreNoTrouble() {
        assertThat(McNemar.probability(100_000, 100_000)).isEqualTo(1);
        assertThat(McNemar.probability(99_000, 101_000)).isBetween(7e-6, 9e-6);
        assertThat(McNemar.probability(0, 5000)).isZero();
    }
}
