package org.catalogtagger.streaming.bench;

import static org.catalogtagger.streaming.bench.DriftStreamsBenchmark.SETTINGS;
import static org.catalogtagger.streaming.bench.DriftStreamsBenchmark.STREAMS;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import org.catalogtagger.bench.Figures;
import org.catalogtagger.streaming.accuracy.AccuracyCounter;
import org.catalogtagger.streaming.bench.SimulatedCatalogue.Tag;
import org.catalogtagger.streaming.drift.DriftAlert;
import org.catalogtagger.streaming.drift.DriftAlert.Kind;
import org.catalogtagger.streaming.drift.DriftAlert.Status;
import org.catalogtagger.streaming.drift.DriftMonitor;

/** What becomes of falls of accuracy that the model sees, and of such that it does not. */
final class SimulatedConfidence {
    private static final int BEFORE = 5_000;
    private static final int AFTER = 20_000;
    private static final int AT_A_TIME = 10;

    private final Figures figures;

    SimulatedConfidence(Figures figures) {
        this.figures = figures;
    }

    void measure() {
        fall("harder", -1.5, 0);
        fall("overconfident", 0, -1.12);
        fall("slightlyOverconfident", 0, -0.35);
    }

    /**
     * From a moment on all images are harder.
     *
     * @param seen by so many logits, of which the model knows
     * @param hidden by so many more, of which it does not
     */
    private void fall(String name, double seen, double hidden) {
        Map<Kind, List<Integer>> delays = Map.of(Kind.ACCURACY, new ArrayList<>(), Kind.CALIBRATION, new ArrayList<>());
        double[] right = new double[2];
        for (int stream = 0; stream < STREAMS; stream++) {
            SplittableRandom random = new SplittableRandom(80_000 + stream);
            SimulatedCatalogue catalogue = SimulatedCatalogue.usual(random, 52, 0);
            DriftMonitor monitor = new DriftMonitor("v1");
            catalogue.begin(monitor);
            Map<Kind, Integer> found = new EnumMap<>(Kind.class);
            for (int since = -BEFORE; since < AFTER; since += AT_A_TIME) {
                int hasFallen = since < 0 ? 0 : 1;
                AccuracyCounter counter = new AccuracyCounter();
                for (int i = 0; i < AT_A_TIME; i++) {
                    int truth = catalogue.drawClass(random);
                    Tag tag = catalogue.draw(random, truth, hasFallen * seen, hasFallen * hidden, 0);
                    tag.countBoth(counter);
                    right[hasFallen] += tag.right() ? 1 : 0;
                }
                long time = (since + BEFORE) * SimulatedStreams.STEP_MILLIS;
                for (DriftAlert alert : monitor.add(counter.counts(), time, SETTINGS)) {
                    if (alert.status() == Status.OPEN && alert.label().isEmpty()) {
                        found.putIfAbsent(alert.kind(), since + AT_A_TIME);
                    }
                }
            }
            delays.forEach((kind, ofKind) -> ofKind.add(found.getOrDefault(kind, AFTER)));
        }
        String what = String.format(
                Locale.ROOT, "accuracy from %.3f to %.3f", right[0] / STREAMS / BEFORE, right[1] / STREAMS / AFTER);
        delays.forEach((kind, ofKind) ->
                add(name + "By" + (kind == Kind.ACCURACY ? "Accuracy" : "Calibration"), ofKind, what));
    }

    private void add(String name, List<Integer> delays, String what) {
        delays.sort(null);
        long found = delays.stream().filter(delay -> delay < AFTER).count();
        figures.add(name, (double) found / STREAMS, "of the streams within %,d tags; %s".formatted(AFTER, what));
        figures.add(name + "Delay", delays.get(STREAMS / 2), "tags, median; %,d is never".formatted(AFTER));
    }
}
