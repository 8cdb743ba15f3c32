package org.catalogtagger.training.commands;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.model.AtomicDirectory;
import org.catalogtagger.model.ModelBundle;
import org.catalogtagger.training.TrainingRun;
import org.catalogtagger.training.dataset.LabelledImages;
import org.catalogtagger.training.fit.Recipe;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tagger train}. */
@Command(
        name = "train",
        description =
                "Fits a model on a folder of labelled images, evaluates it on a held-out part, writes its bundle.")
public final class TrainCommand implements Callable<Integer> {
    @Option(
            names = "--images",
            paramLabel = "DIR",
            required = true,
            description = "The images, laid out as <class>/<product id>.jpg.")
    private Path images;

    @Option(names = "--out", paramLabel = "BUNDLE", required = true, description = "Where the bundle is written.")
    private Path out;

    @Option(
            names = "--recipe",
            paramLabel = "NAME or FILE",
            defaultValue = "compact",
            description = "compact (the default), notebook, or a recipe file of your own.")
    private String recipe;

    @Option(
            names = "--test-fraction",
            paramLabel = "F",
            defaultValue = "" + TrainingRun.DEFAULT_TEST_FRACTION,
            description = "The share of each class that is held out (default: ${DEFAULT-VALUE}).")
    private double testFraction;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "0",
            description = "Of split, initialization and order (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Mixin
    private Loading loading;

    @Mixin
    private Findings findings;

    @Override
    public Integer call() throws IOException {
        PrintStream console = System.out;
        if (!(testFraction > 0 && testFraction < 1)) {
            throw new CommandException("--test-fraction must be between 0 and 1, not " + testFraction);
        }
        AtomicDirectory.requireWritable(out);
        Recipe settings = Recipe.named(recipe);
        LabelledImages data = loading.load(images, settings.imageSize(), console);
        console.println(
                settings.architecture(data.classes().size()).parameterTable().strip());
        ModelBundle bundle;
        try (FitConsole progress = new FitConsole(console)) {
            bundle = new TrainingRun(nameOf(recipe), settings, testFraction, seed).run(data, out, progress);
        }
        console.println(AccuracyTable.of(bundle.evaluation()).strip());
        console.printf("model %s written to %s%n", bundle.description().modelVersion(), out);
        findings.write(Findings.of(bundle.evaluation(), bundle.description().modelVersion()));
        return 0;
    }

    /** A recipe's name without its folder and ending. */
    static String nameOf(String recipe) {
        return String.valueOf(Path.of(recipe).getFileName()).replaceFirst("\\.[^.]*$", "");
    }
}
