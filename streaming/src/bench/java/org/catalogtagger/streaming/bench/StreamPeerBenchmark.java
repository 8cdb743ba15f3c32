package org.catalogtagger.streaming.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.flink.core.execution.JobClient;
import org.catalogtagger.bench.Figures;
import org.catalogtagger.model.bundle.AtomicDirectory;
import org.catalogtagger.streaming.settings.StreamSettings;

/**
 * The job beside what one would write instead: a Python consumer and transactional producer a core, with Pillow and
 * PyTorch in batches. The same broker, images and model; the job counts accuracy and looks for drift besides. They take
 * turns; the figures are medians.
 */
public final class StreamPeerBenchmark {
    private static final int BACKLOG = Integer.getInteger("bench.backlog", 300_000);
    private static final int ROUNDS = Integer.getInteger("bench.rounds", 3);
    private static final int BATCH = 256;
    private static final double WARM_UP = 0.4;
    private static final Duration COMMIT = Duration.ofSeconds(5);
    private static final Duration LIGHT_COMMIT = Duration.ofSeconds(1);
    private static final Duration MAX_DELAY = Duration.ofMillis(50);

    private StreamPeerBenchmark() {}

    /** Takes the file for the figures. */
    public static void main(String... arguments) throws Exception {
        Figures figures = new Figures();
        BenchImages images = BenchImages.load();
        Path folder = Files.createTempDirectory("bench");
        try (BenchJob bench = BenchJob.start(folder)) {
            Path bundle = BenchModels.compact(folder.resolve("model"));
            bench.createTopic("images");
            images.publish(bench.bootstrapServers(), "images", 0, BACKLOG, 0);
            List<Double> ours = new ArrayList<>();
            List<Double> theirs = new ArrayList<>();
            List<Double> ratios = new ArrayList<>();
            for (int round = 0; round < ROUNDS; round++) {
                double job = job(bench, bundle);
                double peer = peer(bench, bundle, "peer" + round);
                System.out.printf(Locale.ROOT, "  job %.0f images/s, Python %.0f%n", job, peer);
                ours.add(job);
                theirs.add(peer);
                ratios.add(job / peer);
            }
            figures.add("imagesPerSecond", median(ours), "the job's, Kafka to Kafka, exactly once");
            figures.add(
                    "pythonImagesPerSecond", median(theirs), "a Python process a core, Kafka to Kafka, exactly once");
            figures.add("oursOverPython", median(ratios), "");
            latency(bench, images, bundle, figures);
        } finally {
            AtomicDirectory.deleteRecursively(folder);
        }
        figures.write(arguments);
        System.exit(0);
    }

    private static double job(BenchJob bench, Path bundle) throws Exception {
        StreamSettings settings = bench.settings(
                "images",
                bundle,
                "{classify: {maxBatch: %d}, flink: {checkpointInterval: %d ms}}".formatted(BATCH, COMMIT.toMillis()));
        return bench.overBacklog(settings, BenchJob::product, BACKLOG, WARM_UP).steadyImagesPerSecond();
    }

    private static double peer(BenchJob bench, Path bundle, String name) throws Exception {
        String tags = name + "-tags";
        bench.createTopic(tags);
        try (PythonPeer peer = PythonPeer.start(bench, name, "images", tags, bundle, BATCH, MAX_DELAY, COMMIT)) {
            return bench.committedPerSecond(tags, BACKLOG, WARM_UP, peer::requireAlive);
        }
    }

    private static void latency(BenchJob bench, BenchImages images, Path bundle, Figures figures) throws Exception {
        bench.createTopic("light");
        StreamSettings settings = bench.settings(
                "light",
                bundle,
                "{classify: {maxDelay: %d ms}, flink: {checkpointInterval: %d ms}}"
                        .formatted(MAX_DELAY.toMillis(), LIGHT_COMMIT.toMillis()));
        JobClient job = bench.run(settings, BenchJob::product);
        List<Long> ours;
        try {
            ours = LightLoad.millis(bench, images, "light", settings.kafka().tagsTopic());
        } finally {
            job.cancel().get();
        }
        bench.createTopic("light-peer");
        bench.createTopic("light-peer-tags");
        List<Long> theirs;
        try (PythonPeer peer = PythonPeer.start(
                bench, "light-peer", "light-peer", "light-peer-tags", bundle, BATCH, MAX_DELAY, LIGHT_COMMIT)) {
            theirs = LightLoad.millis(bench, images, "light-peer", "light-peer-tags");
            peer.requireAlive();
        }
        figures.add("p50Millis", LightLoad.quantile(ours, 0.5), "from event to committed tag, light load, the job");
        figures.add("p99Millis", LightLoad.quantile(ours, 0.99), "");
        figures.add("pythonP50Millis", LightLoad.quantile(theirs, 0.5), "the same of Python");
        figures.add("pythonP99Millis", LightLoad.quantile(theirs, 0.99), "");
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }
}
