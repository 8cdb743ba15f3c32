package org.catalogtagger.training.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.cli.SettingsException;
import org.catalogtagger.model.image.Colors;
import org.catalogtagger.model.image.Framing;
import org.catalogtagger.model.image.ImageSize;
import org.catalogtagger.model.network.Architecture;
import org.catalogtagger.training.SmallRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecipeTest {
    @Test
    void notebookIsTheNotebooksNetwork() throws IOException {
        Architecture architecture = Recipe.named("notebook").architecture(52);
        assertThat(architecture.layerSizes()).isEqualTo(Architecture.NOTEBOOK_LAYERS);
        assertThat(architecture.parameterCount()).isEqualTo(125_517_872);
    }

    @Test
    void convolutionalSeesImagesAsImages() throws IOException {
        Architecture architecture = Recipe.named("convolutional").architecture(52);
        assertThat(architecture.convolutions().orElseThrow().layers()).hasSize(5);
        assertThat(architecture.inputs()).isEqualTo(14_400);
        assertThat(architecture.parameterCount()).isEqualTo(737_876);
        assertThat(SmallRun.recipe().convolutions()).isEmpty();
    }

    @Test
    void coloursAreThreePlanes() throws IOException {
        Recipe recipe = SmallRun.recipe("input: {width: 15, height: 20, channels: 3, framing: fit}");
        assertThat(recipe.framing()).isEqualTo(new Framing(new ImageSize(15, 20, Colors.RGB), Framing.Fit.FIT));
        assertThat(recipe.architecture(2).inputs()).isEqualTo(900);
        Recipe convolutional =
                SmallRun.recipe("{input: {width: 15, height: 20, channels: 3}, convolutions: [{filters: 8, pool: 2}]}");
        assertThat(convolutional.architecture(2).convolutions().orElseThrow().channels())
                .isEqualTo(3);
        assertThatThrownBy(() -> SmallRun.recipe("input: {width: 15, height: 20, channels: 2}"))
                .hasMessageContaining("channels must be 1, gray levels, or 3, red, green and blue");
    }

    @Test
    void saysWhatIsWrongWithConvolutions() {
        assertThatThrownBy(() -> SmallRun.recipe("convolutions: [{filters: 8, pool: 8}, {filters: 8, pool: 8}]"))
                .hasMessageContaining("the convolutions leave nothing of the input")
                .hasMessageNotContaining("inputLargeEnough");
        assertThatThrownBy(() -> SmallRun.recipe("convolutions: [{filters: 8, kernel: 4}]"))
                .hasMessageContaining("kernel must be odd, not 4");
        assertThatThrownBy(() -> SmallRun.recipe("convolutions: [{kernel: 3}]"))
                .hasMessageContaining("without filters");
    }

    @Test
    void aCopyOfABuiltInRecipeReadsAsThatRecipe(@TempDir Path folder) throws IOException {
        Path copy = folder.resolve("mine.yaml");
        try (var in = Recipe.class.getResourceAsStream("compact.yaml")) {
            Files.copy(in, copy);
        }
        assertThat(Recipe.named(copy.toString())).isEqualTo(Recipe.named("compact"));
    }

    @Test
    void namesAllFaultsOfARecipe(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("mine.yaml");
        Files.writeString(
                file,
                """
                input: {width: 60, height: 80}
                hiddenLayers: [512, 0]
                activation: swish
                initialization: he-normal
                batchNorm: true
                dropout: 1.5
                normalization: standardize
                optimizer: {kind: sgd, learningRate: 0.1, momentum: 0}
                schedule: constant
                labelSmoothing: 0
                batchSize: 64
                epoch: 3
                augmentation: {flip: false}
                """);
        assertThatThrownBy(() -> Recipe.named(file.toString()))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("activation: must be one of relu, tanh, leaky-relu")
                .hasMessageContaining("epoch: unknown setting")
                .hasMessageContaining("epochs: is missing")
                .hasMessageContaining("dropout: must be less than 1")
                .hasMessageContaining("hiddenLayers[1]: must be greater than 0")
                .hasMessageContaining("optimizer.weightDecay: is missing");
    }

    @Test
    void aRecipeThatSaysNothingOfFramingSquashes() throws IOException {
        assertThat(SmallRun.recipe().framing()).isEqualTo(Framing.squash(new ImageSize(15, 20)));
        assertThat(SmallRun.recipe("input: {width: 15, height: 20, framing: trim}")
                        .framing())
                .isEqualTo(new Framing(new ImageSize(15, 20), Framing.Fit.TRIM));
        assertThat(Recipe.named("notebook").framing()).isEqualTo(Framing.squash(ImageSize.NOTEBOOK));
    }

    @Test
    void saysWhichRecipesThereAre() {
        assertThatThrownBy(() -> Recipe.named("compcat"))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("compcat")
                .hasMessageContaining("[compact, best, convolutional, notebook]");
    }

    @Test
    void oneCycleRisesThenFalls() {
        LearningRateSchedule oneCycle = LearningRateSchedule.ONE_CYCLE;
        assertThat(oneCycle.at(0.1, 1, 101)).isCloseTo(0.004, within(1e-9));
        assertThat(oneCycle.at(0.1, 16, 101)).isBetween(0.01, 0.09);
        assertThat(oneCycle.at(0.1, 31, 101)).isCloseTo(0.1, within(1e-9));
        assertThat(oneCycle.at(0.1, 66, 101)).isCloseTo(0.05, within(1e-4));
        assertThat(oneCycle.at(0.1, 101, 101)).isCloseTo(4e-7, within(1e-9));
        assertThat(LearningRateSchedule.CONSTANT.at(0.1, 100, 101)).isEqualTo(0.1);
    }

    @Test
    void patienceNeedsImagesToJudgeBy(@TempDir Path folder) throws IOException {
        String recipe = changedCompact(folder, "patience: 0", "patience: 3");
        assertThatThrownBy(() -> Recipe.named(recipe)).hasMessageContaining("needs a validationFraction");
    }

    @Test
    void howSureIsAShare(@TempDir Path folder) throws IOException {
        String recipe = changedCompact(folder, "mirrorBelow: 0 ", "mirrorBelow: 1.5 ");
        assertThatThrownBy(() -> Recipe.named(recipe)).hasMessageContaining("must be at most 1");
    }

    @Test
    void limitsHaveTheNamesOfSettings() {
        assertThatThrownBy(() -> SmallRun.recipe("batchSize: 1"))
                .hasMessageContaining("batchNorm needs a batchSize of at least 2");
        assertThat(SmallRun.recipe("{batchSize: 1, batchNorm: false}").batchSize())
                .isOne();
        assertThatThrownBy(() -> SmallRun.recipe("hiddenLayers: [2000000]")).hasMessageContaining("hiddenLayers[0]");
        Recipe wide = SmallRun.recipe("hiddenLayers: [1000000, 1000000]");
        assertThatThrownBy(() -> wide.architecture(16))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("hiddenLayers")
                .hasMessageContaining("1,000,000 by 1,000,000");
    }

    private static String changedCompact(Path folder, String from, String to) throws IOException {
        Path copy = folder.resolve("mine.yaml");
        try (var in = Recipe.class.getResourceAsStream("compact.yaml")) {
            Files.writeString(copy, new String(in.readAllBytes(), StandardCharsets.UTF_8).replaceAll(from, to));
        }
        return copy.toString();
    }
}
