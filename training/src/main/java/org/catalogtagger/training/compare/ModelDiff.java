package org.catalogtagger.training.compare;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.catalogtagger.cli.Progress;
import org.catalogtagger.model.Classifier;
import org.catalogtagger.model.Prediction;
import org.catalogtagger.model.bundle.DirectoryClaim;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.model.image.ImageFolder.Entry;
import org.catalogtagger.training.compare.ModelComparison.Compared;
import org.catalogtagger.training.compare.ModelComparison.Outcome;
import org.catalogtagger.training.compare.ModelComparison.Swap;
import org.catalogtagger.training.dataset.LabelledImages;
import org.catalogtagger.training.dataset.LabelledImages.Image;
import org.catalogtagger.training.evaluate.Evaluation;

/**
 * What changes from one model to another, found on images and written down.
 *
 * @param first the model of now
 * @param second the one that may follow it
 */
public record ModelDiff(ModelBundle first, ModelBundle second) {
    private static final String PAGE = "index.html";
    private static final String TABLE = "changes.csv";
    private static final int SWAPS_SHOWN = 10;

    /**
     * Compares, writes the page and the table, and says the most important.
     *
     * @param out their directory; made if there is none
     * @return the figures
     * @throws org.catalogtagger.cli.CommandException if an image gets no answer
     */
    public ObjectNode of(ComparedImages images, Path out, PrintStream console) throws IOException {
        try (DirectoryClaim claim = DirectoryClaim.within(out)) {
            return compare(images, out, console);
        }
    }

    private ObjectNode compare(ComparedImages images, Path out, PrintStream console) throws IOException {
        LabelledImages data = images.load(first.description().input().framing(), console);
        boolean isFramedAlike =
                first.description().input().equals(second.description().input());
        LabelledImages asSecond =
                isFramedAlike ? data : images.load(second.description().input().framing(), console);
        Set<Entry> entries = images.chosen(data, List.of(first, second), console);
        List<Image> chosen = imagesOf(entries, data);
        List<Compared> compared = new ArrayList<>();
        for (Image image : chosen) {
            compared.add(new Compared(image, images.product(image), images.place(image), images.truth(image, data)));
        }
        ModelComparison comparison = ModelComparison.of(
                compared,
                predictions(first, chosen, console),
                predictions(second, imagesOf(entries, asSecond), console));
        comparison.writeCsv(out.resolve(TABLE));
        ComparisonPage.write(comparison, version(first), version(second), data.size(), out.resolve(PAGE));
        say(comparison, console);
        console.printf("written to %s and %s%n", out.resolve(PAGE), out.resolve(TABLE));
        return json(comparison);
    }

    private static List<Image> imagesOf(Set<Entry> entries, LabelledImages data) {
        return data.images().stream()
                .filter(image -> entries.contains(image.entry()))
                .toList();
    }

    private static List<Prediction> predictions(ModelBundle bundle, List<Image> images, PrintStream console) {
        try (Classifier classifier = Classifier.load(bundle);
                Progress progress = Progress.start("classifying by " + version(bundle), images.size(), console)) {
            List<Prediction> predictions = Evaluation.predictions(classifier, images, done -> progress.to(done, ""));
            Evaluation.requireAnswers(images, predictions, version(bundle));
            return predictions;
        }
    }

    private static String version(ModelBundle bundle) {
        return bundle.description().modelVersion();
    }

    private void say(ModelComparison comparison, PrintStream console) {
        long all = comparison.answers().size();
        long changed = comparison.changes().size();
        console.printf(
                Locale.ROOT,
                "from %s to %s: %,d of %,d images change their tag (%.2f %%)%n",
                version(first),
                version(second),
                changed,
                all,
                100.0 * changed / Math.max(1, all));
        comparison.accuracy(false).ifPresent(accuracy -> {
            console.printf(
                    "%,8d  were right and become wrong%n%,8d  were wrong and become right%n%,8d  stay wrong%n",
                    comparison.count(Outcome.BECOMES_WRONG),
                    comparison.count(Outcome.BECOMES_RIGHT),
                    comparison.count(Outcome.STAYS_WRONG));
            if (comparison.count(Outcome.UNKNOWN) > 0) {
                console.printf("%,8d  have no label%n", comparison.count(Outcome.UNKNOWN));
            }
            console.printf(
                    Locale.ROOT,
                    "accuracy %.2f %%, which was %.2f %%; by chance a difference as large has a probability of %.2g%n",
                    100 * comparison.accuracy(true).orElseThrow(),
                    100 * accuracy,
                    comparison.probabilityByChance());
        });
        List<Swap> swaps = comparison.swaps();
        if (!swaps.isEmpty()) {
            console.println("most frequent changes:");
        }
        for (Swap swap : swaps.subList(0, Math.min(SWAPS_SHOWN, swaps.size()))) {
            console.printf("%,8d  %s becomes %s%n", swap.images(), swap.from(), swap.to());
        }
    }

    private ObjectNode json(ModelComparison comparison) {
        ObjectNode json = Json.MAPPER
                .createObjectNode()
                .put("before", version(first))
                .put("after", version(second))
                .put("images", comparison.answers().size())
                .put("changed", comparison.changes().size());
        comparison.accuracy(false).ifPresent(accuracy -> {
            json.put("labelled", comparison.labelled())
                    .put("accuracyBefore", accuracy)
                    .put("accuracyAfter", comparison.accuracy(true).orElseThrow())
                    .put("probabilityByChance", comparison.probabilityByChance());
            for (Outcome outcome : List.of(Outcome.BECOMES_WRONG, Outcome.BECOMES_RIGHT, Outcome.STAYS_WRONG)) {
                json.put(outcome.code(), comparison.count(outcome));
            }
        });
        return json;
    }
}
