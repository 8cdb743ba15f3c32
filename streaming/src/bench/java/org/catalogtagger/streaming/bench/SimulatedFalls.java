package org.catalogtagger.streaming.bench;

import static org.catalogtagger.streaming.bench.DriftStreamsBenchmark.SETTINGS;
import static org.catalogtagger.streaming.bench.DriftStreamsBenchmark.STREAMS;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import org.catalogtagger.bench.Figures;
import org.catalogtagger.streaming.accuracy.AccuracyCounter;
import org.catalogtagger.streaming.bench.DriftStreamsBenchmark.Monitored;
import org.catalogtagger.streaming.bench.SimulatedCatalogue.Tag;
import org.catalogtagger.streaming.drift.DriftAlert;
import org.catalogtagger.streaming.drift.DriftAlert.Kind;
import org.catalogtagger.streaming.drift.DriftAlert.Status;
import org.catalogtagger.streaming.drift.DriftMonitor;

/** How soon falls are found, and how often one fall is. */
final class SimulatedFalls {
    private static final double ACCURACY = 0.85;
    private static final int BEFORE = 5_000;
    private static final int UNCHANGED = 200_000;

    private final Figures figures;

    SimulatedFalls(Figures figures) {
        this.figures = figures;
    }

    void measure() {
        delays();
        earlyFall();
        oneFall("sudden", i -> i < 5_000 ? 0 : 0.2 / ACCURACY, 60_000);
        oneFall("slow", i -> 0.2 / ACCURACY * Math.min(1, i / 50_000.0), 60_000);
        oneFall("passing", i -> i >= 20_000 && i < 40_000 ? 0.2 / ACCURACY : 0, 60_000);
        rareClass();
        swap();
        swallowed();
    }

    /** One class that is watched, as the job does, tag by tag; and the CUSUM of the same false alarm rate. */
    private void delays() {
        int alarms = 0;
        for (int stream = 0; stream < STREAMS; stream++) {
            Stream one = new Stream(new SplittableRandom(10_000 + stream), new double[] {ACCURACY}, 1, 1000);
            for (int i = 0; i < UNCHANGED; i++) {
                alarms += one.add(0, 0) ? 1 : 0;
            }
        }
        double per100k = alarms * 1e5 / ((double) STREAMS * UNCHANGED);
        figures.add("oneClassFalsePer100k", per100k, "of one class, .85, 1,000 test images: its alarm and that of all");
        for (int points : new int[] {5, 10, 20}) {
            double after = ACCURACY - points / 100.0;
            long[] delays = new long[2 * STREAMS];
            for (int stream = 0; stream < delays.length; stream++) {
                Stream one = new Stream(new SplittableRandom(20_000 + stream), new double[] {ACCURACY}, 1, 1000);
                for (int i = 0; i < BEFORE; i++) {
                    one.add(0, 0);
                }
                int delay = 1;
                while (delay < 20_000 && !one.add(0, 1 - after / ACCURACY)) {
                    delay++;
                }
                delays[stream] = delay;
            }
            double mean = Arrays.stream(delays).average().orElseThrow();
            Cusum cusum =
                    Cusum.withFalseAlarmEvery(1e5 / Math.max(per100k, 1e5 / ((double) STREAMS * UNCHANGED)), after);
            double limit = cusum.meanDelay();
            figures.add("delay" + points, mean, "tags, mean, of a fall of so many points");
            double variance = Arrays.stream(delays)
                    .mapToDouble(delay -> Math.pow(delay - mean, 2))
                    .average()
                    .orElseThrow();
            figures.add(
                    "delayRatio" + points,
                    mean / limit,
                    String.format(
                            Locale.ROOT,
                            "over CUSUM's %.0f, standard error of the delay %.2f",
                            limit,
                            Math.sqrt(variance / delays.length) / limit));
        }
    }

    private void earlyFall() {
        int found = 0;
        for (int stream = 0; stream < STREAMS; stream++) {
            double[] accuracy = new double[10];
            Arrays.fill(accuracy, ACCURACY);
            Stream one = new Stream(new SplittableRandom(30_000 + stream), accuracy, 20, 126);
            boolean isFound = false;
            while (one.seen < 2000 && !isFound) {
                isFound = one.add(one.catalogue.drawClass(one.random), 0.2 / ACCURACY);
            }
            found += isFound ? 1 : 0;
        }
        figures.add("earlyFallFound", (double) found / STREAMS, "20 points from the first label, 126 test images");
    }

    private void oneFall(String name, IntToDoubleFunction lost, int tags) {
        int opened = 0;
        int missed = 0;
        int openAtEnd = 0;
        int others = 0;
        for (int stream = 0; stream < STREAMS; stream++) {
            double[] accuracy = new double[10];
            Arrays.fill(accuracy, ACCURACY);
            Stream one = new Stream(new SplittableRandom(40_000 + stream), accuracy, 20, 500);
            int before = 0;
            while (one.seen < tags / 4) {
                before += one.add(one.catalogue.drawClass(one.random), lost.applyAsDouble(4 * one.seen)) ? 1 : 0;
            }
            opened += one.openings;
            others += one.othersNamed;
            missed += before == 0 ? 1 : 0;
            openAtEnd += one.monitor.open().stream().anyMatch(one::isFirst) ? 1 : 0;
        }
        figures.add(name + "FallReopenings", (double) opened / STREAMS, "alerts of the class that falls, a fall");
        figures.add(name + "FallMissed", (double) missed / STREAMS, "of the streams");
        figures.add(name + "FallOpenAtEnd", (double) openAtEnd / STREAMS, "of the streams");
        figures.add(name + "FallOthersNamed", (double) others / STREAMS, "other classes, a stream");
    }

    /** One in 72 of the tags, two test images: falls after 100 labels. */
    private void rareClass() {
        List<Long> delays = new ArrayList<>();
        for (int stream = 0; stream < STREAMS; stream++) {
            double[] accuracy = new double[52];
            Arrays.fill(accuracy, ACCURACY);
            Stream one = new Stream(new SplittableRandom(50_000 + stream), accuracy, 1, 140);
            int[] images = new int[52];
            Arrays.fill(images, 140);
            images[0] = 2;
            one.begin(accuracy, images);
            while (one.seen < 100) {
                one.chunkWithOneOfTheFirst(71, 0);
            }
            boolean isFound = false;
            while (one.seen < 1100 && !isFound) {
                isFound = one.chunkWithOneOfTheFirst(71, 0.2 / ACCURACY);
            }
            delays.add((long) one.seen - 100);
        }
        delays.sort(null);
        figures.add("rareFallDelay", delays.get(STREAMS / 2), "labels of the class, median; 1,000 is never");
        figures.add(
                "rareFallFound",
                (double) delays.stream().filter(delay -> delay < 1000).count() / STREAMS,
                "of the streams");
    }

    /** From a moment on, each of two classes is given the other's label by half. */
    private void swap() {
        int found = 0;
        for (int stream = 0; stream < STREAMS; stream++) {
            double[] accuracy = new double[10];
            Arrays.fill(accuracy, ACCURACY);
            Stream one = new Stream(new SplittableRandom(60_000 + stream), accuracy, 20, 500);
            while (one.seen < 1000) {
                one.add(one.catalogue.drawClass(one.random), 0);
            }
            boolean isFound = false;
            while (one.seen < 1300 && !isFound) {
                isFound = one.add(one.catalogue.drawClass(one.random), 0.5);
            }
            found += isFound ? 1 : 0;
        }
        figures.add("swapFound", (double) found / STREAMS, "half of a class answered as another, within 300 tags");
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
            int[] since = new int[] {-BEFORE};
            while (since[0] < 5000 && monitored.opened.isEmpty()) {
                AccuracyCounter counter = new AccuracyCounter();
                for (int i = 0; i < SimulatedStreams.CHUNK; i++, since[0]++) {
                    Tag tag = catalogue.draw(random, catalogue.drawClass(random));
                    boolean isSwallowed = since[0] >= 0 && random.nextInt(4) == 0;
                    (isSwallowed ? tag.answered(20) : tag).countBoth(counter);
                }
                monitored.counts(counter, (since[0] + BEFORE) * SimulatedStreams.STEP_MILLIS);
            }
            boolean isFound = monitored.opened.stream()
                    .anyMatch(alert ->
                            alert.kind() == Kind.CONFUSIONS && alert.label().equals(SimulatedCatalogue.label(20)));
            found += isFound ? 1 : 0;
            others += monitored.opened.size() - (isFound ? 1 : 0);
            delays.add(since[0]);
        }
        delays.sort(null);
        figures.add("swallowedFound", (double) found / STREAMS, "a quarter of wrong tags gets one label, within 5,000");
        figures.add("swallowedDelay", delays.get(STREAMS / 2), "tags, right and wrong, median");
        figures.add("swallowedOthers", (double) others / STREAMS, "other alerts, a stream");
    }

    /** A catalogue whose first class falls, and its monitor. */
    private static final class Stream {
        private final SplittableRandom random;
        private final int chunk;
        private SimulatedCatalogue catalogue;
        private DriftMonitor monitor = new DriftMonitor("v1");
        private AccuracyCounter counter = new AccuracyCounter();
        private int counted;
        private long time;
        private int seen;
        private int openings;
        private int othersNamed;

        Stream(SplittableRandom random, double[] accuracy, int chunk, int testImages) {
            this.random = random;
            this.chunk = chunk;
            int[] images = new int[Math.max(2, accuracy.length)];
            Arrays.fill(images, testImages);
            catalogue = catalogue(accuracy, images);
            begin(accuracy, images);
        }

        private void begin(double[] accuracy, int[] images) {
            catalogue = catalogue(accuracy, images);
            monitor = new DriftMonitor("v1");
            catalogue.begin(monitor);
        }

        private SimulatedCatalogue catalogue(double[] accuracy, int[] images) {
            double[] share = new double[accuracy.length];
            Arrays.fill(share, 1);
            return new SimulatedCatalogue(random, accuracy, share, 0, 0, images);
        }

        boolean isFirst(DriftAlert alert) {
            return alert.kind() == Kind.ACCURACY && alert.label().equals(SimulatedCatalogue.label(0));
        }

        /** Whether an alarm for the first class, or all if there is no other, has opened. */
        boolean add(int truth, double lostOfFirst) {
            Tag tag = catalogue.draw(random, truth, 0, 0, truth == 0 ? lostOfFirst : 0);
            tag.countBoth(counter);
            seen += truth == 0 ? 1 : 0;
            return ++counted % chunk == 0 && flush();
        }

        boolean chunkWithOneOfTheFirst(int others, double lostOfFirst) {
            catalogue.draw(random, 0, 0, 0, lostOfFirst).countBoth(counter);
            seen++;
            for (int i = 0; i < others; i++) {
                catalogue
                        .draw(random, 1 + random.nextInt(catalogue.classes() - 1))
                        .countBoth(counter);
            }
            return flush();
        }

        private boolean flush() {
            boolean isFound = false;
            time += SimulatedStreams.STEP_MILLIS * chunk;
            for (DriftAlert alert : monitor.add(counter.counts(), time, SETTINGS)) {
                boolean isAccuracy = alert.kind() == Kind.ACCURACY && alert.status() == Status.OPEN;
                boolean isOfFirst = isFirst(alert) || catalogue.classes() == 1;
                openings += isAccuracy && isFirst(alert) ? 1 : 0;
                othersNamed += isAccuracy && !isOfFirst && !alert.label().isEmpty() ? 1 : 0;
                isFound |= isAccuracy && isOfFirst;
            }
            counter = new AccuracyCounter();
            return isFound;
        }
    }

    /** Page's CUSUM (1954) that knows the accuracy before and after: no detector is faster (Moustakides, 1986). */
    private record Cusum(double after, double threshold) {
        /** By bisection of the threshold over simulated streams. */
        static Cusum withFalseAlarmEvery(double tags, double after) {
            double low = 0;
            double high = 20;
            for (int i = 0; i < 12; i++) {
                Cusum middle = new Cusum(after, (low + high) / 2);
                if (middle.mean(ACCURACY, (long) Math.min(1e9, 300 * tags)) < tags) {
                    low = middle.threshold;
                } else {
                    high = middle.threshold;
                }
            }
            return new Cusum(after, (low + high) / 2);
        }

        double meanDelay() {
            return mean(after, 3_000_000);
        }

        private double mean(double accuracy, long most) {
            SplittableRandom random = new SplittableRandom(1);
            double up = Math.log((1 - after) / (1 - ACCURACY));
            double down = Math.log(after / ACCURACY);
            double sum = 0;
            long alarms = 0;
            for (long i = 0; i < most; i++) {
                sum = Math.max(0, sum) + (random.nextDouble() < accuracy ? down : up);
                if (sum >= threshold) {
                    alarms++;
                    sum = 0;
                }
            }
            return (double) most / Math.max(1, alarms);
        }
    }
}
