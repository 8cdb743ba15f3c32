package org.catalogtagger.training.sample;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.catalogtagger.model.image.Framing;
import org.catalogtagger.model.image.ImageFolder;
import org.catalogtagger.model.image.ImageLimits;
import org.catalogtagger.model.image.ImageSize;
import org.catalogtagger.model.network.PyTorch;
import org.catalogtagger.training.SmallRun;
import org.catalogtagger.training.TrainingRun;
import org.catalogtagger.training.dataset.LabelledImages;
import org.catalogtagger.training.fit.FitListener;
import org.catalogtagger.training.fit.Recipe;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleCatalogueTest {

    @TempDir
    private Path folder;

    @Test
    void drawsTheSameForTheSameSeed() throws IOException {
        byte[] image = SampleCatalogue.jpeg(ProductShape.HEELS, new Random(5));
        assertThat(SampleCatalogue.jpeg(ProductShape.HEELS, new Random(5))).isEqualTo(image);
        assertThat(SampleCatalogue.jpeg(ProductShape.HEELS, new Random(6))).isNotEqualTo(image);
    }

    @Test
    void namesClassesAsTheNotebookDoes() {
        assertThat(Stream.of(ProductShape.values()).map(ProductShape::label))
                .hasSizeGreaterThanOrEqualTo(12)
                .contains("Tshirts", "Casual Shoes", "Watches");
    }

    @Test
    void aLinearModelLearnsItOnlyInPart() throws IOException {
        SampleCatalogue.write(folder.resolve("sample"), 40, 3);
        LabelledImages data = LabelledImages.load(
                ImageFolder.scan(folder.resolve("sample")),
                Framing.squash(ImageSize.NOTEBOOK),
                ImageLimits.DEFAULT,
                0,
                folder.resolve("cache"),
                done -> {});
        Recipe linear = SmallRun.recipe(
                """
                input: {width: 60, height: 80}
                hiddenLayers: []
                initialization: zeros
                batchNorm: false
                optimizer: {learningRate: 0.001, weightDecay: 0.1}
                epochs: 15
                validationFraction: 0
                """);
        try (NDManager manager = PyTorch.newManager()) {
            double accuracy = new TrainingRun("linear", linear, 0.25, 1)
                    .train(data, manager, FitListener.SILENT, Optional.empty())
                    .evaluation()
                    .confusion()
                    .accuracy();
            assertThat(accuracy).as("more than chance, which is 1/16").isGreaterThan(0.25);
            assertThat(accuracy).isLessThan(0.95);
        }
    }
}
