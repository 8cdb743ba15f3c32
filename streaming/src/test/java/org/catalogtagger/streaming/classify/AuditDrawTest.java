package org.catalogtagger.streaming.classify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.catalogtagger.streaming.classify.AuditEvent.Probability;
import org.catalogtagger.streaming.classify.AuditEvent.Traffic;
import org.catalogtagger.streaming.events.Audit;
import org.junit.jupiter.api.Test;

class AuditDrawTest {
    private static final long NOW = 1_700_000_000_000L;

    private final List<Traffic> told = new ArrayList<>();

    @Test
    void ofAShareNobodyNeedsToKnowHowManyCome() {
        AuditDraw draw = new AuditDraw(new Audit(1, 0, 0), told::add);
        assertThat(draw.draws("7")).isTrue();
        assertThat(draw.probability()).isEqualTo(1);
        draw.tagged(NOW, NOW);
        draw.tagged(NOW, NOW + 5000);
        assertThat(told).isEmpty();
    }

    @Test
    void ofSoManyADayNothingIsDrawnUntilItIsKnownHowManyCome() {
        AuditDraw draw = new AuditDraw(new Audit(0, 500, 0), told::add);
        assertThat(draw.draws("7")).isFalse();
        draw.told(new Probability(1));
        assertThat(draw.draws("7")).isTrue();
    }

    @Test
    void allImagesAreToldOfOnceNowAndThen() {
        AuditDraw draw = new AuditDraw(new Audit(0, 500, 0), told::add);
        for (int i = 0; i < 2501; i++) {
            draw.tagged(NOW - 10_000 + i, NOW + i);
        }
        assertThat(told)
                .as("none of the first image alone")
                .containsExactly(new Traffic(1001, NOW - 9000), new Traffic(1000, NOW - 8000));
        draw.tagged(NOW - 5000, NOW + 60_000);
        assertThat(told.get(2)).isEqualTo(new Traffic(501, NOW - 5000));
    }

    @Test
    void ofARushWhileAllAreDrawnIsToldAtOnce() {
        AuditDraw draw = new AuditDraw(new Audit(0, 500, 0), told::add);
        draw.told(new Probability(1));
        for (int i = 0; i < 100; i++) {
            draw.tagged(NOW, NOW);
        }
        assertThat(told).hasSize(10).containsOnly(new Traffic(10, NOW));
    }

    /** A camera whose clock is wrong must not stop the audit for as long. */
    @Test
    void anEventOfTheFutureIsOfNow() {
        AuditDraw draw = new AuditDraw(new Audit(0, 500, 0), told::add);
        draw.tagged(NOW + 3_000_000, NOW);
        draw.tagged(NOW - 100, NOW + 1000);
        assertThat(told).containsExactly(new Traffic(2, NOW));
    }
}
