package org.catalogtagger.training.commands;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.cli.Progress;
import org.catalogtagger.model.Classifier;
import org.catalogtagger.model.Prediction;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.model.image.ImageFolder.Entry;
import org.catalogtagger.training.compare.ComparisonPage;
import org.catalogtagger.training.compare.ModelComparison;
import org.catalogtagger.training.compare.ModelComparison.Outcome;
import org.catalogtagger.training.compare.ModelComparison.Swap;
import org.catalogtagger.training.dataset.LabelledImages;
import org.catalogtagger.training.dataset.LabelledImages.Image;
import org.catalogtagger.training.evaluate.Evaluation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tagger diff}. */
@Command(
        name = "diff",
        description = {
            "Says which images would change their tag from one model to another, before it is released.",
            "Writes a page with pictures, and a table."
        })
public final class DiffCommand implements Callable<Integer> {
    private static final String PAGE = "index.html";
    private static final String TABLE = "changes.csv";
    private static final int SWAPS_SHOWN = 10;

    @Option(
            names = "--model",
            paramLabel = "BUNDLE",
            required = true,
            description = "Given twice: the model of now, and the one that may follow it.")
    private List<Path> models = List.of();

    @Option(
            names = "--images",
            paramLabel = "DIR",
            required = true,
            description = "The images, laid out as <class>/<product id>.jpg.")
    private Path images;

    @Option(
            names = "--unlabelled",
            description = "The folders' names are not the classes of the images: what is right is not known.")
    private boolean unlabelled;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description = "Where the page and the table are written.")
    private Path out;

    @Mixin
    private HeldOut heldOut;

    @Mixin
    private Loading loading;

    @Mixin
    private Findings findings;

    @Override
    public Integer call() throws IOException {
        PrintStream console = System.out;
        if (models.size() != 2) {
            throw new CommandException("--model is given twice, not %d time(s)".formatted(models.size()));
        }
        ModelBundle first = ModelBundle.open(models.get(0));
        ModelBundle second = ModelBundle.open(models.get(1));
        Files.createDirectories(out);
        LabelledImages data = loading.load(images, first.description().input().framing(), console);
        boolean isFramedAlike =
                first.description().input().equals(second.description().input());
        LabelledImages asSecond = isFramedAlike
                ? data
                : loading.load(images, second.description().input().framing(), console);
        Set<Entry> entries = heldOut.of(data, List.of(first, second), images, console);
        List<Image> chosen = imagesOf(entries, data);
        ModelComparison comparison = ModelComparison.of(
                chosen,
                predictions(first, chosen, console),
                predictions(second, imagesOf(entries, asSecond), console),
                unlabelled ? Optional.empty() : Optional.of(data.classes()));
        comparison.writeCsv(out.resolve(TABLE));
        String before = first.description().modelVersion();
        String after = second.description().modelVersion();
        ComparisonPage.write(comparison, before, after, data.size(), out.resolve(PAGE));
        say(comparison, before, after, console);
        findings.write(json(comparison, before, after));
        return 0;
    }

    private static List<Image> imagesOf(Set<Entry> entries, LabelledImages data) {
        return data.images().stream()
                .filter(image -> entries.contains(image.entry()))
                .toList();
    }

    private static List<Prediction> predictions(ModelBundle bundle, List<Image> images, PrintStream console) {
        try (Classifier classifier = Classifier.load(bundle);
                Progress progress = Progress.start(
                        "classifying by " + bundle.description().modelVersion(), images.size(), console)) {
            List<Prediction> predictions = Evaluation.predictions(classifier, images, done -> progress.to(done, ""));
            ModelClasses.requireAnswers(
                    images, predictions, bundle.description().modelVersion());
            return predictions;
        }
    }

    private void say(ModelComparison comparison, String before, String after, PrintStream console) {
        long all = comparison.answers().size();
        long changed = comparison.changes().size();
        console.printf(
                Locale.ROOT,
                "from %s to %s: %,d of %,d images change their tag (%.2f %%)%n",
                before,
                after,
                changed,
                all,
                100.0 * changed / Math.max(1, all));
        comparison.accuracy(false).ifPresent(accuracy -> {
            console.printf(
                    "%,8d  were right and become wrong%n%,8d  were wrong and become right%n%,8d  stay wrong%n",
                    comparison.count(Outcome.BECOMES_WRONG),
                    comparison.count(Outcome.BECOMES_RIGHT),
                    comparison.count(Outcome.STAYS_WRONG));
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
        console.printf("written to %s and %s%n", out.resolve(PAGE), out.resolve(TABLE));
    }

    private static ObjectNode json(ModelComparison comparison, String before, String after) {
        ObjectNode json = Json.MAPPER
                .createObjectNode()
                .put("before", before)
                .put("after", after)
                .put("images", comparison.answers().size())
                .put("changed", comparison.changes().size());
        comparison.accuracy(false).ifPresent(accuracy -> {
            json.put("accuracyBefore", accuracy)
                    .put("accuracyAfter", comparison.accuracy(true).orElseThrow())
                    .put("probabilityByChance", comparison.probabilityByChance());
            for (Outcome outcome : List.of(Outcome.BECOMES_WRONG, Outcome.BECOMES_RIGHT, Outcome.STAYS_WRONG)) {
                json.put(outcome.code(), comparison.count(outcome));
            }
        });
        return json;
    }
}
