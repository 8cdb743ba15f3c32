package org.catalogtagger.streaming.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.model.image.ImageFolder;
import org.catalogtagger.streaming.job.TaggingJob;
import org.catalogtagger.streaming.publish.ImagePublisher;
import org.catalogtagger.streaming.settings.StreamSettings;
import org.catalogtagger.training.sample.ProductShape;
import org.catalogtagger.training.sample.SampleCatalogue;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;

class ExactlyOnceIT {
    private static final int FIRST = 1000;
    private static final int SECOND = 2000;

    /** Records until the failure; negative when it is over or not yet wanted. */
    private static final AtomicInteger UNTIL_FAILURE = new AtomicInteger(-1);

    private static final AtomicInteger FAILURES = new AtomicInteger();

    /** Repeated, because what a failure does depends on what is in flight: one in four once left the job hanging. */
    @RepeatedTest(3)
    void afterAFailureAReaderOfCommittedRecordsSeesEachProductOnce(@TempDir Path folder) throws Exception {
        FAILURES.set(0);
        ModelBundle model = TinyModel.save(folder.resolve("model"), 1);
        Path image = Files.write(folder.resolve("1.jpg"), SampleCatalogue.jpeg(ProductShape.TIES, new Random(1)));
        try (RunningJob job = RunningJob.start(folder, model, ExactlyOnceIT::failing);
                ImagePublisher publisher =
                        new ImagePublisher(job.kafka.bootstrapServers(), Map.of(), "product-images")) {
            publisher.publish(entries(image, 0, FIRST), List.of("Ties"), true, 0, sent -> {});
            RunningJob.await("tags before the failure", () -> !tags(job).isEmpty());

            UNTIL_FAILURE.set(SECOND / 2);
            publisher.publish(entries(image, FIRST, FIRST + SECOND), List.of("Ties"), true, 0, sent -> {});
            RunningJob.await("all tags", () -> tags(job).size() >= FIRST + SECOND);
            job.drain();

            assertThat(FAILURES).hasValue(1);
            assertThat(tags(job)).hasSize(FIRST + SECOND).doesNotHaveDuplicates();
            assertThat(AccuracyTopicIT.counted(job.kafka.bootstrapServers(), "support"))
                    .as("no label lost or counted twice")
                    .isEqualTo(FIRST + SECOND);
        }
    }

    /** The same job, but its source throws once. */
    private static TaggingJob failing(StreamSettings settings, TaggingJob job) {
        return FailingImages.of(
                settings,
                job,
                event -> UNTIL_FAILURE.get() >= 0
                        && UNTIL_FAILURE.decrementAndGet() == 0
                        && FAILURES.incrementAndGet() > 0);
    }

    private static List<ImageFolder.Entry> entries(Path image, int from, int to) {
        List<ImageFolder.Entry> entries = new ArrayList<>();
        for (int id = from; id < to; id++) {
            entries.add(new ImageFolder.Entry(image, 0, "product-" + id));
        }
        return entries;
    }

    private static List<String> tags(RunningJob job) {
        return CommittedRecords.readAll(job.kafka.bootstrapServers(), "product-tags").stream()
                .map(tag -> new String(tag.key(), StandardCharsets.UTF_8))
                .toList();
    }
}
