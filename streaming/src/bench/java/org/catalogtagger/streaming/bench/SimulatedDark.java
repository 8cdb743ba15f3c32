package org.catalogtagger.streaming.bench;

import static org.catalogtagger.streaming.bench.DriftStreamsBenchmark.STREAMS;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.catalogtagger.bench.Figures;
import org.catalogtagger.streaming.accuracy.AccuracyCounter;
import org.catalogtagger.streaming.bench.DriftStreamsBenchmark.Monitored;
import org.catalogtagger.streaming.bench.SimulatedCatalogue.Tag;
import org.catalogtagger.streaming.drift.DriftAlert;
import org.catalogtagger.streaming.drift.DriftAlert.Kind;

/** What is found if all images are dark from the first one on, and what is said when they are as in the test again. No labels. */
final class SimulatedDark {
    private static final int DARK = 20_000;
    private static final int TAGS = 60_000;
    private static final double LIGHT = 0.4;

    private final Figures figures;

    SimulatedDark(Figures figures) {
        this.figures = figures;
    }

    void measure() {
        int found = 0;
        int stillOpen = 0;
        int later = 0;
        List<Integer> closedAfter = new ArrayList<>();
        for (int stream = 0; stream < STREAMS; stream++) {
            SplittableRandom random = new SplittableRandom(90_000 + stream);
            SimulatedCatalogue catalogue = SimulatedCatalogue.usual(random, 52, 0);
            Monitored monitored = new Monitored();
            monitored.begin(catalogue);
            int closed = 0;
            int openedWhileDark = 0;
            for (int tags = 0; tags < TAGS; ) {
                AccuracyCounter counter = new AccuracyCounter();
                for (int i = 0; i < SimulatedStreams.CHUNK; i++, tags++) {
                    boolean isDark = tags < DARK;
                    // What is dark is harder, and the model sees it.
                    Tag tag = catalogue.draw(random, catalogue.drawClass(random), isDark ? -1.5 : 0, 0, 0);
                    (isDark ? tag.darkened(LIGHT) : tag).countTagged(counter);
                }
                monitored.counts(counter, tags * SimulatedStreams.STEP_MILLIS);
                if (tags == DARK) {
                    openedWhileDark = monitored.opened.size();
                    found += isBrightnessOpen(monitored) ? 1 : 0;
                } else if (tags > DARK && closed == 0 && !isBrightnessOpen(monitored)) {
                    closed = tags - DARK;
                }
            }
            closedAfter.add(closed == 0 ? TAGS : closed);
            stillOpen += isBrightnessOpen(monitored) ? 1 : 0;
            later += (int) monitored.opened.stream()
                    .skip(openedWhileDark)
                    .filter(SimulatedDark::isOfLight)
                    .count();
        }
        closedAfter.sort(null);
        figures.add("darkFromFirstFound", (double) found / STREAMS, "told of as brightness, and open while it is dark");
        figures.add(
                "lightAgainClosedAfter", closedAfter.get(STREAMS / 2), "tags, median; %,d is never".formatted(TAGS));
        figures.add("lightAgainOpenAtEnd", (double) stillOpen / STREAMS, "of the streams");
        figures.add("lightAgainAlerts", (double) later / STREAMS, "of brightness, a stream, once it is as in the test");
    }

    private static boolean isBrightnessOpen(Monitored monitored) {
        return monitored.monitor.open().stream().anyMatch(SimulatedDark::isOfLight);
    }

    private static boolean isOfLight(DriftAlert alert) {
        return alert.kind() == Kind.BRIGHTNESS;
    }
}
