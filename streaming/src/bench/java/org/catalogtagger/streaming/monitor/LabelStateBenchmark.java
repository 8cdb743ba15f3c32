package org.catalogtagger.streaming.monitor;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.runtime.state.storage.FileSystemCheckpointStorage;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.state.rocksdb.RocksDBOptions;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.catalogtagger.bench.Figures;
import org.catalogtagger.bench.ResidentMemory;
import org.catalogtagger.model.bundle.AtomicDirectory;
import org.catalogtagger.streaming.accuracy.SampledTags;
import org.catalogtagger.streaming.accuracy.TagOutcome;
import org.catalogtagger.streaming.events.ProductLabel;
import org.catalogtagger.streaming.events.ProductTag;
import org.catalogtagger.streaming.job.FlinkEnvironment;

/**
 * Products that wait for their label, up to a million of them, on RocksDB and on the heap: what an event costs one core,
 * what the process holds, what a checkpoint takes, and what it costs to forget them all. Half of the events are tags of new products, half are labels of
 * waiting ones.
 */
public final class LabelStateBenchmark {
    private static final List<Integer> WAITING = List.of(10_000, 100_000, 1_000_000);
    private static final int EVENTS = 100_000;
    private static final int PARTITIONS = 12;
    private static final List<String> TOP = List.of("Casual Shoes", "Sports Shoes", "Heels");

    private LabelStateBenchmark() {}

    /** Takes the file for the figures. */
    public static void main(String... arguments) throws Exception {
        Figures figures = new Figures();
        Path folder = Files.createTempDirectory("bench");
        try {
            measure("warmUp", rocksDb(), 100_000, folder, new Figures());
            for (int waiting : WAITING) {
                measure("rocksdb", rocksDb(), waiting, folder, figures);
            }
            for (int waiting : WAITING) {
                measure("heap", new HashMapStateBackend(), waiting, folder, figures);
            }
        } finally {
            AtomicDirectory.deleteRecursively(folder);
        }
        figures.write(arguments);
        System.exit(0);
    }

    /** With the memory that a slot has in a local Flink of two: it shares 128 MB of managed memory. */
    private static StateBackend rocksDb() {
        Configuration flink = new Configuration();
        FlinkEnvironment.rocksDb(flink);
        flink.set(RocksDBOptions.FIX_PER_SLOT_MEMORY_SIZE, MemorySize.ofMebiBytes(64));
        return new EmbeddedRocksDBStateBackend().configure(flink, LabelStateBenchmark.class.getClassLoader());
    }

    private static void measure(String name, StateBackend backend, int waiting, Path folder, Figures figures)
            throws Exception {
        try (KeyedTwoInputStreamOperatorTestHarness<String, ProductTag, ProductLabel, AccuracyChange> harness =
                new KeyedTwoInputStreamOperatorTestHarness<>(
                        new KeyedCoProcessOperator<>(new JoinLabels(Duration.ofDays(1))),
                        ProductTag::productId,
                        ProductLabel::productId,
                        Types.STRING)) {
            harness.setStateBackend(backend);
            harness.setCheckpointStorage(new FileSystemCheckpointStorage(
                    folder.resolve("checkpoints").toUri()));
            harness.open();
            for (int i = 0; i < waiting; i++) {
                tag(harness, i);
            }
            Random random = new Random(1);
            long start = System.nanoTime();
            for (int i = 0; i < EVENTS / 2; i++) {
                tag(harness, waiting + i);
                String product = product(random.nextInt(waiting));
                harness.processElement2(new StreamRecord<>(
                        new ProductLabel(product, "Heels", SampledTags.NOT_DECLARED, 1_000_000L + i, 1_000_000L + i)));
                harness.getOutput().clear();
            }
            double micros = (System.nanoTime() - start) / 1e3 / EVENTS;
            String at = name + String.format(Locale.ROOT, "At%d", waiting);
            figures.add(at + "EventMicros", micros, "of one core");
            start = System.nanoTime();
            OperatorSubtaskState state = harness.snapshot(1, 1);
            figures.add(at + "CheckpointMillis", (System.nanoTime() - start) / 1e6, "a full checkpoint to local disk");
            figures.add(at + "CheckpointMegabytes", state.getStateSize() / 1e6, "");
            figures.add(at + "ResidentMegabytes", ResidentMemory.anonymousMegabytes(), "of the process, heap included");
            int products = waiting + EVENTS / 2;
            start = System.nanoTime();
            harness.processBothWatermarks(
                    new Watermark(1_000_000L + products + Duration.ofDays(2).toMillis()));
            figures.add(
                    at + "ExpiryMicros",
                    (System.nanoTime() - start) / 1e3 / products,
                    "of one core, for a product that is forgotten");
        }
    }

    private static void tag(
            KeyedTwoInputStreamOperatorTestHarness<String, ProductTag, ProductLabel, AccuracyChange> harness, int id)
            throws Exception {
        String source = "product-images/%d/%d".formatted(id % PARTITIONS, 5_000_000 + id / PARTITIONS);
        TagOutcome outcome = new TagOutcome(
                "compact-ce961e3dad59", "", 1_000_000L + id, 0.9f, TOP, 0.8f, 200, false, 0.5f, source, 0.01);
        harness.processElement1(new StreamRecord<>(
                new ProductTag(product(id), outcome, "", SampledTags.NOT_DECLARED), outcome.eventTime()));
        harness.getOutput().clear();
    }

    private static String product(int id) {
        return "product-" + id;
    }
}
