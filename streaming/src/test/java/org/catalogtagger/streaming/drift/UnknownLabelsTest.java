package org.catalogtagger.streaming.drift;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.catalogtagger.streaming.drift.DriftAlert.Status;
import org.junit.jupiter.api.Test;

class UnknownLabelsTest {
    private final UnknownLabels labels = new UnknownLabels();
    private long time;

    private List<DriftAlert> label(String label, int times) {
        List<DriftAlert> alerts = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            alerts.addAll(labels.add(Map.of(label, 1L), ++time, "v1"));
        }
        return alerts;
    }

    private List<DriftAlert> slips(int from, int to) {
        List<DriftAlert> alerts = new ArrayList<>();
        for (int i = from; i < to; i++) {
            alerts.addAll(label("slip " + i, 1));
        }
        return alerts;
    }

    @Test
    void slipsOfThePenAreNoNewClass() {
        labels.know("Ties");
        label("Ties", 10_000);
        assertThat(slips(0, 500)).isEmpty();
        assertThat(label("Tise", 9)).isEmpty();
    }

    /** There is room for a thousand: what has been away for longest makes it. */
    @Test
    void aNewClassIsToldOfHoweverManySlipsCameBefore() {
        slips(0, 5_000);
        List<DriftAlert> alerts = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            alerts.addAll(label("Clocks", 1));
            alerts.addAll(slips(5_000 + 50 * i, 5_050 + 50 * i));
        }
        assertThat(alerts).singleElement().satisfies(alert -> {
            assertThat(alert.status()).isEqualTo(Status.OPEN);
            assertThat(alert.label()).isEqualTo("Clocks");
            assertThat(alert.observations()).isEqualTo(10);
        });
    }

    /** Somebody has renamed them all. */
    @Test
    void ofThousandsOfNewClassesSomeAreToldOf() {
        SplittableRandom random = new SplittableRandom(1);
        List<DriftAlert> alerts = new ArrayList<>();
        for (int i = 0; i < 1_000_000; i++) {
            alerts.addAll(label("NEW " + random.nextInt(4096), 1));
        }
        assertThat(alerts).hasSizeGreaterThan(100);
    }

    @Test
    void whatIsToldOfIsNotForgottenForSlips() {
        labels.know("Ties");
        assertThat(label("Clocks", 10)).hasSize(1);
        slips(0, 3_000);
        assertThat(label("Clocks", 10)).as("open").isEmpty();
        assertThat(label("Ties", 10_000)).singleElement().satisfies(alert -> assertThat(alert.status())
                .isEqualTo(Status.CLOSED));
        assertThat(labels.open()).isEmpty();
    }
}
