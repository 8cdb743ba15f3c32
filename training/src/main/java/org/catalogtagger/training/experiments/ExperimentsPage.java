package org.catalogtagger.training.experiments;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.catalogtagger.training.experiments.Plan.PlannedRun;
import org.catalogtagger.training.experiments.Plan.Published;
import org.catalogtagger.training.fit.EpochResult;
import org.catalogtagger.training.report.Charts;
import org.catalogtagger.training.report.Page;
import org.catalogtagger.training.report.Pictures;

/** One page on all runs of a plan: the table, and what each of them shows. It needs no other file and no network. */
public final class ExperimentsPage {
    private ExperimentsPage() {}

    /**
     * What the page says of one run.
     *
     * @param shows what it is to show, from the plan
     * @param settings what it changes
     * @param finding what came out, a sentence
     * @param chart losses by epoch, if any are known
     */
    public record Section(String name, String shows, List<String> settings, String finding, Optional<String> chart) {}

    /** Writes the page of what is done. */
    public static void write(Path file, Plan plan, Map<String, RunResult> results) throws IOException {
        List<Section> sections = new ArrayList<>();
        for (PlannedRun run : plan.runs()) {
            sections.add(section(run, Optional.ofNullable(results.get(run.name()))));
        }
        Page.write(
                file,
                "experiments.ftlh",
                Map.of(
                        "title", plan.title(),
                        "done", results.size(),
                        "rows", new ResultsTable(plan, results).rows(),
                        "sections", sections));
    }

    private static Section section(PlannedRun run, Optional<RunResult> result) {
        List<Double> published = run.published().map(Published::losses).orElse(List.of());
        List<Double> measured = result.map(RunResult::history).orElse(List.of()).stream()
                .map(EpochResult::loss)
                .toList();
        Optional<String> chart = published.isEmpty() && measured.isEmpty()
                ? Optional.empty()
                : Optional.of(Pictures.png(Charts.losses(published, measured)));
        return new Section(
                run.name(),
                run.shows().replace("`", ""),
                settings("", run.settings()),
                result.map(own -> finding(run, own)).orElse("Not run here yet."),
                chart);
    }

    private static String finding(PlannedRun run, RunResult result) {
        if (result.diverged().isPresent()) {
            return "Here the " + result.diverged().get() + ".";
        }
        StringBuilder finding = new StringBuilder(String.format(
                Locale.ROOT,
                "Measured here, on %,d images and %s: %.1f %% of the test images right after %d epoch(s)",
                result.images(),
                result.device().equals("cpu") ? "the CPU" : result.device(),
                100 * result.testAccuracy().orElse(0),
                result.history().size()));
        run.published()
                .flatMap(published -> published.testAccuracy().stream().boxed().findFirst())
                .ifPresent(published ->
                        finding.append(String.format(Locale.ROOT, "; published: %.1f %%", 100 * published)));
        finding.append('.');
        result.constantAnswer().ifPresent(label -> finding.append(" It has learned nothing: it answers ")
                .append(label)
                .append(" to every image."));
        return finding.toString();
    }

    private static List<String> settings(String prefix, JsonNode settings) {
        List<String> flat = new ArrayList<>();
        settings.properties().forEach(field -> {
            if (field.getValue().isObject()) {
                flat.addAll(settings(prefix + field.getKey() + ".", field.getValue()));
            } else {
                flat.add(prefix + field.getKey() + ": " + field.getValue().asText());
            }
        });
        return flat;
    }
}
