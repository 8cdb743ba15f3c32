package org.catalogtagger.streaming.monitor;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.catalogtagger.bench.Figures;
import org.catalogtagger.streaming.accuracy.AccuracyWindows;
import org.catalogtagger.streaming.accuracy.AccuracyWindows.Kind;
import org.catalogtagger.streaming.accuracy.CorrectionPace;
import org.catalogtagger.streaming.accuracy.SampledTags;
import org.catalogtagger.streaming.accuracy.TagOutcome;
import org.catalogtagger.streaming.events.ProductLabel;
import org.catalogtagger.streaming.events.ProductTag;

/**
 * A month of tags and labels in minutes: windows of an hour each five minutes, fifty segments that come and go, a new
 * model each day, labels hours later, a restart from a checkpoint each day, all state on the heap. Fifth by fifth, what
 * a tag costs, what is kept, and what the heap holds: they are to be flat.
 */
public final class AccuracyMonthBenchmark {
    private static final int DAYS = Integer.getInteger("bench.days", 30);
    private static final int TAGS_PER_MINUTE = 30;
    private static final int PARTS = 5;
    private static final int LABEL_AFTER_MINUTES = 200;
    private static final int SEGMENTS_A_DAY = 50;
    private static final int MINUTES_A_DAY = 1440;
    private static final long MINUTE = 60_000;
    private static final long BEGIN = 1_700_000_040_000L;
    private static final List<String> CLASSES = List.of("Shirts", "Ties", "Watches", "Heels", "Jeans", "Belts");

    private final Random random = new Random(1);

    private AccuracyMonthBenchmark() {}

    /** Takes the file for the figures. */
    public static void main(String... arguments) throws Exception {
        Figures figures = new Figures();
        new AccuracyMonthBenchmark().run(figures);
        figures.write(arguments);
        System.exit(0);
    }

    private void run(Figures figures) throws Exception {
        AccuracyHarness.Settings settings = new AccuracyHarness.Settings(
                new AccuracyWindows(
                        Kind.SLIDING,
                        Duration.ofHours(1).toMillis(),
                        Duration.ofMinutes(5).toMillis()),
                Duration.ofHours(6),
                Duration.ofHours(12),
                new CorrectionPace(5000, 0.1, 1 << 20),
                Optional.empty());
        long windows = 0;
        double first = 0;
        double last = 0;
        try (AccuracyHarness harness = new AccuracyHarness(settings, 2)) {
            for (int part = 0; part < PARTS; part++) {
                long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
                int minutes = DAYS * MINUTES_A_DAY / PARTS;
                for (int minute = part * minutes; minute < (part + 1) * minutes; minute++) {
                    pass(harness, minute);
                    windows += harness.emitted().size();
                    harness.emitted().clear();
                }
                double seconds = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before) / 1e9;
                double perSecond = (double) minutes * TAGS_PER_MINUTE / seconds;
                String until = "Day" + (part + 1) * DAYS / PARTS;
                figures.add("countsPerSecond" + until, perSecond, "tags and their labels, one core");
                figures.add("entries" + until, harness.entries(), "of keyed state");
                figures.add("heapMegabytes" + until, heapMegabytes(), "after a collection");
                first = part == 1 ? perSecond : first;
                last = perSecond;
            }
        }
        if (windows == 0) {
            throw new IllegalStateException("no window was emitted in %d days; nothing was measured".formatted(DAYS));
        }
        figures.add("windows", (double) windows, "closed and corrected");
        figures.add("lastOverSecondFifth", last / first, "of the speed; 1 where it is flat");
    }

    private void pass(AccuracyHarness harness, int minute) throws Exception {
        for (int i = 0; i < TAGS_PER_MINUTE; i++) {
            int id = minute * TAGS_PER_MINUTE + i;
            int day = minute / MINUTES_A_DAY;
            String segment = "merchant-" + (day * 5 + random.nextInt(SEGMENTS_A_DAY));
            TagOutcome outcome = new TagOutcome(
                    "model-" + day, segment, BEGIN + minute * MINUTE + i, 0.9f, List.of(classOf(id)), 0.8f, 200, false);
            harness.tag(new ProductTag("product-" + id, outcome, "", SampledTags.NOT_DECLARED));
            int labelled = id - LABEL_AFTER_MINUTES * TAGS_PER_MINUTE;
            // One in ten is never labelled.
            if (labelled >= 0 && labelled % 10 != 0) {
                long at = BEGIN + minute * MINUTE;
                harness.label(new ProductLabel(
                        "product-" + labelled, classOf(labelled * 7), SampledTags.NOT_DECLARED, at, at));
            }
        }
        harness.watermark(BEGIN + minute * MINUTE);
        harness.passTime(MINUTE);
        if (minute % MINUTES_A_DAY == 0) {
            harness.emitted().clear();
            harness.checkpoint();
            harness.restart(2);
        }
    }

    private static String classOf(int id) {
        return CLASSES.get(Math.floorMod(id, CLASSES.size()));
    }

    private static double heapMegabytes() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return (runtime.totalMemory() - runtime.freeMemory()) / 1e6;
    }
}
