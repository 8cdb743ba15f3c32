package org.catalogtagger.streaming.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.catalogtagger.model.ImageFolder;
import org.catalogtagger.model.ImageLimits;
import org.catalogtagger.model.ImageSize;
import org.catalogtagger.model.Normalization;
import org.catalogtagger.training.dataset.LabelledImages;
import org.catalogtagger.training.sample.ProductShape;
import org.catalogtagger.training.sample.SampleCatalogue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model must see in production what it saw in training. */
class SamePreprocessingTest {
    private static final ImageSize SIZE = new ImageSize(30, 50);

    @Test
    void oneJpegGivesTheSameInputsInTrainingAndInTheJob(@TempDir Path folder, @TempDir Path cache) throws Exception {
        Path own = Files.createDirectory(folder.resolve("Shirts"));
        for (int i = 0; i < 5; i++) {
            Files.write(own.resolve(i + ".jpg"), SampleCatalogue.jpeg(ProductShape.SHIRTS, new Random(i)));
        }
        LabelledImages training =
                LabelledImages.load(ImageFolder.scan(folder), SIZE, ImageLimits.DEFAULT, 0, cache, done -> {});
        Normalization normalization = Normalization.Kind.STANDARDIZE.fit(
                training.images().stream().map(LabelledImages.Image::pixels).toList());

        try (var job = new OneInputStreamOperatorTestHarness<ImageEvent, DecodedImage>(
                new ProcessOperator<>(new DecodeFunction(SIZE, ImageLimits.DEFAULT)))) {
            job.open();
            for (LabelledImages.Image image : training.images()) {
                byte[] jpeg = Files.readAllBytes(image.entry().file());
                byte[] key = image.entry().productId().getBytes(StandardCharsets.UTF_8);
                job.processElement(new ImageEvent(key, jpeg, List.of(), 0), 0);
            }
            List<DecodedImage> decoded = job.extractOutputValues();
            assertThat(decoded).hasSize(5);
            for (int i = 0; i < 5; i++) {
                assertThat(inputs(normalization, decoded.get(i).pixels()))
                        .isEqualTo(
                                inputs(normalization, training.images().get(i).pixels()));
            }
        }
    }

    private static float[] inputs(Normalization normalization, byte[] pixels) {
        float[] inputs = new float[pixels.length];
        normalization.normalize(pixels, inputs);
        return inputs;
    }
}
