package org.catalogtagger.streaming.bench;

import static org.catalogtagger.streaming.bench.DriftStreamsBenchmark.STREAMS;
import static org.catalogtagger.streaming.bench.FallingCatalogue.ACCURACY;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.catalogtagger.bench.Figures;

/**
 * How soon falls of one class that is watched tag by tag are found: by the monitor as the job has it, by MOA's detectors, and by
 * the CUSUM that knows accuracy before and after and has as many false alarms.
 */
final class FallDelays {
    private static final int BEFORE = 5_000;
    private static final int UNCHANGED = 200_000;
    private static final int NEVER = 20_000;
    private static final int TEST_IMAGES = 1000;

    private final Figures figures;

    FallDelays(Figures figures) {
        this.figures = figures;
    }

    void measure() {
        double per100k = unchanged();
        for (int points : new int[] {5, 10, 20}) {
            fall(points, per100k);
        }
    }

    /** False alarms in a hundred thousand tags. */
    private double unchanged() {
        int alarms = 0;
        Map<String, Integer> ofPeers = new LinkedHashMap<>();
        for (int stream = 0; stream < STREAMS; stream++) {
            FallingCatalogue one = new FallingCatalogue(10_000 + stream, 1, 1, TEST_IMAGES);
            Map<String, MoaDetector> peers = MoaDetector.ofEachKind();
            for (int i = 0; i < UNCHANGED; i++) {
                alarms += one.next(0) ? 1 : 0;
                peers.values().forEach(peer -> peer.add(one.wasRight()));
            }
            peers.forEach((name, peer) -> ofPeers.merge(name, peer.alarms(), Integer::sum));
        }
        double hundredThousands = (double) STREAMS * UNCHANGED / 1e5;
        figures.add(
                "oneClassFalsePer100k",
                alarms / hundredThousands,
                "of one class, .85, 1,000 test images: its alarm and that of all");
        ofPeers.forEach((name, some) ->
                figures.add(name + "OneClassFalsePer100k", some / hundredThousands, "MOA's, on the same tags"));
        // None that was seen is taken for one.
        return Math.max(1, alarms) / hundredThousands;
    }

    private void fall(int points, double falsePer100k) {
        double after = ACCURACY - points / 100.0;
        long[] delays = never();
        Map<String, long[]> ofPeers = new LinkedHashMap<>();
        MoaDetector.ofEachKind().keySet().forEach(name -> ofPeers.put(name, never()));
        for (int stream = 0; stream < delays.length; stream++) {
            FallingCatalogue one = new FallingCatalogue(20_000 + stream, 1, 1, TEST_IMAGES);
            Map<String, MoaDetector> peers = MoaDetector.ofEachKind();
            for (int i = 0; i < BEFORE; i++) {
                one.next(0);
                peers.values().forEach(peer -> peer.add(one.wasRight()));
            }
            int missing = 1 + peers.size();
            for (int delay = 1; delay < NEVER && missing > 0; delay++) {
                missing -= isFirst(one.next(1 - after / ACCURACY), delays, stream, delay) ? 1 : 0;
                for (Map.Entry<String, MoaDetector> peer : peers.entrySet()) {
                    boolean isFound = peer.getValue().add(one.wasRight());
                    missing -=
                            isFirst(isFound, Objects.requireNonNull(ofPeers.get(peer.getKey())), stream, delay) ? 1 : 0;
                }
            }
        }
        double limit = Cusum.withFalseAlarmEvery(1e5 / falsePer100k, after).meanDelay();
        double mean = mean(delays);
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
        ofPeers.forEach((name, some) ->
                figures.add(name + "Delay" + points, mean(some), "MOA's, on the same tags; " + NEVER + " is never"));
    }

    private static long[] never() {
        long[] delays = new long[2 * STREAMS];
        Arrays.fill(delays, NEVER);
        return delays;
    }

    /** Whether it is the first alarm of a stream, which is noted. */
    private static boolean isFirst(boolean isFound, long[] delays, int stream, int delay) {
        boolean isFirst = isFound && delays[stream] == NEVER;
        delays[stream] = isFirst ? delay : delays[stream];
        return isFirst;
    }

    private static double mean(long... delays) {
        return Arrays.stream(delays).average().orElseThrow();
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
