package org.catalogtagger.training.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.catalogtagger.cli.SettingsFile;
import org.catalogtagger.model.ImageFolder;
import org.catalogtagger.model.Mlp;
import org.catalogtagger.model.Normalization;
import org.catalogtagger.model.PyTorch;
import org.catalogtagger.training.dataset.LabelledImages.Image;
import org.junit.jupiter.api.Test;

class MlpFitTest {
    private static final String RECIPE =
            """
            input: {width: 6, height: 4}
            hiddenLayers: [16]
            activation: relu
            initialization: torch-default
            batchNorm: %s
            dropout: 0
            normalization: divide-by-255
            optimizer: {kind: %s}
            schedule: constant
            labelSmoothing: 0
            batchSize: 8
            epochs: %d
            flip: false
            """;

    /** Losses of each epoch. */
    private final List<Double> losses = new ArrayList<>();

    private final FitListener listener = new FitListener() {
        @Override
        public void onBatch(BatchResult batch) {}

        @Override
        public void onEpoch(EpochResult epoch) {
            losses.add(epoch.loss());
        }
    };

    @Test
    void learnsWhatCanBeLearned() {
        fit(RECIPE.formatted("true", "adamw, learningRate: 0.01, weightDecay: 0", 15), 1);
        assertThat(losses.get(14)).isLessThan(losses.get(0) / 4);
    }

    @Test
    void theSameSeedGivesTheSameWeightsAndAnotherOthers() {
        String recipe = RECIPE.formatted("true", "sgd, learningRate: 0.1, momentum: 0.5, weightDecay: 0.001", 2);
        float[] weights = fit(recipe, 1);
        assertThat(fit(recipe, 1)).isEqualTo(weights);
        assertThat(fit(recipe, 2)).isNotEqualTo(weights);
    }

    @Test
    void zeroWeightsDoNotLearn() {
        fit(
                RECIPE.formatted("false", "sgd, learningRate: 0.1, momentum: 0, weightDecay: 0", 5)
                        .replace("torch-default", "zeros"),
                1);
        assertThat(losses.get(4)).as("ln 2: no better than the class shares").isCloseTo(Math.log(2), within(0.02));
    }

    @Test
    void stopsWhenTheLossIsNoNumber() {
        String recipe = RECIPE.formatted("false", "sgd, learningRate: 1e30, momentum: 0, weightDecay: 0", 5);
        assertThatThrownBy(() -> fit(recipe, 1))
                .isInstanceOf(DivergenceException.class)
                .hasMessageContaining("training diverged")
                .hasMessageContaining("lower learning rate");
    }

    @Test
    void lossIsTheMeanCrossEntropy() {
        try (NDManager manager = PyTorch.newManager()) {
            NDArray logits = manager.create(new float[] {1, 2, 3, 0, 0, 0}, new Shape(2, 3));
            float[] targets = new float[6];
            SoftTargetCrossEntropy.putTarget(targets, 0, 3, 2, 0);
            SoftTargetCrossEntropy.putTarget(targets, 1, 3, 0, 0.3);
            double first = Math.log(Math.exp(1) + Math.exp(2) + Math.exp(3)) - 3;
            double second = Math.log(3);
            assertThat(targets[3]).isCloseTo(0.8f, within(1e-6f));
            assertThat(targets[4]).isCloseTo(0.1f, within(1e-6f));
            float loss = SoftTargetCrossEntropy.of(manager.create(targets, new Shape(2, 3)), logits)
                    .getFloat();
            assertThat((double) loss).isCloseTo((first + second) / 2, within(1e-5));
        }
    }

    private float[] fit(String yaml, long seed) {
        losses.clear();
        Recipe recipe = SettingsFile.parse("recipe", yaml).as(Recipe.class);
        try (NDManager manager = PyTorch.newManager()) {
            Mlp network =
                    new MlpFit(recipe, new Normalization.DivideBy255(), 2, seed, listener).fit(topOrBottom(), manager);
            return network.weights().get("layer1.weight").toFloatArray();
        }
    }

    /** 65 images, so that the last batch has one: a bright row is at the top (class 0) or at the bottom (class 1). */
    private static List<Image> topOrBottom() {
        List<Image> images = new ArrayList<>();
        for (int i = 0; i < 65; i++) {
            byte[] pixels = new byte[24];
            int label = i % 2;
            for (int x = 0; x < 6; x++) {
                pixels[(label == 0 ? 0 : 18) + x] = (byte) (150 + (i * 7 + x) % 100);
            }
            images.add(new Image(new ImageFolder.Entry(Path.of("x"), label, "" + i), label, pixels));
        }
        return images;
    }
}
