package org.catalogtagger.training.commands;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.model.image.Framing;
import org.catalogtagger.training.TrainingRun;
import org.catalogtagger.training.dataset.LabelledImages;
import org.catalogtagger.training.dataset.SplitSettings;
import org.catalogtagger.training.experiments.Experiments;
import org.catalogtagger.training.experiments.ExperimentsPage;
import org.catalogtagger.training.experiments.Plan;
import org.catalogtagger.training.experiments.Plan.PlannedRun;
import org.catalogtagger.training.experiments.ResultsTable;
import org.catalogtagger.training.experiments.RunResult;
import org.catalogtagger.training.fit.Recipe;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tagger experiments}. */
@Command(
        name = "experiments",
        description = {
            "Runs every experiment of a plan, and writes one table with the published figures beside the measured ones.",
            "A run that is done is not run again, unless its settings, the images or the seed are others now; one that was"
                    + " interrupted goes on from its last saved epoch."
        })
public final class ExperimentsCommand implements Callable<Integer> {
    private static final String TABLE = "experiments.csv";
    private static final String PAGE = "index.html";

    @Option(
            names = "--plan",
            paramLabel = "NAME or FILE",
            required = true,
            description = "notebook, or a plan file of your own.")
    private String planName;

    @Option(
            names = "--images",
            paramLabel = "DIR",
            required = true,
            description = "The images, laid out as <class>/<product id>.jpg.")
    private Path images;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "Where the results are written.")
    private Path out;

    @Option(names = "--only", paramLabel = "RUN", split = ",", description = "Only these runs, separated by commas.")
    private List<String> only = List.of();

    @Option(names = "--epochs", paramLabel = "N", description = "So many epochs in each run, whatever the plan says.")
    private Optional<Integer> epochs = Optional.empty();

    @Option(names = "--subset", paramLabel = "N", description = "Only so many of the images, drawn at random.")
    private Optional<Integer> subset = Optional.empty();

    @Option(names = "--again", description = "Run again what is done already.")
    private boolean again;

    @Mixin
    private DeviceOption device;

    @Mixin
    private Loading loading;

    @Mixin
    private Findings findings;

    @Override
    public Integer call() throws IOException {
        PrintStream console = System.out;
        requirePositive("--epochs", epochs);
        requirePositive("--subset", subset);
        Plan plan = Plan.named(planName);
        Map<String, TrainingRun> runs = runs(plan);
        List<String> chosen = choose(runs.keySet());
        Experiments experiments = new Experiments(out, device.device());
        Map<Framing, LabelledImages> data = new LinkedHashMap<>();
        Map<String, RunResult> results = Map.of();
        for (String name : chosen) {
            TrainingRun run = Objects.requireNonNull(runs.get(name));
            console.printf("[%d of %d] %s%n", chosen.indexOf(name) + 1, chosen.size(), name);
            LabelledImages own = images(run.recipe().framing(), data, console);
            Optional<RunResult> done = again ? Optional.empty() : experiments.result(run, own);
            if (done.isPresent()) {
                console.printf("  done already: %s%n", summary(done.get()));
            } else {
                experiments
                        .found(name)
                        .map(found -> String.join(", ", found.run().differences(run.identity(own))))
                        .filter(differences -> !differences.isEmpty())
                        .ifPresent(differences ->
                                console.printf("  what was run under this name differs in: %s%n", differences));
                try (FitConsole progress = new FitConsole(console)) {
                    console.printf("  %s%n", summary(experiments.run(run, own, progress)));
                }
            }
            results = experiments.results(runs.values(), own);
            writeTables(plan, results);
        }
        console.print(new ResultsTable(plan, results).text());
        console.printf("written to %s and %s%n", out.resolve(TABLE), out.resolve(PAGE));
        findings.write(json(results));
        return 0;
    }

    private LabelledImages images(Framing framing, Map<Framing, LabelledImages> loaded, PrintStream console)
            throws IOException {
        LabelledImages own = loaded.get(framing);
        if (own == null) {
            own = loading.load(images, framing, console);
            own = subset.isPresent() ? own.subset(subset.get(), 0) : own;
            loaded.put(framing, own);
        }
        return own;
    }

    private static void requirePositive(String option, Optional<Integer> value) {
        if (value.isPresent() && value.get() < 1) {
            throw new CommandException("%s must be at least 1, not %d".formatted(option, value.get()));
        }
    }

    /** After each run, so that a plan of many hours can be followed. */
    private void writeTables(Plan plan, Map<String, RunResult> results) throws IOException {
        Files.createDirectories(out);
        new ResultsTable(plan, results).writeCsv(out.resolve(TABLE));
        ExperimentsPage.write(out.resolve(PAGE), plan, results);
    }

    /** All runs of the plan, by their names; faults of any are found before the first is begun. */
    private Map<String, TrainingRun> runs(Plan plan) throws IOException {
        Map<String, TrainingRun> runs = new LinkedHashMap<>();
        for (PlannedRun run : plan.runs()) {
            runs.put(
                    run.name(),
                    new TrainingRun(
                            run.name(),
                            withEpochs(plan.recipeOf(run)),
                            new SplitSettings(
                                    TrainingRun.DEFAULT_TEST_FRACTION,
                                    run.seed().orElse(0),
                                    plan.groupBy(),
                                    Optional.empty())));
        }
        return runs;
    }

    private List<String> choose(Set<String> names) {
        for (String name : only) {
            if (!names.contains(name)) {
                throw new CommandException("--only: the plan has no run '%s'; it has %s".formatted(name, names));
            }
        }
        return names.stream()
                .filter(name -> only.isEmpty() || only.contains(name))
                .toList();
    }

    private Recipe withEpochs(Recipe recipe) {
        if (epochs.isEmpty()) {
            return recipe;
        }
        JsonNode settings = ((ObjectNode) recipe.toJson()).put("epochs", epochs.get());
        return Json.MAPPER.convertValue(settings, Recipe.class);
    }

    private static String summary(RunResult result) {
        if (result.testAccuracy().isEmpty()) {
            return result.diverged().orElse("no result");
        }
        return String.format(
                Locale.ROOT,
                "%s: test accuracy %.2f %%, macro recall %.2f %%, %d epoch(s)%s",
                result.name(),
                100 * result.testAccuracy().orElse(0),
                100 * result.testMacroRecall().orElse(0),
                result.history().size(),
                result.constantAnswer()
                        .map(label -> "; it has learned nothing: it answers " + label + " to every image")
                        .orElse(""));
    }

    /** {@code runs} by name, and of the best of them {@code accuracy}, {@code macroRecall} and {@code images}. */
    private static ObjectNode json(Map<String, RunResult> results) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        results.values().stream()
                .max((a, b) -> Double.compare(
                        a.testAccuracy().orElse(-1), b.testAccuracy().orElse(-1)))
                .ifPresent(best -> json.put("best", best.name())
                        .put("accuracy", best.testAccuracy().orElse(0))
                        .put("macroRecall", best.testMacroRecall().orElse(0))
                        .put("images", best.images()));
        json.set("runs", Json.MAPPER.valueToTree(results));
        return json;
    }
}
