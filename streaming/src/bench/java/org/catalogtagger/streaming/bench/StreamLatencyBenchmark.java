package org.catalogtagger.streaming.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.flink.core.execution.JobClient;
import org.catalogtagger.bench.Figures;
import org.catalogtagger.model.bundle.AtomicDirectory;
import org.catalogtagger.streaming.settings.StreamSettings;

/**
 * From an event's timestamp, which its producer gives it, to the moment when a reader of committed tags has the tag, at
 * a light load.
 */
public final class StreamLatencyBenchmark {
    private static final int MAX_DELAY_MILLIS = 50;
    private static final int CHECKPOINT_MILLIS = 1000;

    private StreamLatencyBenchmark() {}

    /** Takes the file for the figures. */
    public static void main(String... arguments) throws Exception {
        Figures figures = new Figures();
        BenchImages images = BenchImages.load();
        Path folder = Files.createTempDirectory("bench");
        try (BenchJob bench = BenchJob.start(folder)) {
            Path bundle = BenchModels.compact(folder.resolve("model"));
            double forward = 1e3 / new BareLoop(1, 1, false).imagesPerSecond(images, bundle, 2);

            List<Long> atLeastOnce = millis(bench, images, bundle, "at-least-once");
            List<Long> exactlyOnce = millis(bench, images, bundle, "exactly-once");

            figures.add("p50Millis", LightLoad.quantile(atLeastOnce, 0.5), "from event to tag, at least once");
            figures.add("p99Millis", LightLoad.quantile(atLeastOnce, 0.99), "");
            figures.add("maxDelayPlusForwardMillis", MAX_DELAY_MILLIS + forward, "what the settings ask for");
            figures.add(
                    "exactlyOnceP50Millis",
                    LightLoad.quantile(exactlyOnce, 0.5),
                    "exactly once, checkpoints %,d ms apart".formatted(CHECKPOINT_MILLIS));
            figures.add("exactlyOnceP99Millis", LightLoad.quantile(exactlyOnce, 0.99), "");
            figures.add(
                    "checkpointShare",
                    1 - LightLoad.quantile(atLeastOnce, 0.5) / LightLoad.quantile(exactlyOnce, 0.5),
                    "of the median: waiting for the checkpoint that commits the tag");
        } finally {
            AtomicDirectory.deleteRecursively(folder);
        }
        figures.write(arguments);
        System.exit(0);
    }

    private static List<Long> millis(BenchJob bench, BenchImages images, Path bundle, String delivery)
            throws Exception {
        String topic = "images-" + delivery;
        bench.createTopic(topic);
        StreamSettings settings = bench.settings(
                topic,
                bundle,
                "{kafka: {delivery: %s}, classify: {maxDelay: %d ms}, flink: {checkpointInterval: %d ms}}"
                        .formatted(delivery, MAX_DELAY_MILLIS, CHECKPOINT_MILLIS));
        JobClient job = bench.run(settings, BenchJob::product);
        try {
            return LightLoad.millis(bench, images, topic, settings.kafka().tagsTopic());
        } finally {
            job.cancel().get();
            System.out.printf(Locale.ROOT, "  %s: done%n", delivery);
        }
    }
}
