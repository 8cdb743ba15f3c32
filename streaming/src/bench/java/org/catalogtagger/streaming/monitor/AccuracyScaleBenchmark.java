package org.catalogtagger.streaming.monitor;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.state.rocksdb.RocksDBOptions;
import org.catalogtagger.bench.Figures;
import org.catalogtagger.streaming.accuracy.AccuracyWindows;
import org.catalogtagger.streaming.accuracy.AccuracyWindows.Kind;
import org.catalogtagger.streaming.accuracy.CorrectionPace;
import org.catalogtagger.streaming.accuracy.SampledTags;
import org.catalogtagger.streaming.accuracy.TagOutcome;
import org.catalogtagger.streaming.accuracy.WindowAccuracy;
import org.catalogtagger.streaming.events.ProductLabel;
import org.catalogtagger.streaming.events.ProductTag;
import org.catalogtagger.streaming.job.FlinkEnvironment;
import org.catalogtagger.streaming.json.JsonValues;

/**
 * What a tag and its label, which comes ten seconds later, cost one core from the join to the JSON of the windows, with
 * state in RocksDB: windows over all tags and 52 classes, over 200 segments too, and over 5,000 classes. 10,000 tags come in a
 * second of event time, and event time goes on as the clock does.
 */
public final class AccuracyScaleBenchmark {
    private static final int SECONDS = Integer.getInteger("bench.seconds", 40);
    private static final int TAGS_PER_SECOND = 10_000;
    private static final int STEPS_PER_SECOND = 5;
    private static final int LABEL_AFTER_SECONDS = 10;
    private static final int ROUNDS = 2;
    private static final int MAX_BYTES = 1 << 20;
    private static final long BEGIN = 1_700_000_000_000L;

    private final Random random = new Random(1);
    private final List<String> classes;
    private final int segments;
    private long tags;
    private long windows;
    private long bytes;
    private int largest;
    private double cpuSeconds;

    private AccuracyScaleBenchmark(int segments, int classes) {
        this.segments = segments;
        this.classes =
                IntStream.range(0, classes).mapToObj("Class %04d"::formatted).toList();
    }

    /** Takes the file for the figures. */
    public static void main(String... arguments) throws Exception {
        new AccuracyScaleBenchmark(200, 52).run(LABEL_AFTER_SECONDS + 5);
        AccuracyScaleBenchmark one = new AccuracyScaleBenchmark(1, 52);
        AccuracyScaleBenchmark many = new AccuracyScaleBenchmark(200, 52);
        AccuracyScaleBenchmark wide = new AccuracyScaleBenchmark(1, 5000);
        for (int round = 0; round < ROUNDS; round++) {
            for (AccuracyScaleBenchmark each : List.of(one, many, wide)) {
                each.run(SECONDS);
            }
        }
        Figures figures = new Figures();
        figures.add("countsPerSecond1", one.countsPerSecond(), "tags and their labels, one core; 52 classes");
        figures.add("countsPerSecond200", many.countsPerSecond(), "the same with 200 segments");
        figures.add("countsPerSecond5000Classes", wide.countsPerSecond(), "the same with 5,000 classes");
        figures.add(
                "cost200",
                one.countsPerSecond() / many.countsPerSecond(),
                "of a tag, times the first; to be 1.5 at most");
        figures.add("cost5000Classes", one.countsPerSecond() / wide.countsPerSecond(), "likewise");
        figures.add("bytesOut1", one.bytesPerSecond(), "of JSON in a second, closed windows and corrections");
        figures.add("bytesOut", many.bytesPerSecond(), "the same with 200 segments");
        figures.add("bytesOut5000Classes", wide.bytesPerSecond(), "the same with 5,000 classes");
        figures.add("largestRecord", Math.max(many.largest, wide.largest), "bytes");
        figures.write(arguments);
        System.exit(0);
    }

    /** With the memory that a slot has in a local Flink of two: it shares 128 MB of managed memory. */
    private static StateBackend rocksDb() {
        Configuration flink = new Configuration();
        FlinkEnvironment.rocksDb(flink);
        flink.set(RocksDBOptions.FIX_PER_SLOT_MEMORY_SIZE, MemorySize.ofMebiBytes(64));
        return new EmbeddedRocksDBStateBackend().configure(flink, AccuracyScaleBenchmark.class.getClassLoader());
    }

    private void run(int seconds) throws Exception {
        AccuracyHarness.Settings settings = new AccuracyHarness.Settings(
                new AccuracyWindows(Kind.SLIDING, 10_000, 10_000),
                Duration.ofHours(1),
                Duration.ofDays(1),
                new CorrectionPace(5000, 0.1, 1 << 20),
                Optional.of(rocksDb()));
        long before = cpuNanos();
        try (AccuracyHarness harness = new AccuracyHarness(settings, 1)) {
            int stepMillis = 1000 / STEPS_PER_SECOND;
            for (int step = 0; step < seconds * STEPS_PER_SECOND; step++) {
                for (int i = 0; i < TAGS_PER_SECOND / STEPS_PER_SECOND; i++) {
                    long id = (long) step * TAGS_PER_SECOND / STEPS_PER_SECOND + i;
                    tag(harness, id);
                    label(harness, id - (long) LABEL_AFTER_SECONDS * TAGS_PER_SECOND);
                }
                harness.watermark(BEGIN + (long) step * stepMillis);
                harness.passTime(stepMillis);
                write(harness);
                if (step % (10 * STEPS_PER_SECOND) == 0) {
                    harness.checkpointBarrier();
                }
            }
            harness.watermark(Long.MAX_VALUE);
            write(harness);
        }
        cpuSeconds += (cpuNanos() - before) / 1e9;
    }

    private void tag(AccuracyHarness harness, long id) throws Exception {
        String truth = truth(id);
        // Nine of ten are right; the others are taken for a few classes that look like it.
        String label = random.nextInt(10) > 0
                ? truth
                : classes.get((Math.floorMod(truth.hashCode(), classes.size()) + random.nextInt(8)) % classes.size());
        List<String> top = List.of(label, classes.get(0), classes.get(1));
        String segment = segments == 1 ? "" : "merchant-" + random.nextInt(segments);
        TagOutcome outcome = new TagOutcome(
                "compact-ce961e3dad59", segment, BEGIN + id * 1000 / TAGS_PER_SECOND, 0.9f, top, 0.8f, 200, false);
        harness.tag(new ProductTag("product-" + id, outcome, "", SampledTags.NOT_DECLARED));
        tags++;
    }

    private void label(AccuracyHarness harness, long id) throws Exception {
        if (id >= 0) {
            long at = BEGIN + id * 1000 / TAGS_PER_SECOND + LABEL_AFTER_SECONDS * 1000L;
            harness.label(new ProductLabel("product-" + id, truth(id), SampledTags.NOT_DECLARED, at, at));
        }
    }

    private String truth(long id) {
        return classes.get((int) Math.floorMod((id * 2_654_435_761L) >>> 8, (long) classes.size()));
    }

    private void write(AccuracyHarness harness) {
        for (WindowAccuracy window : harness.emitted()) {
            int length = JsonValues.accuracy(window, MAX_BYTES).length;
            windows++;
            bytes += length;
            largest = Math.max(largest, length);
        }
        harness.emitted().clear();
    }

    private double countsPerSecond() {
        if (windows == 0 || tags == 0) {
            throw new IllegalStateException("no window was emitted for %d tags; nothing was measured".formatted(tags));
        }
        return tags / cpuSeconds;
    }

    private double bytesPerSecond() {
        return (double) bytes * TAGS_PER_SECOND / tags;
    }

    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
