package org.catalogtagger.training.commands;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.model.bundle.DirectoryClaim;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.model.network.PyTorch;
import org.catalogtagger.training.dataset.ImageGroups;
import org.catalogtagger.training.dataset.LabelledImages;
import org.catalogtagger.training.dataset.NearDuplicates;
import org.catalogtagger.training.dataset.NearDuplicates.Pair;
import org.catalogtagger.training.fit.Recipe;
import org.catalogtagger.training.inspect.Finding.Kind;
import org.catalogtagger.training.inspect.Inspection;
import org.catalogtagger.training.inspect.InspectionPage;
import org.catalogtagger.training.inspect.OutOfFold;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tagger inspect}. */
@Command(
        name = "inspect",
        description = {
            "Looks for what is wrong with labelled images: copies and near-copies, labels that contradict each other, labels"
                    + " that models doubt which were fitted on the others, outliers, blank and unreadable files.",
            "Writes a page with pictures, and a table to act on."
        })
public final class InspectCommand implements Callable<Integer> {
    private static final String PAGE = "index.html";
    private static final String TABLE = "findings.csv";

    @Option(
            names = "--images",
            paramLabel = "DIR",
            required = true,
            description = "The images, laid out as <class>/<product id>.jpg.")
    private Path images;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description = "Where the page and the table are written.")
    private Path out;

    @Option(
            names = "--folds",
            paramLabel = "N",
            defaultValue = "4",
            description = "So many models are fitted, each on all images but one fold (default: ${DEFAULT-VALUE}).")
    private int folds;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            defaultValue = "20",
            description = "Of each model, of the recipe compact (default: ${DEFAULT-VALUE}).")
    private int epochs;

    @Mixin
    private DeviceOption device;

    @Mixin
    private Loading loading;

    @Mixin
    private Findings findings;

    @Override
    public Integer call() throws IOException {
        PrintStream console = System.out;
        if (folds < 2 || epochs < 1) {
            throw new CommandException(
                    "--folds must be at least 2 and --epochs at least 1, not %d and %d".formatted(folds, epochs));
        }
        BundlePlace.requireOutside(images, out);
        try (DirectoryClaim claim = DirectoryClaim.within(out)) {
            inspect(console);
        }
        return 0;
    }

    private void inspect(PrintStream console) throws IOException {
        Recipe recipe = recipe();
        LabelledImages data = loading.loadAll(images, recipe.framing(), console);
        if (data.images().size() < folds || data.classes().size() < 2) {
            throw new CommandException("%s: %d image(s) of %d class(es); nothing can be learned of them"
                    .formatted(images, data.images().size(), data.classes().size()));
        }
        List<Pair> pairs = NearDuplicates.among(data.images());
        ImageGroups groups = ImageGroups.of(data.images(), pairs);
        int apart = groups.members(data.images()).size();
        if (apart < folds) {
            throw new CommandException(
                    "%s: %,d images, of which copies leave %,d that differ; nothing can be learned of these with --folds %d"
                            .formatted(images, data.images().size(), apart, folds));
        }
        OutOfFold outOfFold;
        try (NDManager manager = PyTorch.newManager(device.device());
                FitConsole progress = new FitConsole(console)) {
            outOfFold = OutOfFold.of(
                    data,
                    groups,
                    recipe,
                    folds,
                    manager,
                    progress,
                    fold -> progress.begin("model %d of %d".formatted(fold, folds)));
        }
        Inspection inspection = Inspection.of(data, pairs, outOfFold);
        inspection.writeCsv(out.resolve(TABLE));
        InspectionPage.write(inspection, out.resolve(PAGE));
        ObjectNode json =
                Json.MAPPER.createObjectNode().put("images", data.images().size());
        for (Kind kind : Kind.values()) {
            console.printf("%,8d  %s%n", inspection.count(kind), kind.code());
            json.put(kind.code(), inspection.count(kind));
        }
        console.printf("written to %s and %s%n", out.resolve(PAGE), out.resolve(TABLE));
        findings.write(json);
    }

    private Recipe recipe() throws IOException {
        ObjectNode settings = (ObjectNode) Recipe.named("compact").toJson();
        return Json.MAPPER.convertValue(settings.put("epochs", epochs), Recipe.class);
    }
}
