package org.catalogtagger.streaming.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionListing;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.model.image.ImageFolder;
import org.catalogtagger.streaming.job.TaggingJob;
import org.catalogtagger.streaming.publish.ImagePublisher;
import org.catalogtagger.streaming.settings.StreamSettings;
import org.catalogtagger.training.sample.ProductShape;
import org.catalogtagger.training.sample.SampleCatalogue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job that fails again and again while images keep coming. */
class RestartsUnderLoadIT {
    private static final int RESTARTS = 20;
    private static final int ROUND = 400;

    /** Each record counts one down; at 0 the source throws. */
    private static final AtomicInteger UNTIL_FAILURE = new AtomicInteger(Integer.MAX_VALUE);

    private static final AtomicInteger FAILURES = new AtomicInteger();

    @Test
    void twentyRestartsLoseNothingDoubleNothingAndLeaveNoPileOfIdsOrThreads(@TempDir Path folder) throws Exception {
        FAILURES.set(0);
        long adminsBefore = adminThreads();
        UNTIL_FAILURE.set(Integer.MAX_VALUE);
        ModelBundle model = TinyModel.save(folder.resolve("model"), 1);
        Path image = Files.write(folder.resolve("1.jpg"), SampleCatalogue.jpeg(ProductShape.TIES, new Random(1)));
        String restartAtOnce =
                """
                flink: {checkpointInterval: 50 ms, properties: {restart-strategy.type: fixed-delay,
                  restart-strategy.fixed-delay.attempts: 100, restart-strategy.fixed-delay.delay: 50 ms}}
                """;
        try (RunningJob job = RunningJob.start(folder, model, RestartsUnderLoadIT::failing, restartAtOnce);
                ImagePublisher publisher =
                        new ImagePublisher(job.kafka.bootstrapServers(), Map.of(), "product-images")) {
            for (int restart = 1; restart <= RESTARTS; restart++) {
                int failures = restart;
                // Anywhere between two checkpoints, and in the middle of one.
                UNTIL_FAILURE.set(1 + new Random(restart).nextInt(ROUND));
                publisher.publish(
                        entries(image, (restart - 1) * ROUND, restart * ROUND), List.of("Ties"), true, 0, sent -> {});
                RunningJob.await("failure " + restart, () -> FAILURES.get() == failures);
                RunningJob.await("the tags of round " + restart, () -> tags(job).size() >= failures * ROUND);
            }
            job.drain();

            assertThat(tags(job)).hasSize(RESTARTS * ROUND).doesNotHaveDuplicates();
            // Some hundreds of checkpoints of 5 sinks were completed; with an id for each there would be thousands.
            assertThat(transactionalIds(job))
                    .isNotEmpty()
                    .allMatch(id -> id.startsWith("catalog-tagger:"))
                    .hasSizeLessThan(60);
            // Those of the five sinks' two subtasks, of the source's enumerators and of the lease, once.
            assertThat(adminThreads() - adminsBefore).isLessThan(30);
        }
    }

    private static long adminThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("kafka-admin-client-thread"))
                .count();
    }

    private static List<String> transactionalIds(RunningJob job) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", job.kafka.bootstrapServers()))) {
            return admin.listTransactions().all().get().stream()
                    .map(TransactionListing::transactionalId)
                    .toList();
        }
    }

    private static TaggingJob failing(StreamSettings settings, TaggingJob job) {
        return FailingImages.of(
                settings, job, event -> UNTIL_FAILURE.decrementAndGet() == 0 && FAILURES.incrementAndGet() > 0);
    }

    private static List<ImageFolder.Entry> entries(Path image, int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(id -> new ImageFolder.Entry(image, 0, "product-" + id))
                .toList();
    }

    private static List<String> tags(RunningJob job) {
        return CommittedRecords.readAll(job.kafka.bootstrapServers(), "product-tags").stream()
                .map(tag -> new String(tag.key(), StandardCharsets.UTF_8))
                .toList();
    }
}
