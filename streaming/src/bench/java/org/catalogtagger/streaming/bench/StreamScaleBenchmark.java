package org.catalogtagger.streaming.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.catalogtagger.bench.Figures;
import org.catalogtagger.bench.ResidentMemory;
import org.catalogtagger.model.bundle.AtomicDirectory;
import org.catalogtagger.streaming.settings.StreamSettings;

/**
 * A 4800-512-256-52 model at parallelism 1 and 2, and on backlogs of 10,000 to 1,000,000 images: what an event costs, and
 * what the process holds, must not depend on how many wait. All in one JVM that is warm, the broker in it.
 */
public final class StreamScaleBenchmark {
    private static final int WARM_UP = 300_000;
    private static final List<Integer> BACKLOGS = List.of(10_000, 100_000, 1_000_000);
    private static final int OF_PARALLELISM = 300_000;

    private StreamScaleBenchmark() {}

    /** Takes the file for the figures. */
    public static void main(String... arguments) throws Exception {
        Figures figures = new Figures();
        BenchImages images = BenchImages.load();
        Path folder = Files.createTempDirectory("bench");
        try (BenchJob bench = BenchJob.start(folder)) {
            Path bundle = BenchModels.compact(folder.resolve("model"));
            publish(bench, images, "images", WARM_UP);
            overBacklog(bench, bundle, "images", WARM_UP, 2);
            for (int parallelism : List.of(1, 2)) {
                BenchJob.Rate rate = overBacklog(bench, bundle, "images", OF_PARALLELISM, parallelism);
                figures.add(
                        "imagesPerSecondAtParallelism" + parallelism,
                        rate.figures().imagesPerSecond(),
                        "");
            }
            for (int backlog : BACKLOGS) {
                String topic = "images-" + backlog;
                publish(bench, images, topic, backlog);
                BenchJob.Rate rate = overBacklog(bench, bundle, topic, backlog, 2);
                figures.add(
                        "microsPerEventAt" + backlog,
                        1e6 / rate.figures().imagesPerSecond(),
                        "from the first event to the last tag");
                figures.add("residentMegabytesAt" + backlog, ResidentMemory.anonymousMegabytes(), "broker included");
            }
        } finally {
            AtomicDirectory.deleteRecursively(folder);
        }
        figures.write(arguments);
        System.exit(0);
    }

    private static void publish(BenchJob bench, BenchImages images, String topic, int count) throws Exception {
        bench.createTopic(topic);
        images.publish(bench.bootstrapServers(), topic, 0, count, 0);
    }

    private static BenchJob.Rate overBacklog(BenchJob bench, Path bundle, String topic, int backlog, int parallelism)
            throws Exception {
        StreamSettings settings = bench.settings(topic, bundle, "flink: {parallelism: %d}".formatted(parallelism));
        return bench.overBacklog(settings, BenchJob::product, backlog, 0.2);
    }
}
