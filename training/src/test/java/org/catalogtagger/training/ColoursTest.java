package org.catalogtagger.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import javax.imageio.ImageIO;
import org.catalogtagger.model.Classifier;
import org.catalogtagger.model.Prediction;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.model.image.ImageDecoder;
import org.catalogtagger.model.image.ImageFolder;
import org.catalogtagger.model.image.ImageLimits;
import org.catalogtagger.model.network.PyTorch;
import org.catalogtagger.training.dataset.LabelledImages;
import org.catalogtagger.training.dataset.SplitSettings;
import org.catalogtagger.training.fit.FitListener;
import org.catalogtagger.training.fit.Recipe;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Classes that differ by their colour only: both have a luma of 100. */
class ColoursTest {
    private static final Color RED = new Color(217, 50, 50);
    private static final Color TEAL = new Color(30, 134, 108);
    private static final SplitSettings UNGROUPED = new SplitSettings(0.25, 0, SplitSettings.NONE, Optional.empty());

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"{}", "convolutions: [{filters: 4, pool: 2}]"})
    void aNetworkThatSeesColoursTellsThemApart(String layers) throws Exception {
        drawImages();
        Path bundle = folder.resolve("model");
        assertThat(train("input: {width: 15, height: 20, channels: 3}", layers, bundle))
                .isEqualTo(1);

        ModelBundle model = ModelBundle.open(bundle);
        assertThat(model.description().input().channels()).isEqualTo(3);
        ImageDecoder decoder = new ImageDecoder(model.description().input().framing(), ImageLimits.DEFAULT);
        byte[] red = decoder.decode(Files.readAllBytes(folder.resolve("images/Red/0.png")));
        byte[] teal = decoder.decode(Files.readAllBytes(folder.resolve("images/Teal/0.png")));
        try (Classifier classifier = Classifier.load(model)) {
            assertThat(classifier.classify(List.of(red, teal)))
                    .extracting(Prediction::label)
                    .containsExactly("Red", "Teal");
        }
    }

    @Test
    void oneThatSeesGrayLevelsDoesNot() throws IOException {
        drawImages();
        assertThat(train("input: {width: 15, height: 20}", "{}", folder.resolve("model")))
                .isLessThan(0.8);
    }

    private double train(String input, String layers, Path bundle) throws IOException {
        Recipe recipe = SmallRun.recipe(input, layers, "{augmentation: {flip: true, shift: 1, erase: 0.1}, epochs: 8}");
        LabelledImages data = LabelledImages.load(
                ImageFolder.scan(folder.resolve("images")),
                recipe.framing(),
                ImageLimits.DEFAULT,
                0,
                folder.resolve("cache"),
                done -> {});
        try (NDManager manager = PyTorch.newManager()) {
            TrainedModel model = new TrainingRun("colours", recipe, UNGROUPED)
                    .train(data, manager, FitListener.SILENT, Optional.empty());
            ModelBundle saved = model.save(bundle, ModelBundle.Companions.NONE);
            return saved.evaluation().accuracy();
        }
    }

    private void drawImages() throws IOException {
        Random random = new Random(1);
        for (Color color : List.of(RED, TEAL)) {
            Path own = Files.createDirectories(folder.resolve("images").resolve(color.equals(RED) ? "Red" : "Teal"));
            for (int i = 0; i < 40; i++) {
                BufferedImage image = new BufferedImage(60, 80, BufferedImage.TYPE_INT_RGB);
                Graphics2D graphics = image.createGraphics();
                graphics.setColor(Color.WHITE);
                graphics.fillRect(0, 0, 60, 80);
                graphics.setColor(color);
                graphics.fillOval(
                        random.nextInt(20), random.nextInt(30), 20 + random.nextInt(20), 20 + random.nextInt(30));
                graphics.dispose();
                ImageIO.write(image, "png", own.resolve(i + ".png").toFile());
            }
        }
    }
}
