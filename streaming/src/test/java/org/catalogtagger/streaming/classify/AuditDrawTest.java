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
        assertThat(draw.drawnWith("7")).isEqualTo(1);
        draw.tagged(NOW, NOW);
        draw.report();
        assertThat(told).isEmpty();
    }

    @Test
    void ofSoManyADayNothingIsDrawnUntilItIsKnownHowManyCome() {
        AuditDraw draw = new AuditDraw(new Audit(0, 500, 0), told::add);
        assertThat(draw.drawnWith("7")).isZero();
        draw.told(new Probability(1));
        assertThat(draw.drawnWith("7")).isEqualTo(1);
    }

    @Test
    void allImagesAreToldOfOnceNowAndThen() {
        AuditDraw draw = new AuditDraw(new Audit(0, 500, 0), told::add);
        for (int i = 0; i < 2500; i++) {
            draw.tagged(NOW - 10_000 + i, NOW + i);
        }
        draw.report();
        draw.report();
        assertThat(told).hasSize(4);
        assertThat(told.stream().mapToLong(Traffic::images).sum()).isEqualTo(2500);
        assertThat(told.get(3).newest()).isEqualTo(NOW - 10_000 + 2499);
    }

    /** A camera whose clock is wrong must not stop the audit for as long. */
    @Test
    void anEventOfTheFutureIsOfNow() {
        AuditDraw draw = new AuditDraw(new Audit(0, 500, 0), told::add);
        draw.tagged(NOW + 3_000_000, NOW);
        assertThat(told).containsExactly(new Traffic(1, NOW));
    }
}
