package org.catalogtagger.streaming.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RiseByTruthTest {
    private final RiseByTruth rise = new RiseByTruth();

    @Test
    void withoutTagsTheShareIsGuessed() {
        assertThat(rise.share("Shirts", 0.3)).isCloseTo(0.3, within(1e-9));
        assertThat(rise.share("Shirts", 7)).as("no more than nearly all").isEqualTo(0.95);
        assertThat(rise.truths()).isEmpty();
    }

    @Test
    void withManyItIsTheirs() {
        rise.begin("Shirts", 10, 4);
        for (int i = 0; i < 990; i++) {
            rise.see("Shirts", 1);
            rise.give("Shirts", i % 5 == 0 ? 1 : 0);
        }
        assertThat(rise.truths()).containsExactly("Shirts");
        assertThat(rise.wrong("Shirts")).isEqualTo(1000);
        assertThat(rise.share("Shirts", 0.9)).isCloseTo(0.2, within(0.01));
    }

    @Test
    void thereAreNoFewerWrongTagsThanThoseWithTheLabel() {
        rise.begin("Shirts", 2, 8);
        assertThat(rise.wrong("Shirts")).isEqualTo(8);
        rise.see("Ties", -1);
        rise.give("Ties", 1);
        assertThat(rise.share("Ties", 0.1)).as("nothing is known").isCloseTo(0.1, within(1e-9));
        rise.forget();
        assertThat(rise.wrong("Shirts")).isZero();
    }
}
