package org.catalogtagger.training.experiments;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import org.catalogtagger.cli.SettingsException;
import org.catalogtagger.cli.SettingsFile;
import org.catalogtagger.training.dataset.SplitSettings;
import org.catalogtagger.training.fit.Recipe;

/**
 * Runs that change one recipe each in its own way, as a YAML file that users copy and edit. The notebook's is
 * {@code notebook.yaml} beside this class.
 *
 * @param recipe the name of a built-in recipe, or a file
 * @param groupBy which images stay on one side of the split, duplicates or none; duplicates if not given
 */
public record Plan(
        @NotBlank String title,
        @NotBlank String recipe,
        @Pattern(regexp = "duplicates|none", message = "must be duplicates or none") String groupBy,
        @NotEmpty List<@NotNull @Valid PlannedRun> runs) {
    public Plan {
        groupBy = groupBy == null ? SplitSettings.DUPLICATES : groupBy;
    }

    private static final List<String> BUILT_IN = List.of("notebook");

    /**
     * One run.
     *
     * @param name of its directory
     * @param shows what it is to show
     * @param seed of the split and the fit, 0 if not given
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
     * What somebody else measured.
     *
     * @param testAccuracy 0 to 1
     * @param trainAccuracy 0 to 1
     * @param losses of each epoch
     */
    public record Published(OptionalDouble testAccuracy, OptionalDouble trainAccuracy, List<Double> losses) {
        /** A list that is left out is empty. */
        @SuppressWarnings("NullAway") // Jackson gives null for what is not there.
        public Published {
            losses = losses == null ? List.of() : List.copyOf(losses);
        }
    }

    /**
     * A plan by the name of a built-in one, or from a file.
     *
     * @throws SettingsException if it, or the recipe that any of its runs makes, has faults
     */
    public static Plan named(String nameOrFile) throws IOException {
        Plan plan = SettingsFile.named("plan", nameOrFile, BUILT_IN, Plan.class).as(Plan.class);
        Set<String> names = new HashSet<>();
        for (PlannedRun run : plan.runs()) {
            if (!names.add(run.name())) {
                throw new SettingsException("plan " + nameOrFile, List.of("two runs are called " + run.name()));
            }
        }
        Path folder = Optional.ofNullable(Path.of(nameOrFile).getParent()).orElse(Path.of(""));
        boolean fileBeside = !Recipe.BUILT_IN.contains(plan.recipe());
        return fileBeside
                ? new Plan(plan.title(), folder.resolve(plan.recipe()).toString(), plan.groupBy(), plan.runs())
                : plan;
    }

    /**
     * The recipe of a run.
     *
     * @throws SettingsException if it has faults
     */
    public Recipe recipeOf(PlannedRun run) throws IOException {
        return SettingsFile.of("run " + run.name(), run.settings())
                .over(Recipe.settings(recipe))
                .as(Recipe.class);
    }
}
