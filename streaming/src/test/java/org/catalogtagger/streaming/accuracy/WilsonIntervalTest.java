package org.catalogtagger.streaming.accuracy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.statistics.interval.BinomialConfidenceInterval;
import org.apache.commons.statistics.interval.Interval;
import org.junit.jupiter.api.Test;

class WilsonIntervalTest {
    @Property(tries = 500)
    void isWhatTheLibraryFinds(@ForAll @IntRange(max = 100_000) int part, @ForAll @IntRange(max = 1_000_000) int more) {
        int whole = Math.max(1, part + more);
        Interval expected = BinomialConfidenceInterval.WILSON_SCORE.fromErrorRate(whole, part, 0.05);
        WilsonInterval found = WilsonInterval.of(part, whole);
        assertThat(found.lower()).isCloseTo(expected.getLowerBound(), within(1e-9));
        assertThat(found.upper()).isCloseTo(expected.getUpperBound(), within(1e-9));
        assertThat(found.lower()).isBetween(0.0, found.upper());
        assertThat(found.upper()).isBetween(0.0, 1.0);
    }

    @Test
    void takesMoreThanAnIntHolds() {
        WilsonInterval interval = WilsonInterval.of(30_000_000_000L, 40_000_000_000L);
        assertThat(interval.lower()).isCloseTo(0.75, within(1e-5)).isLessThan(0.75);
        assertThat(interval.upper()).isCloseTo(0.75, within(1e-5)).isGreaterThan(0.75);
    }
}
