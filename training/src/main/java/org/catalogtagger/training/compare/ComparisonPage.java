package org.catalogtagger.training.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.catalogtagger.model.image.ImageSize;
import org.catalogtagger.training.compare.ModelComparison.Answers;
import org.catalogtagger.training.compare.ModelComparison.Outcome;
import org.catalogtagger.training.report.Page;
import org.catalogtagger.training.report.Pictures;

/** What changes from one model to another, as one page with pictures that needs no other file and no network. */
public final class ComparisonPage {
    /** Of each outcome; the CSV has all. */
    private static final int SHOWN = 60;

    private static final int SWAPS_SHOWN = 40;

    private ComparisonPage() {}

    /** A picture with what both models say of it. */
    public record Shown(String picture, String title, String before, String after) {}

    /**
     * One outcome.
     *
     * @param shown some of them
     */
    public record Section(String id, String heading, long count, List<Shown> shown) {}

    /**
     * Writes the page.
     *
     * @param first the version of the first model
     * @param second that of the other
     * @param size of the images as they were loaded
     */
    public static void write(ModelComparison comparison, String first, String second, ImageSize size, Path file)
            throws IOException {
        boolean isKnown = comparison.accuracy(false).isPresent();
        List<Section> sections = new ArrayList<>();
        if (isKnown) {
            sections.add(section(comparison, Outcome.BECOMES_WRONG, "Right before, wrong then", size));
            sections.add(section(comparison, Outcome.BECOMES_RIGHT, "Wrong before, right then", size));
            sections.add(section(comparison, Outcome.STAYS_WRONG, "Wrong before and then", size));
        }
        if (!isKnown || comparison.count(Outcome.UNKNOWN) > 0) {
            sections.add(section(comparison, Outcome.UNKNOWN, isKnown ? "Without a label" : "Changed", size));
        }
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("first", first);
        values.put("second", second);
        values.put("images", comparison.answers().size());
        values.put("changed", comparison.changes().size());
        values.put(
                "swaps",
                comparison
                        .swaps()
                        .subList(0, Math.min(SWAPS_SHOWN, comparison.swaps().size())));
        values.put("sections", sections);
        values.put("accuracies", isKnown ? List.of(percent(comparison, false), percent(comparison, true)) : List.of());
        values.put("chance", String.format(Locale.ROOT, "%.2g", comparison.probabilityByChance()));
        Page.write(file, "comparison.ftlh", values);
    }

    private static String percent(ModelComparison comparison, boolean ofSecond) {
        return String.format(
                Locale.ROOT, "%.2f %%", 100 * comparison.accuracy(ofSecond).orElseThrow());
    }

    private static Section section(ModelComparison comparison, Outcome outcome, String heading, ImageSize size)
            throws IOException {
        List<Shown> shown = new ArrayList<>();
        for (Answers change : comparison.changes()) {
            if (change.outcome() == outcome && shown.size() < SHOWN) {
                shown.add(new Shown(
                        Pictures.asItIs(change.compared().image(), size),
                        change.compared().product()
                                + change.truth().map(truth -> ": " + truth).orElse(""),
                        said(change.first().label(), change.first().probability()),
                        said(change.second().label(), change.second().probability())));
            }
        }
        return new Section(outcome.code(), heading, comparison.count(outcome), shown);
    }

    private static String said(String label, float probability) {
        return String.format(Locale.ROOT, "%s (%.2f)", label, probability);
    }
}
