package org.catalogtagger.training.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.model.image.ImageFolder;
import org.catalogtagger.model.image.ImageSize;
import org.catalogtagger.model.image.Normalization;
import org.catalogtagger.model.network.PyTorch;
import org.catalogtagger.training.SmallRun;
import org.catalogtagger.training.dataset.LabelledImages.Image;
import org.catalogtagger.training.dataset.PackedImages;
import org.catalogtagger.training.dataset.SplitSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NetworkFitTest {
    private static final String TINY =
            """
            input: {width: 6, height: 4}
            hiddenLayers: [16]
            normalization: divide-by-255
            schedule: constant
            labelSmoothing: 0
            batchSize: 8
            augmentation: {flip: false}
            validationFraction: 0
            """;

    private static final String PLAIN_SGD =
            """
            batchNorm: false
            optimizer: {kind: sgd, learningRate: %s, momentum: 0, weightDecay: 0}
            epochs: 5
            """;

    private static final Checkpoint.Run RUN =
            new Checkpoint.Run(Json.MAPPER.createObjectNode(), "digest", new SplitSettings(0.2, 1), 1L);

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
        fit("{optimizer: {weightDecay: 0}, epochs: 15}", 1);
        assertThat(losses.get(14)).isLessThan(losses.get(0) / 4);
    }

    @Test
    void theSameSeedGivesTheSameWeightsAndAnotherOthers() throws IOException {
        String recipe = "{optimizer: {kind: sgd, learningRate: 0.1, momentum: 0.5, weightDecay: 0.001}, epochs: 2}";
        float[] weights = fit(recipe, 1);
        assertThat(fit(recipe, 1)).isEqualTo(weights);
        assertThat(fit(recipe, 2)).isNotEqualTo(weights);
    }

    @Test
    void goesOnFromACheckpointToTheSameWeights(@TempDir Path folder) throws IOException {
        String recipe =
                """
                dropout: 0.3
                augmentation: {flip: true, shift: 1, scale: 0.1, rotation: 5, erase: 0.2, mixup: 0.3}
                epochs: 4
                """;
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
    void convolutionsLearnAndGoOnToTheSameWeights(@TempDir Path folder) throws IOException {
        String recipe =
                "{convolutions: [{filters: 5}, {filters: 4, pool: 2}], optimizer: {weightDecay: 0}, epochs: 12}";
        float[] uninterrupted = fit(recipe, 1);
        assertThat(losses.get(11)).isLessThan(losses.get(0) / 3);
        assertThat(uninterrupted).as("16 units on 4 channels of 3x2").hasSize(16 * 4 * 3 * 2);

        Checkpoint checkpoint = new Checkpoint(folder.resolve("run"), RUN, Double.MAX_VALUE);
        interruptInEpoch = 5;
        assertThatThrownBy(() -> fit(recipe, 1, Optional.of(checkpoint))).isInstanceOf(Interrupted.class);
        interruptInEpoch = 0;
        assertThat(fit(recipe, 1, Optional.of(checkpoint))).isEqualTo(uninterrupted);
    }

    @Test
    void goesOnAmongSeveralMembersToo(@TempDir Path folder) throws IOException {
        String recipe = "{members: 3, epochs: 2}";
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
    void goesOnWithMoreEpochsAndKeepsTheMembersThatAreFinished(@TempDir Path folder) throws IOException {
        float[] uninterrupted = fit("{members: 3, epochs: 2}", 1);
        Checkpoint checkpoint = new Checkpoint(folder.resolve("run"), RUN, Double.MAX_VALUE);
        interruptInEpoch = 4;
        assertThatThrownBy(() -> fit("{members: 3, epochs: 2}", 1, Optional.of(checkpoint)))
                .isInstanceOf(Interrupted.class);
        interruptInEpoch = 0;
        float[] longer = fit("{members: 3, epochs: 4}", 1, Optional.of(checkpoint));
        assertThat(losses).as("three more of the second, four of the third").hasSize(7);
        assertThat(longer).hasSize(3 * 16 * 24).startsWith(Arrays.copyOf(uninterrupted, 16 * 24));
        assertThat(checkpoint.readState().progress()).isEqualTo(new Checkpoint.Progress(2, 4, 4, 0));
    }

    /** Interrupted before the second has been saved. */
    @Test
    void aMemberThatIsFinishedStaysAsItIsThoughNoOtherHasBegun(@TempDir Path folder) throws IOException {
        String recipe = "{members: 3, epochs: 2}";
        Checkpoint.Run of = new Checkpoint.Run(SmallRun.recipe(recipe).toJson(), "digest", RUN.split(), 0L);
        float[] uninterrupted = fit(recipe, 1);
        Checkpoint checkpoint = new Checkpoint(folder.resolve("run"), of, Double.MAX_VALUE);
        interruptInEpoch = 3;
        assertThatThrownBy(() -> fit(recipe, 1, Optional.of(checkpoint))).isInstanceOf(Interrupted.class);
        interruptInEpoch = 0;
        float[] longer = fit("{members: 3, epochs: 4}", 1, Optional.of(checkpoint));
        assertThat(losses).as("four more of each of the others").hasSize(8);
        assertThat(longer).startsWith(Arrays.copyOf(uninterrupted, 16 * 24));
    }

    /** As our own message advises after a divergence. */
    @Test
    void goesOnWithAnotherOptimizerWhichBeginsAnew(@TempDir Path folder) throws IOException {
        String adamW = "optimizer: {kind: adamw, learningRate: 0.01, weightDecay: 0}\n";
        String sgd = "optimizer: {kind: sgd, learningRate: 0.1, momentum: 0.9, weightDecay: 0}\n";
        Checkpoint checkpoint = new Checkpoint(folder.resolve("run"), RUN, Double.MAX_VALUE);
        fit(adamW + "epochs: 2", 1, Optional.of(checkpoint));
        double before = losses.get(1);
        fit(sgd + "epochs: 5", 1, Optional.of(checkpoint));
        assertThat(checkpoint.readState().progress()).isEqualTo(new Checkpoint.Progress(0, 5, 3, 0));
        assertThat(losses).hasSize(3);
        fit(sgd.replace("0.9", "0.5") + "epochs: 6", 1, Optional.of(checkpoint));
        assertThat(checkpoint.readState().progress().optimizerEpochs())
                .as("of one kind, its memory stays")
                .isEqualTo(4);
        fit(adamW + "epochs: 12", 1, Optional.of(checkpoint));
        assertThat(checkpoint.readState().progress().optimizerEpochs()).isEqualTo(6);
        assertThat(losses.get(5)).isLessThan(before);
    }

    @Test
    void keepsNoStateThatIsRuinedAlready(@TempDir Path folder) throws IOException {
        Checkpoint checkpoint = new Checkpoint(folder.resolve("run"), RUN, Double.MAX_VALUE);
        fit(PLAIN_SGD.formatted(0.1).replace("epochs: 5", "epochs: 2"), 1, Optional.of(checkpoint));
        try {
            // Each step makes the weights ten times as large.
            fit(PLAIN_SGD.formatted(0.1).replace("weightDecay: 0", "weightDecay: 110"), 1, Optional.of(checkpoint));
        } catch (DivergenceException e) {
            assertThat(e.history()).hasSizeGreaterThanOrEqualTo(3);
        }
        assertThat(losses.get(0)).as("huge, and yet a number").isBetween(100.0, 1e38);
        assertThat(checkpoint.epochs()).isEqualTo(2);
    }

    @Test
    void stopsEarlyAndTakesTheBestWeights() throws IOException {
        String recipe =
                """
                batchNorm: false
                optimizer: {kind: sgd, learningRate: 1e-12, momentum: 0, weightDecay: 0}
                validationFraction: 0.2
                patience: 3
                epochs: 50
                """;
        fit(recipe, 1);
        assertThat(losses).as("no epoch is better than the first").hasSize(4);
    }

    @Test
    void zeroWeightsDoNotLearn() throws IOException {
        fit(PLAIN_SGD.formatted(0.1) + "initialization: zeros", 1);
        assertThat(losses.get(4)).as("ln 2: no better than the class shares").isCloseTo(Math.log(2), within(0.02));
    }

    @Test
    void stopsWhenTheLossIsNoNumber() throws IOException {
        assertThatThrownBy(() -> fit(PLAIN_SGD.formatted(1e30), 1))
                .isInstanceOf(DivergenceException.class)
                .hasMessageContaining("training diverged")
                .hasMessageContaining("lower learning rate");
    }

    @Test
    void stopsAtTheStepThatRuinsTheWeights() {
        String overflows =
                """
                optimizer: {kind: sgd, learningRate: 3e38, momentum: 0, weightDecay: 100}
                batchSize: 65
                epochs: 1
                """;
        assertThatThrownBy(() -> fit(overflows, 1))
                .isInstanceOf(DivergenceException.class)
                .hasMessageContaining("the step of epoch 1, batch 1 made weights that are no finite numbers");
    }

    @Test
    void keepsTheLastGoodStateWhenItDiverges(@TempDir Path folder) throws IOException {
        String recipe = PLAIN_SGD.formatted(0.1);
        float[] uninterrupted = fit(recipe, 1);

        Checkpoint checkpoint = new Checkpoint(folder.resolve("run"), RUN, Double.MAX_VALUE);
        fit(recipe.replace("epochs: 5", "epochs: 2"), 1, Optional.of(checkpoint));
        assertThatThrownBy(() -> fit(PLAIN_SGD.formatted(1e30), 1, Optional.of(checkpoint)))
                .isInstanceOf(DivergenceException.class);
        assertThat(checkpoint.epochs()).isEqualTo(2);
        assertThat(fit(recipe, 1, Optional.of(checkpoint))).isEqualTo(uninterrupted);
    }

    private float[] fit(String changes, long seed) throws IOException {
        return fit(changes, seed, Optional.empty());
    }

    private float[] fit(String changes, long seed, Optional<Checkpoint> checkpoint) throws IOException {
        losses.clear();
        Recipe recipe = SmallRun.recipe(TINY, changes);
        List<Image> validation = recipe.validationFraction() > 0 ? topOrBottom() : List.of();
        try (NDManager manager = PyTorch.newManager()) {
            NDList weights = new NetworkFit(
                            recipe,
                            new Normalization.DivideBy255(),
                            List.of("top", "bottom"),
                            seed,
                            listener,
                            checkpoint)
                    .fit(topOrBottom(), validation, manager)
                    .network()
                    .weights();
            return firstLayers(weights);
        }
    }

    /** The weights of the first layer, of one member after the other. */
    private static float[] firstLayers(NDList weights) {
        FloatBuffer all = FloatBuffer.allocate(
                (int) weights.stream().mapToLong(NDArray::size).sum());
        weights.stream()
                .filter(array -> array.getName().endsWith("layer1.weight"))
                .forEach(array -> all.put(array.toFloatArray()));
        return Arrays.copyOf(all.array(), all.position());
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
                    new ImageFolder.Entry(Path.of("x"), label, "" + i),
                    label,
                    PackedImages.of(List.of(pixels), new ImageSize(6, 4)),
                    0));
        }
        return images;
    }
}
