package org.catalogtagger.training.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.catalogtagger.cli.SettingsException;
import org.catalogtagger.training.SmallRun;
import org.catalogtagger.training.TrainingRun;
import org.catalogtagger.training.commands.ExperimentsCommand;
import org.catalogtagger.training.dataset.LabelledImages;
import org.catalogtagger.training.fit.EpochResult;
import org.catalogtagger.training.fit.FitListener;
import org.catalogtagger.training.fit.OptimizerSettings;
import org.catalogtagger.training.fit.Recipe;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ExperimentsTest {
    private static final String PLAN =
            """
            title: Two <small> runs
            recipe: small.yaml
            runs:
              - name: as-it-is
                shows: What there is to learn.
                settings: {}
                published: {testAccuracy: 0.5, losses: [2.5, 2.0]}
              - name: zeros
                shows: That zeros learn nothing.
                settings: {initialization: zeros, batchNorm: false, optimizer: {learningRate: 0.1}}
            """;

    @TempDir
    private Path folder;

    @BeforeEach
    void writePlan() throws IOException {
        Files.writeString(folder.resolve("small.yaml"), SmallRun.RECIPE);
        Files.writeString(folder.resolve("plan.yaml"), PLAN);
    }

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
        }
        Recipe decay = plan.recipeOf(plan.runs().get(17));
        assertThat(decay.optimizer()).isEqualTo(new OptimizerSettings.Sgd(0.1, 0.5, 0.1));
    }

    @Test
    void runsAPlanOnceAndSaysWhatCameOut() throws IOException {
        LabelledImages data = SmallRun.images(folder);
        assertThat(data.images()).hasSize(320);
        assertThat(runPlan()).isZero();
        Path out = folder.resolve("out");
        Experiments experiments = new Experiments(out, Device.cpu());
        RunResult learned = experiments.found("as-it-is").orElseThrow();
        RunResult zeros = experiments.found("zeros").orElseThrow();
        assertThat(learned.testAccuracy().orElseThrow()).isGreaterThan(0.2);
        assertThat(learned.constantAnswer()).isEmpty();
        assertThat(zeros.constantAnswer()).as("zeros answer one class only").isPresent();

        assertThat(out.resolve("experiments.csv"))
                .content()
                .contains("as-it-is,0.500000,")
                .contains("learned nothing");
        Document page = Jsoup.parse(out.resolve("index.html").toFile());
        assertThat(page.title()).isEqualTo("Two <small> runs");
        assertThat(page.select("#results tbody tr")).hasSize(2);
        assertThat(page.select("section#zeros").text()).contains("initialization: zeros", "has learned nothing");

        assertThat(runPlan()).isZero();
        assertThat(experiments.found("zeros").orElseThrow().finishedAt())
                .as("not run again")
                .isEqualTo(zeros.finishedAt());
    }

    /** A figure beside the settings of another run is worse than none. */
    @Test
    void aRunThatThePlanHasOtherwiseNowIsRunAgainAndTheOldFigureNotShown() throws IOException {
        LabelledImages data = SmallRun.images(folder);
        Experiments experiments = new Experiments(folder.resolve("out"), Device.cpu());
        assertThat(runPlan("--epochs", "1")).isZero();
        RunResult before = experiments.found("zeros").orElseThrow();
        RunResult other = experiments.found("as-it-is").orElseThrow();

        Files.writeString(
                folder.resolve("plan.yaml"), PLAN.replace("optimizer: {learningRate: 0.1}", "labelSmoothing: 0"));
        assertThat(runPlan("--epochs", "1", "--only", "as-it-is")).isZero();
        assertThat(experiments.found("as-it-is").orElseThrow().finishedAt()).isEqualTo(other.finishedAt());
        assertThat(folder.resolve("out/experiments.csv"))
                .as("the old run of other settings")
                .content()
                .contains("zeros,,,,,,,0,0,0.0,not run");

        assertThat(runPlan("--epochs", "1")).isZero();
        RunResult after = experiments.found("zeros").orElseThrow();
        assertThat(before.run().differences(after.run())).containsExactly("optimizer", "labelSmoothing");
        assertThat(folder.resolve("out/experiments.csv")).content().doesNotContain("not run");
        TrainingRun elsewhere = new TrainingRun("zeros", SmallRun.recipe(), 0.2, 0);
        assertThat(experiments.result(elsewhere, data)).isEmpty();
    }

    @Test
    void goesOnWithARunThatWasInterrupted() throws IOException {
        LabelledImages data = SmallRun.images(folder);
        TrainingRun run = new TrainingRun("once", SmallRun.recipe(), 0.2, 0);
        Experiments experiments = new Experiments(folder.resolve("out"), Device.cpu());
        List<Integer> epochs = new ArrayList<>();
        FitListener interrupting = new FitListener() {
            @Override
            public void onBatch(BatchResult batch) {
                if (batch.epoch() == 3 && epochs.size() == 2) {
                    throw new IllegalStateException("interrupted");
                }
            }

            @Override
            public void onEpoch(EpochResult epoch, int planned) {
                epochs.add(epoch.epoch());
            }
        };
        assertThatThrownBy(() -> experiments.run(run, data, interrupting)).hasMessage("interrupted");
        epochs.add(0);
        RunResult result = experiments.run(run, data, interrupting);
        assertThat(result.history()).extracting(EpochResult::epoch).containsExactly(1, 2, 3, 4);
        assertThat(epochs.get(3))
                .as("the epoch that it went on with: the first was saved")
                .isGreaterThan(1);
        assertThat(folder.resolve("out/once/checkpoint")).doesNotExist();
    }

    @Test
    void namesAllFaultsOfAPlan() throws IOException {
        Files.writeString(folder.resolve("plan.yaml"), PLAN.replace("initialization: zeros", "initialisation: zeros"));
        Plan plan = Plan.named(folder.resolve("plan.yaml").toString());
        assertThatThrownBy(() -> plan.recipeOf(plan.runs().get(1)))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("run zeros")
                .hasMessageContaining("initialisation: unknown setting");
        Files.writeString(folder.resolve("plan.yaml"), PLAN.replace("name: zeros", "name: as-it-is"));
        assertThatThrownBy(() -> Plan.named(folder.resolve("plan.yaml").toString()))
                .hasMessageContaining("two runs are called as-it-is");
    }

    private int runPlan(String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "--plan",
                folder.resolve("plan.yaml").toString(),
                "--images",
                folder.resolve("images").toString(),
                "--cache",
                folder.resolve("cache").toString(),
                "--device",
                "cpu",
                "--out",
                folder.resolve("out").toString()));
        arguments.addAll(List.of(more));
        return new CommandLine(new ExperimentsCommand()).execute(arguments.toArray(String[]::new));
    }
}
