package org.catalogtagger.training.inspect;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.catalogtagger.training.dataset.LabelledImages;
import org.catalogtagger.training.dataset.LabelledImages.Image;
import org.catalogtagger.training.dataset.LabelledImages.Unreadable;
import org.catalogtagger.training.dataset.NearDuplicates.Pair;
import org.catalogtagger.training.inspect.Finding.Kind;

/**
 * What was found in a folder of labelled images.
 *
 * @param findings by kind, the worst of each first
 */
public record Inspection(LabelledImages data, List<Finding> findings) {
    private static final int OUTLIERS = 50;

    /** Gray levels between the darkest and the brightest pixel of an image on which there is nothing. */
    private static final int BLANK_RANGE = 8;

    public Inspection {
        findings = List.copyOf(findings);
    }

    /** Sums up what is known of the images, and reads the headers of their files. */
    public static Inspection of(LabelledImages data, List<Pair> pairs, OutOfFold outOfFold) {
        List<Finding> findings = new ArrayList<>();
        for (Unreadable file : data.unreadable()) {
            String label = data.classes().get(file.entry().classIndex());
            findings.add(new Finding(file.entry().file(), label, Kind.UNREADABLE, file.reason(), 1));
        }
        data.images().stream()
                .filter(image -> range(image) < BLANK_RANGE)
                .forEach(image -> findings.add(found(data, image, Kind.BLANK, "one level of gray", 1)));
        findings.addAll(StoredSizes.findings(data));
        for (Pair pair : pairs) {
            findings.add(repeated(data, pair));
        }
        ConfidentLearning learning =
                new ConfidentLearning(outOfFold, data.classes().size());
        learning.suspects()
                .forEach(suspect -> findings.add(found(
                        data,
                        suspect.image(),
                        Kind.SUSPECT,
                        data.classes().get(suspect.suggested()),
                        suspect.margin())));
        learning.outliers(OUTLIERS)
                .forEach(outlier -> findings.add(found(
                        data,
                        outlier.image(),
                        Kind.OUTLIER,
                        String.format(
                                Locale.ROOT, "%.2f of the usual likeness to its nearest class", outlier.likeness()),
                        1 - outlier.likeness())));
        findings.sort(Comparator.comparing(Finding::kind).thenComparing(finding -> -finding.score()));
        return new Inspection(data, findings);
    }

    private static Finding repeated(LabelledImages data, Pair pair) {
        Path of = pair.one().entry().file();
        if (pair.one().label() != pair.other().label()) {
            return found(data, pair.other(), Kind.CONFLICT, "repeats " + of, pair.exact() ? 1 : 0.5);
        }
        return found(data, pair.other(), pair.exact() ? Kind.COPY : Kind.NEAR_COPY, "repeats " + of, 1);
    }

    private static Finding found(LabelledImages data, Image image, Kind kind, String detail, double score) {
        return new Finding(image.entry().file(), className(data, image), kind, detail, score);
    }

    private static String className(LabelledImages data, Image image) {
        return data.classes().get(image.label());
    }

    private static int range(Image image) {
        int least = 255;
        int greatest = 0;
        for (byte level : image.pixels()) {
            least = Math.min(least, level & 0xFF);
            greatest = Math.max(greatest, level & 0xFF);
        }
        return greatest - least;
    }

    /** How many findings of a kind there are. */
    public long count(Kind kind) {
        return findings.stream().filter(finding -> finding.kind() == kind).count();
    }

    /** Writes the findings for a program or a spreadsheet. */
    public void writeCsv(Path file) throws IOException {
        CSVFormat format = CSVFormat.DEFAULT
                .builder()
                .setHeader("path", "class", "finding", "detail", "score")
                .get();
        try (Writer out = Files.newBufferedWriter(file, StandardCharsets.UTF_8);
                CSVPrinter csv = new CSVPrinter(out, format)) {
            for (Finding finding : findings) {
                csv.printRecord(
                        finding.path(),
                        finding.label(),
                        finding.kind().code(),
                        finding.detail(),
                        String.format(Locale.ROOT, "%.4f", finding.score()));
            }
        }
    }
}
