package org.catalogtagger.training.commands;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.model.bundle.AtomicDirectory;
import org.catalogtagger.model.bundle.DirectoryClaim;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.model.network.PyTorch;
import org.catalogtagger.training.TrainedModel;
import org.catalogtagger.training.TrainingRun;
import org.catalogtagger.training.dataset.LabelledImages;
import org.catalogtagger.training.dataset.SplitSettings;
import org.catalogtagger.training.dataset.SplitSettings.Divided;
import org.catalogtagger.training.evaluate.Twins;
import org.catalogtagger.training.fit.Checkpoint;
import org.catalogtagger.training.fit.DivergenceException;
import org.catalogtagger.training.fit.FitListener;
import org.catalogtagger.training.fit.Recipe;
import org.catalogtagger.training.fit.Resumption;
import org.catalogtagger.training.report.TrainingReport;
import org.catalogtagger.training.tracking.RunLogs;
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
            description = "compact (the default), best, convolutional, notebook, or a recipe file of your own.")
    private String recipe;

    @Option(
            names = "--test-fraction",
            paramLabel = "F",
            defaultValue = "" + TrainingRun.DEFAULT_TEST_FRACTION,
            description = "The share of each class that is held out (default: ${DEFAULT-VALUE}).")
    private double testFraction;

    @Option(
            names = "--group-by",
            paramLabel = "WHAT",
            defaultValue = SplitSettings.DUPLICATES,
            description = {
                "Images that stay on one side of the split: duplicates (the default), which repeat others exactly or"
                        + " nearly; none; or besides duplicates those with one value in a column of the manifest."
            })
    private String groupBy;

    @Option(
            names = "--split-by",
            paramLabel = "COLUMN",
            description = {
                "Hold out what a column of the manifest says: if its values are train and test, those of test; else the"
                        + " images of the latest values, years or dates say, about as many as --test-fraction."
            })
    private Optional<String> splitBy = Optional.empty();

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "0",
            description = "Of split, initialization and order (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--resume",
            description = {
                "Go on with an interrupted run, from the end of its last saved epoch, to the same weights.",
                "The recipe may have other settings now of: optimizer, schedule, epochs, dropout, labelSmoothing,"
                        + " classBalance, logitAdjustment, augmentation."
            })
    private boolean resume;

    @Option(names = "--restart", description = "Forget an interrupted run, and begin anew.")
    private boolean restart;

    @Mixin
    private DeviceOption device;

    @Mixin
    private Loading loading;

    @Mixin
    private Tracking tracking;

    @Mixin
    private Findings findings;

    @Override
    public Integer call() throws IOException {
        PrintStream console = System.out;
        if (resume && restart) {
            throw new CommandException("--resume and --restart exclude each other");
        }
        if (!(testFraction > 0 && testFraction < 1)) {
            throw new CommandException("--test-fraction must be between 0 and 1, not " + testFraction);
        }
        requirePlace();
        BundlePlace.requireOutside(images, out);
        try (DirectoryClaim claim = DirectoryClaim.beside(out)) {
            AtomicDirectory.removeAbandoned(checkpointOf(out));
            return train(console);
        }
    }

    private void requirePlace() throws IOException {
        List<Path> others = new ArrayList<>(List.of(images));
        others.addAll(tracking.folders());
        others.addAll(findings.files());
        BundlePlace.require(out, others);
    }

    private int train(PrintStream console) throws IOException {
        Recipe settings = Recipe.named(recipe);
        Device where = device.device();
        LabelledImages data = loading.load(images, settings.framing(), console);
        TrainingRun run =
                new TrainingRun(nameOf(recipe), settings, new SplitSettings(testFraction, seed, groupBy, splitBy));
        Divided divided = run.divide(data);
        divided.notes().forEach(console::println);
        console.println(settings.modelArchitecture(divided.data().classes().size())
                .parameterTable()
                .strip());
        Checkpoint checkpoint = new Checkpoint(checkpointOf(out), run.identity(data));
        prepare(checkpoint, console);
        console.printf("training on %s%n", where.isGpu() ? where : "the CPU");
        ModelBundle bundle;
        try (RunLogs logs = tracking.open(run, data, console);
                NDManager manager = PyTorch.newManager(where);
                FitConsole progress = new FitConsole(console)) {
            TrainedModel model =
                    run.train(divided, manager, FitListener.of(List.of(progress, logs)), Optional.of(checkpoint));
            logs.tested(model.evaluation().confusion());
            // What was put there meanwhile is not to be lost; --resume goes on from the last epoch then.
            requirePlace();
            bundle = TrainingReport.saveWithReport(model, out);
            logs.saved(bundle);
            if (splitBy.isPresent() || groupBy.equals(SplitSettings.NONE)) {
                Twins.of(model.evaluation(), model.split().train()).ifPresent(console::println);
            }
            model.fit()
                    .validation()
                    .ifPresent(validation -> console.printf(
                            Locale.ROOT,
                            "on %,d images kept for validation: accuracy %.2f %%, macro recall %.2f %%%n",
                            validation.images(),
                            100 * validation.accuracy(),
                            100 * validation.macroRecall()));
        } catch (DivergenceException e) {
            throw new CommandException(e.getMessage() + kept(checkpoint), e);
        }
        checkpoint.delete();
        console.println(AccuracyTable.of(bundle.evaluation()).strip());
        bundle.evaluation()
                .constantAnswer()
                .ifPresent(label ->
                        console.printf("the model has learned nothing: it answers %s to every image%n", label));
        console.printf(
                "model %s written to %s, its report to %s%n",
                bundle.description().modelVersion(),
                out,
                out.resolve(TrainingReport.DIRECTORY).resolve("index.html"));
        findings.write(Findings.of(bundle.evaluation(), bundle.description().modelVersion()));
        return 0;
    }

    /** Beside the bundle, which is to appear whole at the end. */
    private static Path checkpointOf(Path bundle) throws IOException {
        Path place = AtomicDirectory.placeOf(bundle);
        return place.resolveSibling(place.getFileName() + ".unfinished");
    }

    /** Deletes the checkpoint, or makes sure that the run may go on from it. */
    private void prepare(Checkpoint checkpoint, PrintStream console) throws IOException {
        if (!checkpoint.exists() && Files.exists(checkpoint.directory())) {
            throw new CommandException("%s holds no interrupted run, but what such a one is written over: move it away"
                    .formatted(checkpoint.directory()));
        }
        if (restart) {
            checkpoint.delete();
        }
        if (!checkpoint.exists()) {
            if (resume) {
                console.printf("nothing to resume at %s: beginning anew%n", checkpoint.directory());
            }
            return;
        }
        if (!resume) {
            throw new CommandException(
                    "%s holds a run that was interrupted after epoch %d: --resume goes on with it, --restart forgets it"
                            .formatted(checkpoint.directory(), checkpoint.epochs()));
        }
        Resumption.check(checkpoint).forEach(console::println);
    }

    private static String kept(Checkpoint checkpoint) throws IOException {
        return checkpoint.exists()
                ? ("; the state after epoch %d, the last that was saved before the loss ran away, is kept in %s: --resume"
                                + " goes on from it, with another optimizer if you like")
                        .formatted(checkpoint.epochs(), checkpoint.directory())
                : "";
    }

    /** A recipe's name without its folder and ending. */
    static String nameOf(String recipe) {
        return String.valueOf(Path.of(recipe).getFileName()).replaceFirst("\\.[^.]*$", "");
    }
}
