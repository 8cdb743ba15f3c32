package org.catalogtagger.training.experiments;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.catalogtagger.training.experiments.Plan.PlannedRun;
import org.catalogtagger.training.experiments.SectionFinding.ClaimFinding;
import org.catalogtagger.training.report.Page;
import org.catalogtagger.training.report.Pictures;
import org.catalogtagger.training.report.PublishedCharts;
import org.catalogtagger.training.report.TrainingReport;

/**
 * One page on all runs of a plan: the table, the images, what was claimed and what each run shows. It needs no other file
 * and no network; the reports of the runs, which it links to, lie beside it.
 */
public final class ExperimentsPage {
    private final Path file;
    private final Plan plan;
    private final Map<String, Repeats> results;

    private ExperimentsPage(Path file, Plan plan, Map<String, Repeats> results) {
        this.file = file;
        this.plan = plan;
        this.results = results;
    }

    /**
     * A section of the page.
     *
     * @param choice which run of its sweep is best, if it has one
     */
    public record Section(
            String id, String title, Optional<String> choice, List<ClaimFinding> claims, List<RunPart> runs) {}

    /**
     * What the page says of one run.
     *
     * @param shows what it is to show, from the plan
     * @param settings what it changes
     * @param finding what came out
     * @param chart losses by epoch, if any are known
     * @param reports of each time that it was run, relative to the page
     */
    public record RunPart(
            String name,
            String shows,
            List<String> settings,
            String finding,
            Optional<String> chart,
            List<String> reports) {}

    /**
     * Writes the page of what is done.
     *
     * @param examples some of the images, with their classes
     */
    public static void write(Path file, Plan plan, Map<String, Repeats> results, List<TrainingReport.Example> examples)
            throws IOException {
        new ExperimentsPage(file, plan, results).write(examples);
    }

    private void write(List<TrainingReport.Example> examples) throws IOException {
        List<SectionFinding> findings = SectionFinding.of(plan, results);
        Map<String, Object> values = new HashMap<>();
        values.put("title", plan.title());
        values.put("about", plan.about());
        values.put("done", results.size());
        values.put("rows", new ResultsTable(plan, results).rows());
        values.put(
                "images",
                results.values().stream()
                        .mapToLong(repeats -> repeats.first().images())
                        .max()
                        .orElse(0));
        values.put(
                "publishedImages",
                plan.publishedClasses().values().stream()
                        .mapToLong(counts -> counts.train() + counts.test())
                        .sum());
        values.put(
                "repeats",
                results.values().stream()
                        .mapToInt(repeats -> repeats.results().size())
                        .max()
                        .orElse(1));
        values.put(
                "validationImages",
                results.values().stream()
                        .mapToLong(Repeats::validationImages)
                        .max()
                        .orElse(0));
        values.put("best", Choice.among(results.keySet(), results));
        values.put(
                "claims",
                findings.stream()
                        .map(SectionFinding::claims)
                        .flatMap(Collection::stream)
                        .toList());
        values.put("isPublished", plan.runs().stream().anyMatch(run -> run.published()
                .isPresent()));
        values.put("examples", examples);
        values.put("classes", ClassComparison.of(plan, results));
        values.put("sections", sections(findings));
        Page.write(file, "experiments.ftlh", values);
    }

    private List<Section> sections(List<SectionFinding> findings) throws IOException {
        List<Section> sections = new ArrayList<>();
        Set<String> shown = new HashSet<>();
        for (SectionFinding finding : findings) {
            PlannedSection section = finding.section();
            shown.addAll(section.runs());
            sections.add(new Section(
                    "section-" + (sections.size() + 1),
                    section.title(),
                    finding.choice(),
                    finding.claims(),
                    parts(section.runs())));
        }
        List<String> others = plan.runs().stream()
                .map(PlannedRun::name)
                .filter(name -> !shown.contains(name))
                .toList();
        if (!others.isEmpty()) {
            sections.add(new Section(
                    "others", shown.isEmpty() ? "The runs" : "Other runs", Optional.empty(), List.of(), parts(others)));
        }
        return sections;
    }

    private List<RunPart> parts(List<String> names) throws IOException {
        List<RunPart> parts = new ArrayList<>();
        for (PlannedRun run : plan.runs()) {
            if (names.contains(run.name())) {
                parts.add(part(run, Optional.ofNullable(results.get(run.name()))));
            }
        }
        return parts;
    }

    private RunPart part(PlannedRun run, Optional<Repeats> repeats) throws IOException {
        List<Double> published = run.published().map(Published::losses).orElse(List.of());
        List<List<Double>> measured = repeats.map(Repeats::results).orElse(List.of()).stream()
                .map(RunResult::losses)
                .toList();
        boolean isAnything = !published.isEmpty() || measured.stream().anyMatch(losses -> !losses.isEmpty());
        return new RunPart(
                run.name(),
                run.shows().replace("`", ""),
                settings("", run.settings()),
                repeats.isPresent() ? RunFinding.words(plan, run, repeats.get()) : "Not run here yet.",
                isAnything ? Optional.of(Pictures.png(PublishedCharts.losses(published, measured))) : Optional.empty(),
                reports(run.name(), measured.size()));
    }

    /** Of a run that diverged there is none. */
    private List<String> reports(String name, int repeats) {
        List<String> reports = new ArrayList<>();
        for (int number = 1; number <= repeats; number++) {
            String report = "%s/%s/index.html".formatted(Repeat.directory(name, number), TrainingReport.DIRECTORY);
            if (Files.isRegularFile(file.resolveSibling(report))) {
                reports.add(report);
            }
        }
        return reports;
    }

    private static List<String> settings(String prefix, JsonNode settings) {
        List<String> flat = new ArrayList<>();
        settings.properties().forEach(field -> {
            if (field.getValue().isObject()) {
                flat.addAll(settings(prefix + field.getKey() + ".", field.getValue()));
            } else {
                flat.add(prefix + field.getKey() + ": "
                        + (field.getValue().isValueNode() ? field.getValue().asText() : field.getValue()));
            }
        });
        return flat;
    }
}
