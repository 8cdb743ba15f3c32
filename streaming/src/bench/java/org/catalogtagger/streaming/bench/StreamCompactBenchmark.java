package org.catalogtagger.streaming.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.catalogtagger.bench.Figures;
import org.catalogtagger.model.bundle.AtomicDirectory;
import org.catalogtagger.streaming.settings.StreamSettings;

/**
 * A 4800-512-256-52 model, or that of {@code -Dbench.model=BUNDLE}, on a backlog of real images, from Kafka to Kafka, exactly once, the
 * broker on the same cores: beside a bare loop that decodes and classifies the same images from memory.
 */
public final class StreamCompactBenchmark {
    private static final int BACKLOG = Integer.getInteger("bench.backlog", 1_000_000);
    private static final int BATCH = Integer.getInteger("bench.batch", 256);
    private static final double SECONDS = 6;

    private StreamCompactBenchmark() {}

    /** Takes the file for the figures. */
    public static void main(String... arguments) throws Exception {
        Figures figures = new Figures();
        BenchImages images = BenchImages.load();
        Path folder = Files.createTempDirectory("bench");
        int cores = Runtime.getRuntime().availableProcessors();
        try (BenchJob bench = BenchJob.start(folder)) {
            String given = System.getProperty("bench.model");
            Path bundle = given == null ? BenchModels.compact(folder.resolve("model")) : Path.of(given);
            bench.createTopic("images");
            images.publish(bench.bootstrapServers(), "images", 0, BACKLOG, 0);
            StreamSettings settings = bench.settings(
                    "images", bundle, "{classify: {maxBatch: %d}, flink: {checkpointInterval: 5 s}}".formatted(BATCH));

            BareLoop loop = new BareLoop(cores, BATCH, true);
            double before = loop.imagesPerSecond(images, bundle, SECONDS);
            BenchJob.Rate job = bench.overBacklog(settings, BenchJob::product, BACKLOG, 0.6);
            double bare = Math.max(before, loop.imagesPerSecond(images, bundle, SECONDS));

            figures.add("imagesPerSecond", job.steadyImagesPerSecond(), "the job's, Kafka to Kafka, exactly once");
            figures.add(
                    "bareLoopImagesPerSecond",
                    bare,
                    "decoding and classifying from memory, %d threads".formatted(cores));
            figures.add("jobOverBareLoop", job.steadyImagesPerSecond() / bare, "");
            figures.add(
                    "coreMicros", 1e6 * cores / job.steadyImagesPerSecond(), "of all cores for one image, of which:");
            new TreeMap<>(job.cpuMicros())
                    .forEach((part, micros) -> figures.add(part + "Micros", micros, meaning(part)));
            double ofJob = job.cpuMicros().entrySet().stream()
                    .filter(part ->
                            !Set.of(CpuBreakdown.IDLE, CpuBreakdown.BROKER).contains(part.getKey()))
                    .mapToDouble(Map.Entry::getValue)
                    .sum();
            figures.add(
                    "driftShare",
                    job.cpuMicros().getOrDefault(CpuBreakdown.DRIFT, 0.0) / ofJob,
                    "of the job's processor time");
        } finally {
            AtomicDirectory.deleteRecursively(folder);
        }
        figures.write(arguments);
        System.exit(0);
    }

    private static String meaning(String part) {
        return switch (part) {
            case CpuBreakdown.BROKER -> "Kafka's broker";
            case "consumer" -> "Kafka's consumer";
            case "source" -> "Flink's source: records to events, and on to the next task";
            case "flink" -> "the classifying task: events from the source, and all else";
            case "decode" -> "JPEG to gray levels";
            case "normalize" -> "gray levels to floats";
            case "forward" -> "the model";
            case "tag" -> "best labels and JSON";
            case "sink" -> "records to Kafka's producer";
            case "producer" -> "Kafka's producer, sending";
            case "accuracy" -> "tags joined with labels and counted";
            case CpuBreakdown.DRIFT -> "counts watched for drift";
            case "rocksdb" -> "the state's files written and compacted";
            case "checkpoint" -> "state copied to the checkpoints";
            case "flusher" -> "Flink's timers that send what a buffer holds";
            case "gc" -> "garbage collected";
            case "compiler" -> "bytecode compiled";
            case "other" -> "threads that have no name here";
            case CpuBreakdown.IDLE -> "no thread of this process";
            default -> "";
        };
    }
}
