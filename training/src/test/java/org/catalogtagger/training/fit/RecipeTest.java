package org.catalogtagger.training.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.training.tracker.Tracker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.cli.SettingsException;
import org.catalogtagger.model.MlpArchitecture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecipeTest {
    @Test
    void notebookIsTheNotebooksNetwork() throws IOException {
        MlpArchitecture architecture = Recipe.named("notebook").architecture(52);
        assertThat(architecture.layerSizes()).isEqualTo(MlpArchitecture.NOTEBOOK_LAYERS);
        assertThat(architecture.parameterCount()).isEqualTo(125_517_872);
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
                flip: false
                """);
        assertThatThrownBy(() -> Recipe.named(file.toString()))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("activation: 'swish' is not one of relu, tanh, leaky-relu")
                .hasMessageContaining("epoch: unknown setting")
                .hasMessageContaining("epochs: is missing")
                .hasMessageContaining("dropout: must be less than 1")
                .hasMessageContaining("hiddenLayers[1]: must be greater than 0")
                .hasMessageContaining("optimizer.weightDecay: is missing");
    }

    @Test
    void saysWhichRecipesThereAre() {
        assertThatThrownBy(() -> Recipe.named("compcat"))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("compcat")
                .hasMessageContaining("[compact, notebook]");
    }

    @Test
    void oneCycleRisesThenFalls() {
        Tracker rate = LearningRateSchedule.ONE_CYCLE.tracker(0.1, 100);
        assertThat(rate.getNewValue(0)).isCloseTo(0.004f, within(1e-6f));
        assertThat(rate.getNewValue(15)).isBetween(0.01f, 0.09f);
        assertThat(rate.getNewValue(30)).isCloseTo(0.1f, within(1e-6f));
        assertThat(rate.getNewValue(65)).isCloseTo(0.05f, within(1e-4f));
        assertThat(rate.getNewValue(100)).isCloseTo(4e-7f, within(1e-7f));
        assertThat(LearningRateSchedule.CONSTANT.tracker(0.1, 100).getNewValue(99))
                .isEqualTo(0.1f);
    }
}
