package org.catalogtagger.training.commands;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.model.bundle.DirectoryClaim;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.model.image.Framing;
import org.catalogtagger.training.TrainingRun;
import org.catalogtagger.training.dataset.LabelledImages;
import org.catalogtagger.training.experiments.Experiments;
import org.catalogtagger.training.experiments.ExperimentsPage;
import org.catalogtagger.training.experiments.Plan;
import org.catalogtagger.training.experiments.Plan.PlannedRun;
import org.catalogtagger.training.experiments.Repeat;
import org.catalogtagger.training.experiments.Repeats;
import org.catalogtagger.training.experiments.ResultsFiles;
import org.catalogtagger.training.experiments.ResultsTable;
import org.catalogtagger.training.experiments.RunResult;
import org.catalogtagger.training.fit.Recipe;
import org.catalogtagger.training.report.TrainingReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tagger experiments}. */
@Command(
        name = "experiments",
        description = {
            "Runs every experiment of a plan, and writes one table with the published figures beside the measured ones.",
            "A run that is done is not run again, unless its settings, the images or the seed are others now; one that was"
                    + " interrupted goes on from its last saved epoch.",
            "Which run is best is said by its accuracy on a validation part, where the plan or its recipe keeps one. The"
                    + " test part is for the figures alone."
        })
public final class ExperimentsCommand implements Callable<Integer> {
    private static final String TABLE = "experiments.csv";
    private static final String PAGE = "index.html";

    /** As many images as the notebook shows. */
    private static final int EXAMPLES = 12;

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

    @Option(
            names = "--epochs",
            paramLabel = "N",
            description = "So many epochs in each run, whatever the plan says; in a folder of its own.")
    private Optional<Integer> epochs = Optional.empty();

    @Option(
            names = "--subset",
            paramLabel = "N",
            description =
                    "Only so many of the images, drawn at random, but three of each class at least; in a folder of its own.")
    private Optional<Integer> subset = Optional.empty();

    @Option(
            names = "--repeats",
            paramLabel = "N",
            defaultValue = "1",
            description = {
                "Run each run so many times, with other starting weights and another order of the images, which are divided"
                        + " alike each time (default: ${DEFAULT-VALUE}).",
                "All tables then have the mean and the standard deviation; what was repeated before still counts."
            })
    private int repeats;

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
        requirePositive("--repeats", Optional.of(repeats));
        BundlePlace.requireOutside(images, out);
        Plan plan = Plan.named(planName);
        Map<String, TrainingRun> runs = runs(plan);
        List<String> chosen = choose(runs.keySet());
        Experiments experiments = new Experiments(out, device.device());
        try (DirectoryClaim claim = DirectoryClaim.within(out)) {
            Map<String, Repeats> results = run(plan, runs, chosen, experiments, console);
            console.print(new ResultsTable(plan, results).text());
            console.printf("written to %s and %s%n", out.resolve(TABLE), out.resolve(PAGE));
            findings.write(ResultsFiles.json(plan, results));
        }
        return 0;
    }

    /** The results of all runs of the plan that are done then. */
    private Map<String, Repeats> run(
            Plan plan, Map<String, TrainingRun> runs, List<String> chosen, Experiments experiments, PrintStream console)
            throws IOException {
        Map<Framing, LabelledImages> data = new LinkedHashMap<>();
        Map<String, Repeats> results = Map.of();
        int begun = 0;
        // A repeat of all runs after the other, so that the page is whole as early as it can be.
        for (int number = 1; number <= repeats; number++) {
            for (String name : chosen) {
                Repeat repeat = new Repeat(Objects.requireNonNull(runs.get(name)), number);
                console.printf("[%d of %d] %s%n", ++begun, repeats * chosen.size(), repeat.directory());
                LabelledImages own = images(repeat.of().recipe().framing(), data, console);
                if (begun == 1 && !again) {
                    requireNoLongerRuns(runs.values(), experiments, own);
                }
                boolean ran = run(repeat, own, experiments, console);
                results = experiments.results(runs.values(), own);
                if (ran || begun == repeats * chosen.size()) {
                    writeTables(plan, results, own);
                }
            }
        }
        return results;
    }

    /** A trial would take the place of what took hours. */
    private void requireNoLongerRuns(Collection<TrainingRun> runs, Experiments experiments, LabelledImages data)
            throws IOException {
        for (TrainingRun run : runs) {
            Optional<String> longer = experiments.longerThan(run, data);
            if (longer.isPresent()) {
                throw new CommandException(
                        "%s has more than this would make of it, of %s %s: take another --out, or replace it by --again"
                                .formatted(out, run.name(), longer.get()));
            }
        }
    }

    /** Whether there was anything to run. */
    private boolean run(Repeat repeat, LabelledImages data, Experiments experiments, PrintStream console)
            throws IOException {
        Optional<RunResult> done = again ? Optional.empty() : experiments.result(repeat, data);
        if (done.isPresent()) {
            console.printf("  done already: %s%n", summary(done.get()));
            return false;
        }
        experiments
                .found(repeat.directory())
                .map(found -> String.join(", ", repeat.differences(found, data)))
                .filter(differences -> !differences.isEmpty())
                .ifPresent(
                        differences -> console.printf("  what was run under this name differs in: %s%n", differences));
        try (FitConsole progress = new FitConsole(console)) {
            console.printf("  %s%n", summary(experiments.run(repeat, data, progress)));
        }
        return true;
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
    private void writeTables(Plan plan, Map<String, Repeats> results, LabelledImages data) throws IOException {
        Files.createDirectories(out);
        ResultsFiles.writeCsv(new ResultsTable(plan, results).rows(), out.resolve(TABLE));
        ExperimentsPage.write(
                out.resolve(PAGE),
                plan,
                results,
                TrainingReport.samples(data.images(), data.classes(), data.size(), EXAMPLES));
    }

    /** All runs of the plan, by their names; faults of any are found before the first is begun. */
    private Map<String, TrainingRun> runs(Plan plan) throws IOException {
        Map<String, TrainingRun> runs = new LinkedHashMap<>();
        for (PlannedRun run : plan.runs()) {
            runs.put(run.name(), plan.trainingRun(run, withEpochs(plan.recipeOf(run))));
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
                result.epochs().size(),
                result.constantAnswer()
                        .map(label -> "; it has learned nothing: it answers " + label + " to every image")
                        .orElse(""));
    }
}
