package org.catalogtagger.streaming.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuditTest {
    private static final int PRODUCTS = 20_000;

    @ParameterizedTest
    @ValueSource(doubles = {0.001, 0.01, 0.25, 0.9})
    void soManyAreDrawnWhateverIdsLookLike(double share) {
        Audit audit = new Audit(share, 0, 0);
        BinomialDistribution expected = BinomialDistribution.of(PRODUCTS, share);
        for (IntFunction<String> ids : List.<IntFunction<String>>of(
                Integer::toString, "sku-%08d"::formatted, i -> "https://shop/é/" + i * 1000)) {
            int drawn = (int) IntStream.range(0, PRODUCTS)
                    .filter(i -> audit.draws(ids.apply(i), share))
                    .count();
            assertThat(drawn)
                    .isBetween(
                            expected.inverseCumulativeProbability(1e-6),
                            expected.inverseCumulativeProbability(1 - 1e-6));
        }
    }

    @Test
    void whoIsDrawnIsDrawnAgainAndBelongsToALargerAuditToo() {
        Audit audit = new Audit(0.05, 0, 0);
        for (int i = 0; i < PRODUCTS; i++) {
            String product = "p" + i;
            boolean isDrawn = audit.draws(product, 0.01);
            assertThat(new Audit(0, 500, 0).draws(product, 0.01)).isEqualTo(isDrawn);
            assertThat(isDrawn && !audit.draws(product, 0.05)).isFalse();
        }
    }

    @Test
    void withAnotherSeedOthersAreDrawn() {
        Audit first = new Audit(0.1, 0, 1);
        Audit second = new Audit(0.1, 0, 2);
        long both = IntStream.range(0, PRODUCTS)
                .mapToObj(Integer::toString)
                .filter(product -> first.draws(product, 0.1) && second.draws(product, 0.1))
                .count();
        BinomialDistribution expected = BinomialDistribution.of(PRODUCTS, 0.01);
        assertThat((int) both)
                .isBetween(
                        expected.inverseCumulativeProbability(1e-6), expected.inverseCumulativeProbability(1 - 1e-6));
    }

    @Test
    void allOrNone() {
        assertThat(new Audit(1, 0, 0).draws("7", 1)).isTrue();
        assertThat(Audit.NONE.draws("7", 0)).isFalse();
        assertThatThrownBy(() -> new Audit(1.5, 0, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Audit(Double.NaN, 0, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Audit(0, -1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Audit(0.1, 1, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
