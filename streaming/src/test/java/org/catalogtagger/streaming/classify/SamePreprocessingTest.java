package org.catalogtagger.streaming.classify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.apache.flink.streaming.util.TwoInputStreamOperatorTestHarness;
import org.catalogtagger.model.Classifier;
import org.catalogtagger.model.Prediction;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.model.image.ImageFolder;
import org.catalogtagger.model.image.ImageLimits;
import org.catalogtagger.model.image.ImageSize;
import org.catalogtagger.streaming.events.ImageEvent;
import org.catalogtagger.streaming.events.TaggedImage;
import org.catalogtagger.training.dataset.LabelledImages;
import org.catalogtagger.training.sample.ProductShape;
import org.catalogtagger.training.sample.SampleCatalogue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model must see in production what it saw in training. */
class SamePreprocessingTest {
    private static final int IMAGES = 5;

    @Test
    void oneJpegGetsTheSameProbabilitiesInTrainingAndInTheJob(@TempDir Path folder, @TempDir Path work)
            throws Exception {
        Path own = Files.createDirectory(folder.resolve("Shirts"));
        for (int i = 0; i < IMAGES; i++) {
            Files.write(own.resolve(i + ".jpg"), SampleCatalogue.jpeg(ProductShape.SHIRTS, new Random(i)));
        }
        LabelledImages training = LabelledImages.load(
                ImageFolder.scan(folder),
                ImageSize.NOTEBOOK,
                ImageLimits.DEFAULT,
                0,
                work.resolve("cache"),
                done -> {});
        Path model = TinyModel.save(work.resolve("model"), 1).directory();
        List<Prediction> expected;
        try (Classifier classifier = Classifier.load(model)) {
            expected = classifier.classify(
                    training.images().stream().map(LabelledImages.Image::pixels).toList());
        }

        try (var job = new TwoInputStreamOperatorTestHarness<>(
                new ClassifyOperator(model, IMAGES, Duration.ofSeconds(1), 3, ImageLimits.DEFAULT))) {
            job.open();
            for (LabelledImages.Image image : training.images()) {
                byte[] jpeg = Files.readAllBytes(image.entry().file());
                byte[] key = image.entry().productId().getBytes(StandardCharsets.UTF_8);
                job.processElement1(IncomingImage.inline(new ImageEvent(key, jpeg, List.of(), 0)), 0);
            }
            assertThat(job.extractOutputValues())
                    .extracting(TaggedImage::top)
                    .isEqualTo(expected.stream()
                            .map(prediction -> prediction.top(3))
                            .toList());
        }
    }
}
