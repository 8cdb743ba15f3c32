package org.catalogtagger.training.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.training.SmallRun;
import org.catalogtagger.training.TrainingRun;
import org.catalogtagger.training.commands.ExperimentsCommand;
import org.catalogtagger.training.dataset.LabelledImages;
import org.catalogtagger.training.fit.EpochResult;
import org.catalogtagger.training.fit.FitListener;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
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
                published:
                  testAccuracy: 0.5
                  losses: [2.5, 2.0]
                  seconds: [1.5, 1.0]
                  classes:
                    Ties: {train: 16, test: 4, right: 3}
                    Zebras: {train: 12, test: 4, right: 1}
              - name: zeros
                shows: That zeros learn nothing.
                settings: {initialization: zeros, batchNorm: false, optimizer: {learningRate: 0.1}}
            sections:
              - title: 1. What learns
                runs: [as-it-is, zeros]
                sweep: {of: initialization, runs: [as-it-is, zeros], chosen: as-it-is}
                claims:
                  - text: Zeros learn nothing.
                    learnsNothing: [zeros]
                  - text: Zeros are better.
                    better: zeros
                    than: [as-it-is]
            """;

    @TempDir
    private Path folder;

    @BeforeEach
    void writePlan() throws IOException {
        Files.writeString(folder.resolve("small.yaml"), SmallRun.RECIPE);
        Files.writeString(folder.resolve("plan.yaml"), PLAN);
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
                .containsPattern("zeros,+0,0,+0,not run");

        assertThat(runPlan("--epochs", "1")).isZero();
        RunResult after = experiments.found("zeros").orElseThrow();
        assertThat(before.run().differences(after.run())).containsExactly("optimizer", "labelSmoothing");
        assertThat(folder.resolve("out/experiments.csv")).content().doesNotContain("not run");
        TrainingRun elsewhere = new TrainingRun("zeros", SmallRun.recipe(), 0.2, 0);
        assertThat(experiments.result(new Repeat(elsewhere, 1), data)).isEmpty();
    }

    /** Whoever tries something in the folder of the whole plan would lose what took hours. */
    @Test
    void aTrialDoesNotReplaceLongerRuns() throws IOException {
        SmallRun.images(folder);
        Experiments experiments = new Experiments(folder.resolve("out"), Device.cpu());
        assertThat(runPlan("--only", "as-it-is", "--epochs", "2")).isZero();
        RunResult before = experiments.found("as-it-is").orElseThrow();
        Path table = folder.resolve("out/experiments.csv");
        String figures = Files.readString(table);
        for (String[] trial : new String[][] {
            {"--epochs", "1", "--only", "as-it-is"}, {"--epochs", "1", "--only", "zeros"}, {"--subset", "100"}
        }) {
            assertThat(runPlan(trial)).as(String.join(" ", trial)).isNotZero();
            assertThat(experiments.found("as-it-is")).contains(before);
            assertThat(table).content().isEqualTo(figures);
        }
        assertThat(runPlan("--epochs", "1", "--only", "as-it-is", "--again")).isZero();
        assertThat(experiments.found("as-it-is").orElseThrow().plannedEpochs()).isOne();
        assertThat(runPlan("--epochs", "2", "--only", "as-it-is"))
                .as("more than before")
                .isZero();
    }

    /** Each class has three images at least: there are more than were asked for. */
    @Test
    void aTrialOnSomeImagesIsNotDoneAgain() throws IOException {
        SmallRun.images(folder);
        Experiments experiments = new Experiments(folder.resolve("out"), Device.cpu());
        String[] trial = {"--only", "as-it-is", "--epochs", "1", "--subset", "20"};
        assertThat(runPlan(trial)).isZero();
        RunResult once = experiments.found("as-it-is").orElseThrow();
        assertThat(once.images()).isEqualTo(48);
        assertThat(runPlan(trial)).isZero();
        assertThat(experiments.found("as-it-is")).contains(once);
    }

    @Test
    void aTrialDoesNotReplaceTheStateOfALongerRun() throws IOException {
        LabelledImages data = SmallRun.images(folder);
        Plan plan = Plan.named(folder.resolve("plan.yaml").toString());
        TrainingRun longer =
                plan.trainingRun(plan.runs().get(0), plan.recipeOf(plan.runs().get(0)));
        FitListener interrupting = new FitListener() {
            @Override
            public void onBatch(BatchResult batch) {
                if (batch.epoch() == 4) {
                    throw new IllegalStateException("interrupted");
                }
            }
        };
        Experiments experiments = new Experiments(folder.resolve("out"), Device.cpu());
        assertThatThrownBy(() -> experiments.run(new Repeat(longer, 1), data, interrupting))
                .hasMessage("interrupted");
        Path state = folder.resolve("out/as-it-is/checkpoint/checkpoint.json");
        String before = Files.readString(state);
        assertThat(runPlan("--epochs", "1", "--only", "zeros")).isNotZero();
        assertThat(state).content().isEqualTo(before);
        Path abandoned = Files.createDirectory(folder.resolve("out/as-it-is/.checkpoint.writing-1"));
        assertThat(runPlan("--only", "as-it-is")).isZero();
        assertThat(abandoned).doesNotExist();
        assertThat(state).doesNotExist();
    }

    @Test
    void repeatsThatStopEarlierHaveTheirOwnEpochs() throws IOException {
        LabelledImages data = SmallRun.images(folder);
        Experiments experiments = new Experiments(folder.resolve("out"), Device.cpu());
        List<RunResult> results = new ArrayList<>();
        for (int epochs : new int[] {2, 3}) {
            TrainingRun run = new TrainingRun("some", SmallRun.recipe("epochs: " + epochs), 0.2, 0);
            results.add(experiments.run(new Repeat(run, epochs), data, FitListener.SILENT));
        }
        assertThat(new Repeats(results).epochs().orElseThrow().count()).isEqualTo("2.5 ± 0.7");
        assertThat(new Repeats(results.subList(0, 1)).epochs().orElseThrow().count())
                .isEqualTo("2");
        assertThat(Spread.of(List.of(4.0, 4.0)).orElseThrow().count()).isEqualTo("4");
    }

    /** Not one run of twice as many, in which the loss rises in the middle. */
    @Test
    void anEpochOfSeveralNetworksIsOneOfEach() throws IOException {
        LabelledImages data = SmallRun.images(folder);
        TrainingRun run = new TrainingRun("several", SmallRun.recipe("members: 2"), 0.2, 0);
        RunResult result =
                new Experiments(folder.resolve("out"), Device.cpu()).run(new Repeat(run, 1), data, FitListener.SILENT);
        assertThat(result.history()).hasSize(8);
        assertThat(result.epochs()).hasSize(4);
        EpochResult last = result.history().get(3);
        EpochResult lastOfTheSecond = result.history().get(7);
        assertThat(result.epochs().get(3))
                .isEqualTo(new RunResult.Epoch(
                        (last.loss() + lastOfTheSecond.loss()) / 2, last.seconds() + lastOfTheSecond.seconds()));
        Repeats repeats = new Repeats(List.of(result));
        assertThat(repeats.loss().orElseThrow().mean())
                .isEqualTo(result.epochs().get(3).loss());
        Evidence evidence = Evidence.measured("several", 4, Optional.of(repeats));
        assertThat(new Claim.FallsThroughout("", "several")
                        .judge(Map.of("several", evidence))
                        .verdict())
                .isEqualTo(Judgement.Verdict.HOLDS);
    }

    @Test
    void goesOnWithARunThatWasInterrupted() throws IOException {
        LabelledImages data = SmallRun.images(folder);
        TrainingRun run = new TrainingRun("once", SmallRun.recipe(), 0.2, 0);
        Repeat repeat = new Repeat(run, 1);
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
        assertThatThrownBy(() -> experiments.run(repeat, data, interrupting)).hasMessage("interrupted");
        epochs.add(0);
        RunResult result = experiments.run(repeat, data, interrupting);
        assertThat(result.history()).extracting(EpochResult::epoch).containsExactly(1, 2, 3, 4);
        assertThat(epochs.get(3))
                .as("the epoch that it went on with: the first was saved")
                .isGreaterThan(1);
        assertThat(folder.resolve("out/once/checkpoint")).doesNotExist();
    }

    /** With {@code --again}: what is there is shown with its report until the other is. */
    @Test
    void whatIsRunAgainKeepsItsReportIfThatIsInterrupted() throws IOException {
        LabelledImages data = SmallRun.images(folder);
        Repeat repeat = new Repeat(new TrainingRun("once", SmallRun.recipe("epochs: 1"), 0.2, 0), 1);
        Experiments experiments = new Experiments(folder.resolve("out"), Device.cpu());
        experiments.run(repeat, data, FitListener.SILENT);
        FitListener interrupting = new FitListener() {
            @Override
            public void onBatch(BatchResult batch) {
                throw new IllegalStateException("interrupted");
            }
        };
        assertThatThrownBy(() -> experiments.run(repeat, data, interrupting)).hasMessage("interrupted");
        assertThat(experiments.result(repeat, data)).isPresent();
        assertThat(folder.resolve("out/once/report/index.html")).exists();
        Path result = folder.resolve("out/once/result.json");
        Files.writeString(result, Files.readString(result).substring(0, 200));
        assertThat(experiments.result(repeat, data))
                .as("whoever wrote it was killed")
                .isEmpty();
    }

    @Test
    void thePageHasTheFiguresTheClaimsAndTheReports() throws IOException {
        SmallRun.images(folder);
        assertThat(runPlan("--json", folder.resolve("findings.json").toString()))
                .isZero();
        Path out = folder.resolve("out");
        Document page = Jsoup.parse(out.resolve("index.html").toFile());
        assertThat(page.title()).isEqualTo("Two <small> runs");
        assertThat(page.select("#results tbody tr")).hasSize(2);
        List<String> row = page.select("#results tbody tr").get(0).select("td").eachText();
        assertThat(row.get(2)).as("published test accuracy").isEqualTo("50.0 %");
        assertThat(Double.parseDouble(row.get(8)))
                .as("published loss of the last epoch")
                .isEqualTo(2);
        assertThat(Double.parseDouble(row.get(10)))
                .as("published seconds of an epoch")
                .isBetween(1.0, 1.5);
        for (int measured : new int[] {1, 3, 5, 7, 9, 11, 13, 14}) {
            assertThat(row.get(measured)).as("column %d", measured).containsPattern("[0-9]");
        }
        assertThat(page.select("img.chart[alt^=Loss per epoch]").eachAttr("alt"))
                .containsExactly(
                        "Loss per epoch of as-it-is, published and measured",
                        "Loss per epoch of zeros, published and measured");
        assertThat(page.select("section#zeros").text()).contains("initialization: zeros", "has learned nothing");
        assertThat(page.select("#examples figure")).hasSize(12);
        assertThat(page.select("#train-distribution, #test-distribution, #class-accuracy"))
                .hasSize(3);
        page.select("img").forEach(image -> assertThat(image.attr("src")).startsWith("data:image/png;base64,"));
        assertThat(page.select("script, link[rel=stylesheet]")).isEmpty();

        assertThat(page.select("#class-table tbody tr"))
                .as("the classes of both sides")
                .hasSize(17);
        assertThat(page.select("#class-table tr:contains(Zebras)").text()).contains("Zebras 12 – 4 – 25.0 % – –");
        assertThat(page.select("#class-table tr:contains(Ties)").text()).contains("75.0 %");
        assertThat(page.select(".claim .verdict").eachText())
                .as("published, here; of each claim")
                .containsExactly("cannot be told", "holds", "cannot be told", "does not hold");
        assertThat(page.select(".claim").get(1).text()).contains("no test accuracy of zeros");
        assertThat(page.select("#section-1 + .choice").text())
                .contains("as-it-is is best on the validation part", "the one that was published as best");
        for (Element report : page.select("a.report")) {
            assertThat(out.resolve(report.attr("href"))).isRegularFile();
        }
        assertThat(page.select("a.report").eachAttr("href"))
                .containsExactly("as-it-is/report/index.html", "zeros/report/index.html");

        JsonNode findings = Json.read(folder.resolve("findings.json"), JsonNode.class);
        assertThat(findings.path("best").asText()).isEqualTo("as-it-is");
        assertThat(findings.path("chosenOn").asText()).isEqualTo("validation");
        assertThat(findings.path("images").asInt()).isEqualTo(64);
        assertThat(findings.at("/sections/0/claims/0/found/verdict").asText()).isEqualTo("holds");
    }

    @Test
    void repeatsGiveMeanAndDeviationAndAreNotDoneAgain() throws IOException {
        LabelledImages data = SmallRun.images(folder);
        Experiments experiments = new Experiments(folder.resolve("out"), Device.cpu());
        assertThat(runPlan("--only", "as-it-is")).isZero();
        RunResult first = experiments.found("as-it-is").orElseThrow();
        Path json = folder.resolve("findings.json");
        assertThat(runPlan("--only", "as-it-is", "--repeats", "3", "--json", json.toString()))
                .isZero();
        assertThat(experiments.found("as-it-is").orElseThrow().finishedAt()).isEqualTo(first.finishedAt());
        RunResult second = experiments.found("as-it-is/repeat-2").orElseThrow();
        RunResult third = experiments.found("as-it-is/repeat-3").orElseThrow();
        assertThat(second.run().differences(first.run())).containsExactly("seed");
        List<Double> accuracies = List.of(
                first.testAccuracy().orElseThrow(),
                second.testAccuracy().orElseThrow(),
                third.testAccuracy().orElseThrow());
        Spread spread = Spread.of(accuracies).orElseThrow();
        JsonNode found = Json.read(json, JsonNode.class).at("/runs/as-it-is");
        assertThat(found.at("/testAccuracy/mean").asDouble()).isEqualTo(spread.mean());
        assertThat(found.at("/testAccuracy/deviation").asDouble())
                .isEqualTo(spread.deviation().orElseThrow());
        assertThat(found.path("results")).hasSize(3);
        Document page = Jsoup.parse(folder.resolve("out/index.html").toFile());
        assertThat(page.select("#results tbody tr").get(0).text()).contains("±");
        assertThat(page.select("a.report")).hasSize(3);
        assertThat(folder.resolve("out/as-it-is/repeat-2/report/index.html"))
                .content()
                .contains("0 of the split, 1000 of the fit");

        assertThat(runPlan("--only", "as-it-is")).as("what was repeated before").isZero();
        assertThat(folder.resolve("out/experiments.csv"))
                .content()
                .contains(String.format(
                        Locale.ROOT,
                        "as-it-is,0.500000,%.6f,%.6f,",
                        spread.mean(),
                        spread.deviation().orElseThrow()));
        assertThat(data.images()).hasSize(first.images());
    }

    /** A result from before per-class counts were kept is read; of its accuracy no claim can be told. */
    @Test
    void readsAResultWithoutCountsOfClasses() throws IOException {
        RunResult old = Json.MAPPER.readValue(
                """
                {"name": "old", "run": {"recipe": {"epochs": 1}, "dataDigest": "d", "split": {"testFraction": 0.2,
                 "seed": 7, "groupBy": "none"}}, "images": 10, "history": [], "testAccuracy": 0.5,
                 "testMacroRecall": 0.5, "trainAccuracy": 0.5, "device": "cpu", "finishedAt": "2026-01-01T00:00:00Z"}
                """,
                RunResult.class);
        assertThat(old.run().seed()).as("the split's").isEqualTo(7);
        assertThat(new Repeats(List.of(old)).testImages()).isZero();
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
