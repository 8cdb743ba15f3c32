package org.catalogtagger.streaming.monitor;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.flink.runtime.state.StateBackend;
import org.catalogtagger.streaming.accuracy.AccuracyWindows;
import org.catalogtagger.streaming.accuracy.AccuracyWindows.Kind;
import org.catalogtagger.streaming.accuracy.CorrectionPace;
import org.catalogtagger.streaming.accuracy.SampledTags;
import org.catalogtagger.streaming.accuracy.TagOutcome;
import org.catalogtagger.streaming.events.ProductLabel;
import org.catalogtagger.streaming.events.ProductTag;

/**
 * Ten minutes or so of tags and labels, watermarks, a clock, checkpoints and crashes, drawn from a seed.
 *
 * @param inTime whether all comes as long as it can still be counted
 */
record WindowsStory(
        int seed,
        boolean inTime,
        AccuracyWindows windows,
        long reachMillis,
        List<Happening> happenings,
        CorrectionPace pace) {
    private static final long BEGIN = 1_600_000_000_000L;
    private static final long STEP = 20_000;

    /** Something that happens. */
    sealed interface Happening {}

    /** @param place in the story */
    record Tagged(ProductTag tag, int place) implements Happening {}

    record Labelled(ProductLabel label, int place) implements Happening {}

    record WatermarkPassed(long time) implements Happening {}

    record TimePassed(long millis) implements Happening {}

    record CheckpointTaken() implements Happening {}

    /** All goes on from the last checkpoint. */
    record Crashed(int parallelism) implements Happening {}

    static WindowsStory of(int seed, boolean inTime) {
        Random random = new Random(seed);
        AccuracyWindows windows =
                switch (random.nextInt(3)) {
                    case 0 -> new AccuracyWindows(Kind.SLIDING, STEP, STEP);
                    case 1 -> new AccuracyWindows(Kind.SLIDING, 3 * STEP, STEP);
                    default -> new AccuracyWindows(Kind.CUMULATIVE, 3 * STEP, STEP);
                };
        long reach = random.nextBoolean() ? 45_000 : 300_000;
        CorrectionPace pace = random.nextBoolean()
                ? AccuracyHarness.Settings.PROMPT
                : new CorrectionPace(3000, 0.2, 1 + random.nextInt(20_000));
        return new WindowsStory(seed, inTime, windows, reach, new Teller(random, inTime).happenings(), pace);
    }

    /** Lateness that lets each label still count, or one that does not. */
    private Duration lateness() {
        return Duration.ofMillis(inTime ? reachMillis + 4 * STEP + 10_000 : 15_000);
    }

    /** Draws what happens. */
    private static final class Teller {
        private static final List<String> LABELS = List.of("Shirts", "Ties", "Watches");

        /** Sums of them are exact in whichever order; two are in one bin of confidence. */
        /** Of labels; the sums of their inverses are exact. */
        private static final List<Double> PROBABILITIES = List.of(SampledTags.NOT_DECLARED, 1.0, 0.5, 0.125);

        private static final List<Float> SHARES = List.of(0.25f, 0.5f, 0.953125f, 0.984375f);

        private final Random random;
        private final boolean inTime;
        private final List<Happening> happenings = new ArrayList<>();
        private final Map<String, Integer> ofProduct = new HashMap<>();
        private final Deque<long[]> watermarks = new ArrayDeque<>();
        private long clock;
        private long watermark = BEGIN;
        private long settled = BEGIN;

        Teller(Random random, boolean inTime) {
            this.random = random;
            this.inTime = inTime;
        }

        List<Happening> happenings() {
            int size = 10 + random.nextInt(90);
            while (happenings.size() < size) {
                switch (random.nextInt(14)) {
                    case 0, 1, 2, 3, 4 -> tag();
                    case 5, 6, 7, 8 -> label();
                    case 9, 10 -> watermark();
                    case 11 -> passTime();
                    case 12 -> happenings.add(new CheckpointTaken());
                    default -> happenings.add(new Crashed(1 + random.nextInt(4)));
                }
            }
            return happenings;
        }

        private void tag() {
            Optional<String> product = product();
            if (product.isPresent()) {
                String first = oneOf(LABELS);
                String second = oneOf(LABELS);
                TagOutcome outcome = new TagOutcome(
                        oneOf(List.of("v1", "v1", "v2")),
                        oneOf(List.of("", "", "shop", "mall")),
                        time(),
                        oneOf(SHARES),
                        first.equals(second) ? List.of(first) : List.of(first, second),
                        oneOf(SHARES),
                        random.nextInt(256),
                        random.nextInt(4) == 0);
                ProductTag tag = new ProductTag(
                        product.get(), outcome, oneOf(List.of("", "", "Shirts", "Ties")), oneOf(PROBABILITIES));
                happenings.add(new Tagged(tag, happenings.size()));
            }
        }

        private void label() {
            Optional<String> product = product();
            if (product.isPresent()) {
                long sentAt = time();
                long labelledAt =
                        switch (random.nextInt(4)) {
                            case 0 -> sentAt + random.nextInt(30_000);
                            case 1 -> sentAt - random.nextInt(500_000);
                            default -> sentAt;
                        };
                happenings.add(new Labelled(
                        new ProductLabel(product.get(), oneOf(LABELS), oneOf(PROBABILITIES), labelledAt, sentAt),
                        happenings.size()));
            }
        }

        /** One of whom no more is kept than is remembered. */
        private Optional<String> product() {
            String product = "p" + random.nextInt(6);
            return ofProduct.merge(product, 1, Integer::sum) > LabelledProduct.NEWEST
                    ? Optional.empty()
                    : Optional.of(product);
        }

        private long time() {
            long earliest = inTime ? settled : Math.max(BEGIN, watermark - 400_000);
            return earliest + random.nextInt((int) (watermark - earliest) + 60_000);
        }

        private void watermark() {
            watermark += random.nextInt(10) == 0 ? random.nextInt(400_000) : random.nextInt(30_000);
            watermarks.add(new long[] {clock, watermark});
            happenings.add(new WatermarkPassed(watermark));
        }

        private void passTime() {
            long millis = random.nextInt(5) == 0 ? random.nextInt(100_000) : random.nextInt(4000);
            clock += millis;
            while (!watermarks.isEmpty() && watermarks.getFirst()[0] <= clock - EventTimeProgress.GRACE_MILLIS) {
                settled = watermarks.removeFirst()[1];
            }
            happenings.add(new TimePassed(millis));
        }

        private <T> T oneOf(List<T> some) {
            return some.get(random.nextInt(some.size()));
        }
    }

    List<Tagged> tags() {
        return happenings.stream()
                .filter(Tagged.class::isInstance)
                .map(Tagged.class::cast)
                .toList();
    }

    /** All labels of a product, those that came with images too. */
    Stream<Labelled> labelsOf(String product) {
        return happenings.stream().flatMap(happening -> {
            if (happening instanceof Labelled labelled
                    && labelled.label.productId().equals(product)) {
                return Stream.of(labelled);
            }
            if (happening instanceof Tagged tagged
                    && tagged.tag.productId().equals(product)
                    && !tagged.tag.truth().isEmpty()) {
                long time = tagged.tag.outcome().eventTime();
                return Stream.of(new Labelled(
                        new ProductLabel(product, tagged.tag.truth(), tagged.tag.truthProbability(), time, time),
                        tagged.place));
            }
            return Stream.empty();
        });
    }

    /**
     * Has it happen, to its end: all is over, or all is written.
     *
     * @param counts are added to
     */
    AccuracyHarness play(Optional<StateBackend> backend, Map<String, Long> counts) throws Exception {
        AccuracyHarness harness = new AccuracyHarness(
                new AccuracyHarness.Settings(windows, Duration.ofMillis(reachMillis), lateness(), pace, backend), 1);
        harness.checkpoint();
        List<Happening> sinceCheckpoint = new ArrayList<>();
        long watermark = Long.MIN_VALUE;
        for (Happening happening : happenings) {
            if (happening instanceof CheckpointTaken) {
                harness.checkpoint();
                sinceCheckpoint.clear();
            } else if (happening instanceof Crashed crashed) {
                counts.merge(crashed.parallelism == harness.parallelism() ? "crash" : "rescaling", 1L, Long::sum);
                harness.restart(crashed.parallelism);
                for (Happening again : sinceCheckpoint) {
                    happen(harness, again);
                }
            } else {
                happen(harness, happening);
                sinceCheckpoint.add(happening);
                watermark = count(happening, watermark, counts);
            }
        }
        if (seed % 2 == 0) {
            // Whoever waits sees all corrections.
            harness.watermark(BEGIN + 4_000_000);
            for (int i = 0; i < 40 && inTime; i++) {
                harness.passTime(10_000);
            }
        }
        harness.watermark(Long.MAX_VALUE);
        harness.passTime(3 * EventTimeProgress.GRACE_MILLIS);
        counts.merge("window", (long) harness.lastRevisions().size(), Long::sum);
        counts.merge("revision", (long) harness.emitted().size(), Long::sum);
        counts.merge("too late", harness.tooLate(), Long::sum);
        return harness;
    }

    /** Has all labels be read first and then, as fast as it goes, the images. */
    AccuracyHarness playAsBacklog() throws Exception {
        AccuracyHarness harness = new AccuracyHarness(
                new AccuracyHarness.Settings(
                        windows, Duration.ofMillis(reachMillis), lateness(), pace, Optional.empty()),
                2);
        for (Happening happening : happenings) {
            if (happening instanceof Labelled) {
                happen(harness, happening);
            }
        }
        for (Happening happening : happenings) {
            if (happening instanceof Tagged || happening instanceof WatermarkPassed) {
                happen(harness, happening);
            }
        }
        harness.watermark(Long.MAX_VALUE);
        return harness;
    }

    private static void happen(AccuracyHarness harness, Happening happening) throws Exception {
        if (happening instanceof Tagged tagged) {
            harness.tag(tagged.tag);
        } else if (happening instanceof Labelled labelled) {
            harness.label(labelled.label);
        } else if (happening instanceof WatermarkPassed passed) {
            harness.watermark(passed.time);
        } else if (happening instanceof TimePassed passed) {
            harness.passTime(passed.millis);
        }
    }

    private long count(Happening happening, long watermark, Map<String, Long> counts) {
        if (happening instanceof WatermarkPassed passed) {
            return passed.time;
        }
        if (happening instanceof Tagged tagged) {
            boolean late = tagged.tag.outcome().eventTime() < watermark;
            counts.merge(late ? "late tag" : "tag", 1L, Long::sum);
        } else if (happening instanceof Labelled labelled) {
            boolean again = labelsOf(labelled.label.productId()).anyMatch(other -> other.place < labelled.place);
            counts.merge(labelled.label.sentAt() < watermark ? "late label" : "label", 1L, Long::sum);
            counts.merge("correction", again ? 1L : 0L, Long::sum);
        }
        return watermark;
    }
}
