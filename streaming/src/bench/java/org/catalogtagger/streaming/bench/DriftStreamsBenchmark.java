package org.catalogtagger.streaming.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.catalogtagger.bench.Figures;
import org.catalogtagger.streaming.accuracy.AccuracyCounter;
import org.catalogtagger.streaming.accuracy.AccuracyCounts;
import org.catalogtagger.streaming.bench.SimulatedStreams.Kind;
import org.catalogtagger.streaming.bench.SimulatedStreams.Sink;
import org.catalogtagger.streaming.drift.DriftAlert;
import org.catalogtagger.streaming.drift.DriftAlert.Status;
import org.catalogtagger.streaming.drift.DriftMonitor;
import org.catalogtagger.streaming.drift.DriftSettings;

/**
 * What the drift monitor makes of streams that are no independent draws, and of falls: seeded, the monitor as the job has it,
 * beside MOA's detectors on whether tags are right, and beside the CUSUM that knows what it looks for.
 * {@code -Dbench.streams=N} of each kind; {@code -Dbench.kinds=A,B} for some only, {@code falls} say.
 */
public final class DriftStreamsBenchmark {
    static final int STREAMS = Integer.getInteger("bench.streams", 100);
    static final DriftSettings SETTINGS = DriftSettings.of(100_000, Duration.ofHours(24), 5000, 1000);

    private DriftStreamsBenchmark() {}

    /** Takes the file for the figures. */
    public static void main(String... arguments) throws Exception {
        Figures figures = new Figures();
        List<String> chosen = List.of(System.getProperty("bench.kinds", "").split(","));
        withoutDrift(figures, chosen);
        if (chosen.contains("") || chosen.contains("delays")) {
            new FallDelays(figures).measure();
        }
        if (chosen.contains("") || chosen.contains("falls")) {
            new SimulatedFalls(figures).measure();
        }
        if (chosen.contains("") || chosen.contains("dark")) {
            new SimulatedDark(figures).measure();
        }
        if (chosen.contains("") || chosen.contains("calibration")) {
            new SimulatedConfidence(figures).measure();
        }
        figures.write(arguments);
    }

    private static void withoutDrift(Figures figures, List<String> chosen) {
        double worst = 0;
        double statedOverMeasured = 0;
        Map<String, Double> worstOfPeers = new LinkedHashMap<>();
        long tags = 0;
        long nanos = 0;
        for (Map.Entry<String, Kind> kind : SimulatedStreams.withoutDrift().entrySet()) {
            if (!chosen.contains("") && !chosen.contains(kind.getKey())) {
                continue;
            }
            Map<String, Integer> alarms = new TreeMap<>();
            Map<String, Integer> ofPeers = new LinkedHashMap<>();
            long labelled = 0;
            for (int stream = 0; stream < STREAMS; stream++) {
                Monitored sink = new Monitored();
                kind.getValue().play(new SplittableRandom(stream), sink);
                sink.opened.forEach(alert -> alarms.merge(nameOf(alert), 1, Integer::sum));
                sink.peers.forEach((name, peer) -> ofPeers.merge(name, peer.alarms(), Integer::sum));
                labelled += sink.labelled;
                tags += sink.tags;
                nanos += sink.nanos;
            }
            double hundredThousands = labelled / 1e5;
            double per100k = alarms.entrySet().stream()
                            .filter(entry -> !entry.getKey().startsWith("label-selection"))
                            .mapToInt(Map.Entry::getValue)
                            .sum()
                    / hundredThousands;
            worst = Math.max(worst, per100k);
            // Of none it is known that it is less than one.
            double measured = Math.max(per100k, 1 / hundredThousands);
            statedOverMeasured = Math.max(statedOverMeasured, Math.max(measured, 1 / measured));
            figures.add(kind.getKey() + "FalsePer100k", per100k, alarms.toString());
            Map<String, Double> peers = new LinkedHashMap<>();
            ofPeers.forEach((name, count) -> {
                peers.put(name, count / hundredThousands);
                worstOfPeers.merge(name, count / hundredThousands, Math::max);
            });
            System.out.printf(Locale.ROOT, "    %s%n", peers);
        }
        if (tags == 0) {
            return;
        }
        figures.add(
                "worstFalsePer100k",
                worst,
                "alerts per 100,000 labelled tags, of the worst kind; those that say that labels are chosen are right");
        figures.add(
                "statedOverMeasured",
                statedOverMeasured,
                "the rate asked for over that measured, or the other way round, of the kind where they differ most");
        worstOfPeers.forEach(
                (name, rate) -> figures.add(name + "WorstFalsePer100k", rate, "MOA's, on all tags at once"));
        figures.add("microsPerTag", nanos / 1e3 / tags, "of one core, in the monitor");
    }

    private static String nameOf(DriftAlert alert) {
        return alert.kind().key()
                + (alert.kind() != DriftAlert.Kind.ACCURACY
                        ? ""
                        : (alert.label().isEmpty() ? " of all" : " of a class"))
                + " (" + alert.reference() + ")";
    }

    /** The monitor and its peers, and what they found. */
    static final class Monitored implements Sink {
        final DriftMonitor monitor = new DriftMonitor("v1");
        final List<DriftAlert> opened = new ArrayList<>();
        final Map<String, MoaDetector> peers = MoaDetector.ofEachKind();
        long labelled;
        long tags;
        long nanos;

        @Override
        public void begin(SimulatedCatalogue catalogue) {
            catalogue.begin(monitor);
        }

        @Override
        public void counts(AccuracyCounter counts, long tagTime) {
            AccuracyCounts counted = counts.counts();
            tags += counted.taggedCount();
            long start = System.nanoTime();
            for (DriftAlert alert : monitor.add(counted, tagTime, SETTINGS)) {
                if (alert.status() == Status.OPEN) {
                    opened.add(alert);
                }
            }
            nanos += System.nanoTime() - start;
        }

        @Override
        public void right(boolean isRight) {
            labelled++;
            peers.values().forEach(peer -> peer.add(isRight));
        }
    }
}
