package org.catalogtagger.training.inspect;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.catalogtagger.training.dataset.LabelledImages.Image;
import org.catalogtagger.training.inspect.Finding.Kind;
import org.catalogtagger.training.report.Page;
import org.catalogtagger.training.report.Pictures;

/** What an inspection found, as one page with pictures that needs no other file and no network. */
public final class InspectionPage {
    /** Of each kind; the CSV has all. */
    private static final int SHOWN = 60;

    private final Inspection inspection;
    private final Map<Path, Image> images;

    private InspectionPage(Inspection inspection) {
        this.inspection = inspection;
        this.images = inspection.data().images().stream()
                .collect(Collectors.toMap(image -> image.entry().file(), Function.identity()));
    }

    /** A picture with what is said of it. */
    public record Shown(Optional<String> picture, String title, String line) {}

    /**
     * One kind of finding.
     *
     * @param shown some of them, or of the groups they are in
     */
    public record Section(String id, String heading, String what, long count, List<Shown> shown) {}

    /** How many images a class has. */
    public record ClassSize(String label, long images, int percentOfLargest) {}

    /** Writes the page. */
    public static void write(Inspection inspection, Path file) throws IOException {
        Map<String, Object> values = new LinkedHashMap<>();
        InspectionPage page = new InspectionPage(inspection);
        values.put("images", inspection.data().images().size());
        values.put("classes", page.sizes());
        values.put("sections", page.sections());
        Page.write(file, "inspection.ftlh", values);
    }

    private List<ClassSize> sizes() {
        List<String> classes = inspection.data().classes();
        long[] counts = new long[classes.size()];
        inspection.data().images().forEach(image -> counts[image.label()]++);
        long largest = Arrays.stream(counts).max().orElse(1);
        return IntStream.range(0, counts.length)
                .mapToObj(i -> new ClassSize(classes.get(i), counts[i], (int) (100 * counts[i] / Math.max(1, largest))))
                .sorted(Comparator.comparing(size -> -size.images()))
                .toList();
    }

    private List<Section> sections() throws IOException {
        return List.of(
                section(
                        Kind.SUSPECT,
                        "Suspect labels",
                        "Models that were not fitted on them are surer of another class than they usually are of it;"
                                + " the surest first."),
                section(
                        Kind.CONFLICT,
                        "Conflicting labels",
                        "They repeat an image of another class: one of the two labels is wrong, or the classes overlap."),
                section(Kind.COPY, "Copies", "They repeat an image of their class, to the last byte."),
                section(
                        Kind.NEAR_COPY,
                        "Near-copies",
                        "They repeat an image of their class, saved again or in another colour."),
                section(
                        Kind.OUTLIER,
                        "Outliers",
                        "They are not half as like the images of any class as those of it are, or less, fifty at most; the least like first."),
                section(Kind.TINY, "Tiny images", "They are smaller than what a model sees; the smallest first."),
                section(
                        Kind.ODD_SHAPE,
                        "Odd shapes",
                        "They are three times as wide or high as others or more: banners, strips, several pictures in one."),
                section(Kind.BLANK, "Blank images", "There is nothing on them."),
                section(Kind.UNREADABLE, "Unreadable files", "They cannot be decoded, and are passed over."));
    }

    private Section section(Kind kind, String heading, String what) throws IOException {
        List<Shown> shown = new ArrayList<>();
        for (Finding finding : inspection.findings()) {
            if (finding.kind() == kind && shown.size() < SHOWN) {
                shown.add(shown(finding));
            }
        }
        return new Section(kind.code(), heading, what, inspection.count(kind), shown);
    }

    private Shown shown(Finding finding) throws IOException {
        Optional<Image> image = Optional.ofNullable(images.get(finding.path()));
        String name = String.valueOf(finding.path().getFileName());
        String line = finding.kind() == Kind.SUSPECT
                ? String.format(Locale.ROOT, "%s: %s? (%.2f)", finding.label(), finding.detail(), finding.score())
                : finding.label() + ": " + finding.detail();
        return new Shown(
                image.isPresent()
                        ? Optional.of(
                                Pictures.asItIs(image.get(), inspection.data().size()))
                        : Optional.empty(),
                name,
                line);
    }
}
