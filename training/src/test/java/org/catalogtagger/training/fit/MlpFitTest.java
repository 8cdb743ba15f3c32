package org.catalogtagger.training.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.catalogtagger.cli.SettingsFile;
import org.catalogtagger.model.ImageFolder;
import org.catalogtagger.model.Json;
import org.catalogtagger.model.Normalization;
import org.catalogtagger.model.PyTorch;
import org.catalogtagger.training.dataset.LabelledImages.Image;
import org.catalogtagger.training.dataset.PackedImages;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
            classBalance: 0
            logitAdjustment: 0
            batchSize: 8
            epochs: %d
            augmentation: {flip: false, shift: 0, scale: 0, rotation: 0, erase: 0, mixup: 0}
            validationFraction: 0
            patience: 0
            members: 1
            mirrored: false
            """;

    private static final Checkpoint.Run RUN = new Checkpoint.Run(Json.MAPPER.createObjectNode(), "digest", 0.2, 1);

    /** What kills a run in the middle of an epoch. */
    private static final class Interrupted extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private int interruptInEpoch;

    /** Losses of each epoch. */
    private final List<Double> losses = new ArrayList<>();

    private final FitListener listener = new FitListener() {
        @Override
        public void onBatch(BatchResult batch) {
            if (batch.epoch() == interruptInEpoch) {
                throw new Interrupted();
            }
        }

        @Override
        public void onEpoch(EpochResult epoch, int epochs) {
            losses.add(epoch.loss());
        }
    };

    @Test
    void learnsWhatCanBeLearned() throws IOException {
        fit(RECIPE.formatted("true", "adamw, learningRate: 0.01, weightDecay: 0", 15), 1);
        assertThat(losses.get(14)).isLessThan(losses.get(0) / 4);
    }

    @Test
    void theSameSeedGivesTheSameWeightsAndAnotherOthers() throws IOException {
        String recipe = RECIPE.formatted("true", "sgd, learningRate: 0.1, momentum: 0.5, weightDecay: 0.001", 2);
        float[] weights = fit(recipe, 1);
        assertThat(fit(recipe, 1)).isEqualTo(weights);
        assertThat(fit(recipe, 2)).isNotEqualTo(weights);
    }

    @Test
    void goesOnFromACheckpointToTheSameWeights(@TempDir Path folder) throws IOException {
        String recipe = RECIPE.replace("dropout: 0", "dropout: 0.3")
                .replace(
                        "flip: false, shift: 0, scale: 0, rotation: 0, erase: 0, mixup: 0",
                        "flip: true, shift: 1, scale: 0.1, rotation: 5, erase: 0.2, mixup: 0.3")
                .formatted("true", "adamw, learningRate: 0.01, weightDecay: 0.1", 4);
        float[] uninterrupted = fit(recipe, 1);

        Checkpoint checkpoint = new Checkpoint(folder.resolve("run"), RUN, Double.MAX_VALUE);
        interruptInEpoch = 3;
        assertThatThrownBy(() -> fit(recipe, 1, Optional.of(checkpoint))).isInstanceOf(Interrupted.class);
        assertThat(checkpoint.epochs()).isEqualTo(2);
        interruptInEpoch = 0;
        assertThat(fit(recipe, 1, Optional.of(checkpoint))).isEqualTo(uninterrupted);
        assertThat(losses).as("only the epochs that were missing").hasSize(2);
    }

    @Test
    void goesOnAmongSeveralMembersToo(@TempDir Path folder) throws IOException {
        String recipe = RECIPE.replace("members: 1", "members: 3")
                .formatted("true", "adamw, learningRate: 0.01, weightDecay: 0.1", 2);
        float[] uninterrupted = fit(recipe, 1);
        assertThat(losses).hasSize(6);
        assertThat(uninterrupted).as("three times 16 units").hasSize(3 * 16 * 24);

        Checkpoint checkpoint = new Checkpoint(folder.resolve("run"), RUN, Double.MAX_VALUE);
        for (int epoch : new int[] {4, 5}) {
            interruptInEpoch = epoch;
            assertThatThrownBy(() -> fit(recipe, 1, Optional.of(checkpoint))).isInstanceOf(Interrupted.class);
        }
        interruptInEpoch = 0;
        assertThat(fit(recipe, 1, Optional.of(checkpoint))).isEqualTo(uninterrupted);
        assertThat(losses).as("the third member's").hasSize(2);
    }

    @Test
    void aNetworkAndItsMirrorImageAnswerTheSameToAnImageAndItsMirrorImage() throws IOException {
        String recipe = RECIPE.replace("mirrored: false", "mirrored: true")
                .formatted("true", "adamw, learningRate: 0.01, weightDecay: 0.1", 2);
        float[] weights = fit(recipe, 1);
        assertThat(weights).hasSize(2 * 16 * 24);
        for (int i = 0; i < 16 * 24; i++) {
            int mirrored = 16 * 24 + i / 6 * 6 + 5 - i % 6;
            assertThat(weights[mirrored]).isEqualTo(weights[i]);
        }
    }

    @Test
    void stopsEarlyAndTakesTheBestWeights() throws IOException {
        String recipe = RECIPE.formatted("false", "sgd, learningRate: 1e-12, momentum: 0, weightDecay: 0", 50)
                .replace("validationFraction: 0", "validationFraction: 0.2")
                .replace("patience: 0", "patience: 3");
        fit(recipe, 1);
        assertThat(losses).as("no epoch is better than the first").hasSize(4);
    }

    @Test
    void zeroWeightsDoNotLearn() throws IOException {
        fit(
                RECIPE.formatted("false", "sgd, learningRate: 0.1, momentum: 0, weightDecay: 0", 5)
                        .replace("torch-default", "zeros"),
                1);
        assertThat(losses.get(4)).as("ln 2: no better than the class shares").isCloseTo(Math.log(2), within(0.02));
    }

    @Test
    void stopsWhenTheLossIsNoNumber() throws IOException {
        String recipe = RECIPE.formatted("false", "sgd, learningRate: 1e30, momentum: 0, weightDecay: 0", 5);
        assertThatThrownBy(() -> fit(recipe, 1))
                .isInstanceOf(DivergenceException.class)
                .hasMessageContaining("training diverged")
                .hasMessageContaining("lower learning rate");
    }

    @Test
    void keepsTheLastGoodStateWhenItDiverges(@TempDir Path folder) throws IOException {
        String recipe = RECIPE.formatted("false", "sgd, learningRate: 0.1, momentum: 0, weightDecay: 0", 4);
        float[] uninterrupted = fit(recipe, 1);

        Checkpoint checkpoint = new Checkpoint(folder.resolve("run"), RUN, Double.MAX_VALUE);
        fit(recipe.replace("epochs: 4", "epochs: 2"), 1, Optional.of(checkpoint));
        assertThatThrownBy(() -> fit(recipe.replace("0.1", "1e30"), 1, Optional.of(checkpoint)))
                .isInstanceOf(DivergenceException.class);
        assertThat(checkpoint.epochs()).isEqualTo(2);
        assertThat(fit(recipe, 1, Optional.of(checkpoint))).isEqualTo(uninterrupted);
    }

    private float[] fit(String yaml, long seed) throws IOException {
        return fit(yaml, seed, Optional.empty());
    }

    private float[] fit(String yaml, long seed, Optional<Checkpoint> checkpoint) throws IOException {
        losses.clear();
        Recipe recipe = SettingsFile.parse("recipe", yaml).as(Recipe.class);
        List<Image> validation = recipe.validationFraction() > 0 ? topOrBottom() : List.of();
        try (NDManager manager = PyTorch.newManager()) {
            return new MlpFit(
                            recipe,
                            new Normalization.DivideBy255(),
                            List.of("top", "bottom"),
                            seed,
                            listener,
                            checkpoint)
                    .fit(topOrBottom(), validation, manager)
                    .network()
                    .weights()
                    .get("layer1.weight")
                    .toFloatArray();
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
            images.add(new Image(
                    new ImageFolder.Entry(Path.of("x"), label, "" + i), label, PackedImages.of(List.of(pixels)), 0));
        }
        return images;
    }
}
