package org.catalogtagger.training.experiments;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.PositiveOrZero;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.catalogtagger.cli.SettingsException;
import org.catalogtagger.cli.SettingsFile;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.training.TrainingRun;
import org.catalogtagger.training.dataset.SplitSettings;
import org.catalogtagger.training.fit.Recipe;

/**
 * Runs that change one recipe each in its own way, as a YAML file that users copy and edit. The notebook's is
 * {@code notebook.yaml} beside this class.
 *
 * @param about what is to be said before all
 * @param recipe the name of a built-in recipe, or a file
 * @param groupBy which images stay on one side of the split, duplicates or none; duplicates if not given
 * @param validationFraction share of each class' training images that runs are chosen by, for all runs; the recipe's if
 *     not given
 * @param sections what the runs are to show together; none if not given
 */
public record Plan(
        @NotBlank String title,
        Optional<String> about,
        @NotBlank String recipe,
        @Pattern(regexp = "duplicates|none", message = "must be duplicates or none") String groupBy,
        Optional<
                        @PositiveOrZero
                        @DecimalMax(value = "1", inclusive = false, message = "must be less than {value}") Double>
                validationFraction,
        @NotEmpty List<@NotNull @Valid PlannedRun> runs,
        List<@NotNull @Valid PlannedSection> sections) {
    /** A list that is left out is empty. */
    @SuppressWarnings("NullAway") // Jackson gives null for what is not there.
    public Plan {
        groupBy = groupBy == null ? SplitSettings.DUPLICATES : groupBy;
        sections = sections == null ? List.of() : List.copyOf(sections);
    }

    private static final List<String> BUILT_IN = List.of("notebook");

    /** What lies in the folder of all runs. */
    private static final Set<String> TAKEN = Set.of("index.html", "experiments.csv");

    /** All runs have one split, so that they are tested on the same images. */
    private static final long SPLIT_SEED = 0;

    /**
     * One run.
     *
     * @param name of its directory
     * @param shows what it is to show
     * @param seed of its starting weights and the order of its images, 0 if not given
     * @param settings what it changes of the recipe
     * @param published what somebody else measured
     */
    public record PlannedRun(
            @NotNull @Pattern(regexp = "[A-Za-z0-9][A-Za-z0-9._-]*", message = "must be letters, digits, '.', '_', '-'")
                    String name,
            @NotNull String shows,
            OptionalLong seed,
            @NotNull JsonNode settings,
            Optional<Published> published) {}

    /**
     * A plan by the name of a built-in one, or from a file.
     *
     * @throws SettingsException if it, or the recipe that any of its runs makes, has faults
     */
    public static Plan named(String nameOrFile) throws IOException {
        Plan plan = SettingsFile.named("plan", nameOrFile, BUILT_IN, Plan.class).as(Plan.class);
        List<String> faults = plan.faultsOfNames();
        if (!faults.isEmpty()) {
            throw new SettingsException("plan " + nameOrFile, faults);
        }
        Path folder = Optional.ofNullable(Path.of(nameOrFile).getParent()).orElse(Path.of(""));
        return Recipe.BUILT_IN.contains(plan.recipe())
                ? plan
                : plan.withRecipe(folder.resolve(plan.recipe()).toString());
    }

    private Plan withRecipe(String other) {
        return new Plan(title, about, other, groupBy, validationFraction, runs, sections);
    }

    private List<String> faultsOfNames() {
        List<String> faults = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (PlannedRun run : runs) {
            if (TAKEN.contains(run.name().toLowerCase(Locale.ROOT))) {
                faults.add("a run cannot be called %s, as a file beside it is".formatted(run.name()));
            }
            if (!names.add(run.name())) {
                faults.add("two runs are called " + run.name());
            }
        }
        Set<String> shown = new HashSet<>();
        for (PlannedSection section : sections) {
            section.names()
                    .filter(name -> !names.contains(name))
                    .distinct()
                    .forEach(name -> faults.add(
                            "the section '%s' speaks of a run %s that there is not".formatted(section.title(), name)));
            section.runs().stream()
                    .filter(name -> !shown.add(name))
                    .forEach(name -> faults.add("the run %s is shown twice".formatted(name)));
        }
        return faults;
    }

    /**
     * The recipe of a run.
     *
     * @throws SettingsException if it has faults
     */
    public Recipe recipeOf(PlannedRun run) throws IOException {
        JsonNode validation = Json.MAPPER.valueToTree(validationFraction
                .map(fraction -> Map.of("validationFraction", fraction))
                .orElse(Map.of()));
        SettingsFile recipes = SettingsFile.of("plan", validation).over(Recipe.settings(recipe));
        return SettingsFile.of("run " + run.name(), run.settings())
                .over(recipes.withoutOtherKind("optimizer", run.settings()))
                .as(Recipe.class);
    }

    /** What is run for a run, by its recipe or one with changes. */
    public TrainingRun trainingRun(PlannedRun run, Recipe by) {
        SplitSettings split =
                new SplitSettings(TrainingRun.DEFAULT_TEST_FRACTION, SPLIT_SEED, groupBy, Optional.empty());
        return new TrainingRun(run.name(), by, split, run.seed().orElse(0));
    }

    /** What was published of the classes, of the first run that has it. */
    Map<String, ClassCounts> publishedClasses() {
        return runs.stream()
                .flatMap(run -> run.published().stream())
                .map(Published::classes)
                .filter(classes -> !classes.isEmpty())
                .findFirst()
                .orElse(Map.of());
    }
}
