package org.catalogtagger.streaming.bench;

import static org.catalogtagger.streaming.bench.DriftStreamsBenchmark.STREAMS;
import static org.catalogtagger.streaming.bench.FallingCatalogue.ACCURACY;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import org.catalogtagger.bench.Figures;
import org.catalogtagger.streaming.accuracy.AccuracyCounter;
import org.catalogtagger.streaming.bench.DriftStreamsBenchmark.Monitored;
import org.catalogtagger.streaming.bench.SimulatedCatalogue.Tag;
import org.catalogtagger.streaming.drift.DriftAlert.Kind;

/** Whether falls are found, and how often one fall is. */
final class SimulatedFalls {
    private static final double TWENTY_POINTS = 0.2 / ACCURACY;
    private static final int CLASSES = 10;
    private static final int CHUNK = 20;
    private static final int BEFORE = 5_000;

    private final Figures figures;

    SimulatedFalls(Figures figures) {
        this.figures = figures;
    }

    void measure() {
        earlyFall();
        double sudden = oneFall("sudden", 5_000, event -> TWENTY_POINTS);
        double slow = oneFall("slow", 0, event -> TWENTY_POINTS * Math.min(1, event / 50_000.0));
        double passing = oneFall("passing", 50_000, event -> event < 100_000 ? TWENTY_POINTS : 0);
        figures.add(
                "reopenings",
                Math.max(sudden, Math.max(slow, passing)),
                "alerts in an unbroken fall, of the worst kind");
        rareClass();
        swap();
        swallowed();
    }

    private void earlyFall() {
        int found = 0;
        for (int stream = 0; stream < STREAMS; stream++) {
            FallingCatalogue one = new FallingCatalogue(30_000 + stream, CLASSES, CHUNK, 126);
            boolean isFound = false;
            while (one.seen() < 2000 && !isFound) {
                isFound = one.next(TWENTY_POINTS);
            }
            found += isFound ? 1 : 0;
        }
        figures.add("earlyFallFound", (double) found / STREAMS, "20 points from the first label, 126 test images");
    }

    /**
     * One of ten classes falls, in 150,000 tags.
     *
     * @param begin the tag before which it does not
     */
    private double oneFall(String name, int begin, IntToDoubleFunction lost) {
        int opened = 0;
        int others = 0;
        int openAtEnd = 0;
        List<Integer> found = new ArrayList<>();
        List<Integer> closed = new ArrayList<>();
        for (int stream = 0; stream < STREAMS; stream++) {
            FallingCatalogue one = new FallingCatalogue(40_000 + stream, CLASSES, CHUNK, 500);
            boolean isFound = false;
            boolean wasOpen = false;
            while (one.events() < 150_000) {
                boolean hasBegun = one.events() >= begin;
                boolean isNow = one.next(hasBegun ? lost.applyAsDouble(one.events()) : 0) && hasBegun;
                if (isNow && !isFound) {
                    found.add(one.events());
                }
                isFound |= isNow;
                if (one.events() % CHUNK == 0) {
                    boolean isOpen = one.isOpen();
                    if (wasOpen && !isOpen) {
                        closed.add(one.events());
                    }
                    wasOpen = isOpen;
                }
            }
            int ofFirst = (int) one.opened().stream().filter(one::isOfFirst).count();
            opened += ofFirst;
            others += (int) one.opened().stream()
                    .filter(alert -> !alert.label().isEmpty() && !one.isOfFirst(alert))
                    .count();
            openAtEnd += wasOpen ? 1 : 0;
        }
        figures.add(name + "FallReopenings", (double) opened / STREAMS, "alerts of the class that falls, a fall");
        figures.add(name + "FallMissed", 1 - (double) found.size() / STREAMS, "of the streams");
        figures.add(name + "FallFoundAt", median(found), "tags of all classes, median");
        if (!closed.isEmpty()) {
            figures.add(name + "FallClosedAt", median(closed), "tags of all classes, median");
        }
        figures.add(name + "FallOpenAtEnd", (double) openAtEnd / STREAMS, "of the streams");
        figures.add(name + "FallOthersNamed", (double) others / STREAMS, "other classes, a stream");
        return (double) opened / STREAMS;
    }

    /** One in 3,600 of the tags, two test images: falls after 100 labels. */
    private void rareClass() {
        int of = 3600;
        int[] images = FallingCatalogue.alike(52, 140);
        images[0] = 2;
        List<Integer> delays = new ArrayList<>();
        for (int stream = 0; stream < STREAMS; stream++) {
            FallingCatalogue one = new FallingCatalogue(50_000 + stream, of / 36, images);
            boolean isFound = false;
            while (one.seen() < 1100 && !isFound) {
                double lost = one.seen() < 100 ? 0 : TWENTY_POINTS;
                isFound = one.next(one.events() % of == 0 ? 0 : 1 + one.drawClass() % 51, lost) && one.seen() >= 100;
            }
            delays.add(one.seen() - 100);
        }
        figures.add("rareFallDelay", median(delays), "labels of the class, median; 1,000 is never");
        figures.add(
                "rareFallFound",
                (double) delays.stream().filter(delay -> delay < 1000).count() / STREAMS,
                "of the streams");
    }

    /** From a moment on, half of each of two classes is given the other's label. */
    private void swap() {
        int within300 = 0;
        int both = 0;
        int othersNamed = 0;
        List<Integer> delays = new ArrayList<>();
        for (int stream = 0; stream < STREAMS; stream++) {
            FallingCatalogue one = new FallingCatalogue(60_000 + stream, CLASSES, CHUNK, 500);
            while (one.events() < 10_000) {
                one.next(0);
            }
            one.opened().clear();
            int swapped = 0;
            int found = 0;
            while (swapped < 2000) {
                int truth = one.drawClass();
                Tag tag = one.drawn(truth, 0);
                swapped += truth < 2 ? 1 : 0;
                one.take(truth < 2 && one.draws(0.5) ? tag.mistaken(1 - truth) : tag);
                found = found == 0 && one.opened().stream().anyMatch(alert -> isSwapped(alert.label()))
                        ? swapped
                        : found;
            }
            delays.add(found == 0 ? swapped : found);
            within300 += found > 0 && found <= 300 ? 1 : 0;
            both += one.opened().stream()
                                    .filter(alert -> isSwapped(alert.label()))
                                    .count()
                            == 2
                    ? 1
                    : 0;
            othersNamed += (int) one.opened().stream()
                    .filter(alert -> !alert.label().isEmpty() && !isSwapped(alert.label()))
                    .count();
        }
        figures.add("swapFound", (double) within300 / STREAMS, "one of the two, within 300 tags of both");
        figures.add("swapDelay", median(delays), "tags of both, median");
        figures.add("swapBothNamed", (double) both / STREAMS, "within 2,000 tags of both, each once");
        figures.add("swapOthersNamed", (double) othersNamed / STREAMS, "other classes, a stream");
    }

    private static boolean isSwapped(String label) {
        return label.equals(SimulatedCatalogue.label(0)) || label.equals(SimulatedCatalogue.label(1));
    }

    /** From a moment on, a quarter of all wrong tags has one label, while as many are wrong as ever. */
    private void swallowed() {
        int found = 0;
        int others = 0;
        List<Integer> delays = new ArrayList<>();
        for (int stream = 0; stream < STREAMS; stream++) {
            SplittableRandom random = new SplittableRandom(70_000 + stream);
            SimulatedCatalogue catalogue = SimulatedCatalogue.usual(random, 52, 0);
            Monitored monitored = new Monitored();
            monitored.begin(catalogue);
            int since = -BEFORE;
            while (since < 5000 && monitored.opened.isEmpty()) {
                AccuracyCounter counter = new AccuracyCounter();
                for (int i = 0; i < SimulatedStreams.CHUNK; i++, since++) {
                    Tag tag = catalogue.draw(random, catalogue.drawClass(random));
                    boolean isSwallowed = since >= 0 && random.nextInt(4) == 0;
                    (isSwallowed ? tag.answered(20) : tag).countBoth(counter);
                }
                monitored.counts(counter, (since + BEFORE) * SimulatedStreams.STEP_MILLIS);
            }
            boolean isFound = monitored.opened.stream()
                    .anyMatch(alert ->
                            alert.kind() == Kind.CONFUSIONS && alert.label().equals(SimulatedCatalogue.label(20)));
            found += isFound ? 1 : 0;
            others += monitored.opened.size() - (isFound ? 1 : 0);
            delays.add(since);
        }
        figures.add("swallowedFound", (double) found / STREAMS, "a quarter of wrong tags gets one label, within 5,000");
        figures.add("swallowedDelay", median(delays), "tags, right and wrong, median");
        figures.add("swallowedOthers", (double) others / STREAMS, "other alerts, a stream");
    }

    private static int median(List<Integer> delays) {
        return delays.stream().sorted().skip(delays.size() / 2).findFirst().orElse(-1);
    }
}
