package org.catalogtagger.training.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.catalogtagger.cli.SettingsException;
import org.catalogtagger.training.TrainingRun;
import org.catalogtagger.training.dataset.SplitSettings;
import org.catalogtagger.training.fit.OptimizerSettings;
import org.catalogtagger.training.fit.Recipe;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanTest {
    private static final String TWO_RUNS =
            """
            title: Two runs
            recipe: compact
            runs:
              - {name: as-it-is, shows: s, settings: {}}
              - {name: zeros, shows: s, settings: {initialization: zeros}}
            sections:
              - title: 1. What learns
                runs: [as-it-is, zeros]
                claims:
                  - {text: Zeros learn nothing., learnsNothing: [zeros]}
            """;

    @TempDir
    private Path folder;

    @Test
    void theNotebooksPlanHasAllItsExperiments() throws IOException {
        Plan plan = Plan.named("notebook");
        assertThat(plan.runs())
                .extracting(Plan.PlannedRun::name)
                .contains("raw-pixels", "normalized", "zero-init", "lr-0.3", "batch-128", "momentum-0.98", "epochs-20")
                .contains("tanh", "leaky-relu", "weight-decay-0.1")
                .hasSize(19);
        for (Plan.PlannedRun run : plan.runs()) {
            Recipe recipe = plan.recipeOf(run);
            assertThat(recipe.architecture(52).parameterCount()).isEqualTo(125_517_872);
            assertThat(recipe.epochs()).isEqualTo(run.name().equals("epochs-20") ? 20 : 10);
            assertThat(recipe.validationFraction()).isEqualTo(0.1);
        }
        Recipe decay = plan.recipeOf(plan.runs().get(17));
        assertThat(decay.optimizer()).isEqualTo(new OptimizerSettings.Sgd(0.1, 0.5, 0.1));
    }

    /** Else what is to show the luck of order and weights would show that of the test images as well. */
    @Test
    void allRunsOfAPlanHaveOneSplitWhateverTheirSeeds() throws IOException {
        Plan plan = Plan.named("notebook");
        Map<String, TrainingRun> runs = new HashMap<>();
        for (Plan.PlannedRun run : plan.runs()) {
            runs.put(run.name(), plan.trainingRun(run, plan.recipeOf(run)));
        }
        assertThat(runs.values())
                .extracting(TrainingRun::split)
                .containsOnly(new SplitSettings(0.2, 0, SplitSettings.NONE, Optional.empty()));
        TrainingRun once = Objects.requireNonNull(runs.get("lr-0.1"));
        TrainingRun again = Objects.requireNonNull(runs.get("lr-0.1-again"));
        assertThat(again.recipe()).isEqualTo(once.recipe());
        assertThat(again.seed()).isNotEqualTo(once.seed());
    }

    /** The notebook's has momentum, of which the other knows nothing. */
    @Test
    void aRunMayHaveAnotherOptimizerThanTheRecipe() throws IOException {
        Plan read = plan(
                """
                title: Optimizers
                recipe: notebook
                runs:
                  - {name: sgd, shows: s, settings: {optimizer: {learningRate: 0.1}}}
                  - name: adamw
                    shows: s
                    settings: {optimizer: {kind: adamw, learningRate: 0.001, weightDecay: 0, decayed: all}}
                """);
        assertThat(read.recipeOf(read.runs().get(0)).optimizer()).isInstanceOf(OptimizerSettings.Sgd.class);
        assertThat(read.recipeOf(read.runs().get(1)).optimizer())
                .isInstanceOfSatisfying(OptimizerSettings.AdamW.class, adamw -> assertThat(adamw.learningRate())
                        .isEqualTo(0.001));
    }

    @Test
    void namesAllFaultsOfAPlan() throws IOException {
        Plan plan = plan(TWO_RUNS.replace("initialization: zeros", "initialisation: zeros"));
        assertThatThrownBy(() -> plan.recipeOf(plan.runs().get(1)))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("run zeros")
                .hasMessageContaining("initialisation: unknown setting");
        assertThatThrownBy(() -> plan(TWO_RUNS.replace("name: as-it-is", "name: Index.html")))
                .hasMessageContaining("a run cannot be called Index.html");
        assertThatThrownBy(() -> plan(TWO_RUNS.replace("name: zeros", "name: as-it-is")))
                .hasMessageContaining("two runs are called as-it-is");
        assertThatThrownBy(() -> plan(TWO_RUNS.replace("learnsNothing: [zeros]", "learnsNothing: [zeroes]")
                        .replace("runs: [as-it-is, zeros]", "runs: [zeros, zeros]")))
                .hasMessageContaining("the section '1. What learns' speaks of a run zeroes that there is not")
                .hasMessageContaining("the run zeros is shown twice");
    }

    private Plan plan(String yaml) throws IOException {
        return Plan.named(Files.writeString(folder.resolve("plan.yaml"), yaml).toString());
    }
}
