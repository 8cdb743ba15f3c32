package org.catalogtagger.streaming.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.core.execution.JobClient;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.catalogtagger.bench.Figures;
import org.catalogtagger.model.bundle.AtomicDirectory;
import org.catalogtagger.streaming.kafka.CommittedRecords;
import org.catalogtagger.streaming.settings.StreamSettings;

/**
 * From an event's timestamp, which its producer gives it, to the moment when a reader of committed tags has the tag, at
 * a light load.
 */
public final class StreamLatencyBenchmark {
    private static final double EVENTS_PER_SECOND = 20;
    private static final int WARM_UP = 200;
    private static final int EVENTS = WARM_UP + Integer.getInteger("bench.events", 600);
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

            figures.add("p50Millis", quantile(atLeastOnce, 0.5), "from event to tag, at least once");
            figures.add("p99Millis", quantile(atLeastOnce, 0.99), "");
            figures.add("maxDelayPlusForwardMillis", MAX_DELAY_MILLIS + forward, "what the settings ask for");
            figures.add(
                    "exactlyOnceP50Millis",
                    quantile(exactlyOnce, 0.5),
                    "exactly once, checkpoints %,d ms apart".formatted(CHECKPOINT_MILLIS));
            figures.add("exactlyOnceP99Millis", quantile(exactlyOnce, 0.99), "");
            figures.add(
                    "checkpointShare",
                    1 - quantile(atLeastOnce, 0.5) / quantile(exactlyOnce, 0.5),
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
        try (KafkaConsumer<byte[], byte[]> tags = CommittedRecords.consumer(bench.bootstrapServers())) {
            String tagsTopic = settings.kafka().tagsTopic();
            tags.assign(
                    List.of(new TopicPartition(tagsTopic, 0), new TopicPartition(tagsTopic, BenchJob.PARTITIONS - 1)));
            CompletableFuture<Void> sending = CompletableFuture.runAsync(
                    () -> images.publish(bench.bootstrapServers(), topic, 0, EVENTS, EVENTS_PER_SECOND));
            List<Long> millis = new ArrayList<>();
            long deadline = System.nanoTime()
                    + TimeUnit.SECONDS.toNanos(60)
                    + (long) (EVENTS / EVENTS_PER_SECOND * TimeUnit.SECONDS.toNanos(1));
            while (millis.size() < EVENTS) {
                for (ConsumerRecord<byte[], byte[]> tag : tags.poll(Duration.ofMillis(100))) {
                    // A tag's timestamp is its event's.
                    millis.add(System.currentTimeMillis() - tag.timestamp());
                }
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("%d tags of %d events".formatted(millis.size(), EVENTS));
                }
            }
            sending.join();
            return millis.subList(WARM_UP, EVENTS).stream().sorted().toList();
        } finally {
            job.cancel().get();
            System.out.printf(Locale.ROOT, "  %s: done%n", delivery);
        }
    }

    private static double quantile(List<Long> sorted, double share) {
        return sorted.get((int) Math.min(sorted.size() - 1L, Math.round(share * sorted.size())));
    }
}
