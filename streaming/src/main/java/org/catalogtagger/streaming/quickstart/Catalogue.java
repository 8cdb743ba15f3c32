package org.catalogtagger.streaming.quickstart;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.model.bundle.ModelDescription;
import org.catalogtagger.model.image.ImageFolder.Entry;
import org.catalogtagger.model.network.PyTorch;
import org.catalogtagger.training.TrainingRun;
import org.catalogtagger.training.commands.AccuracyTable;
import org.catalogtagger.training.commands.FitConsole;
import org.catalogtagger.training.commands.Loading;
import org.catalogtagger.training.commands.SampleCommand;
import org.catalogtagger.training.dataset.LabelledImages;
import org.catalogtagger.training.dataset.LabelledImages.Image;
import org.catalogtagger.training.dataset.SplitSettings;
import org.catalogtagger.training.fit.Recipe;
import org.catalogtagger.training.report.TrainingReport;
import org.catalogtagger.training.sample.SampleCatalogue;

/**
 * What the quickstart tags, and with what.
 *
 * @param model trained, or given
 * @param classes of the images, by class index
 * @param published the images that the model has not seen, in the order in which they are published
 */
record Catalogue(ModelBundle model, List<String> classes, List<Entry> published) {
    private static final String RECIPE = "compact";
    private static final long SEED = 0;

    /** Draws the images if there are none, reads them, and trains unless a model is given. */
    static Catalogue prepare(Optional<Path> images, Optional<Path> model, Path out, Loading loading, Stages stages)
            throws IOException {
        Optional<ModelBundle> given = model.map(ModelBundle::open);
        Recipe recipe = Recipe.named(RECIPE);
        Path folder = images.isPresent() ? images.get() : drawSample(out.resolve("sample"), stages);
        stages.say("reading %s", folder);
        LabelledImages data = loading.load(
                folder, given.map(g -> g.description().input().framing()).orElse(recipe.framing()), stages.out());
        ModelBundle bundle = given.isPresent() ? given.get() : train(recipe, data, out.resolve("model"), stages);
        List<Entry> published = new ArrayList<>(unseen(data, bundle.description()));
        Collections.shuffle(published, new Random(SEED));
        return new Catalogue(bundle, data.classes(), published);
    }

    /** The right label of each published product. */
    Map<String, String> truth() {
        Map<String, String> truth = new HashMap<>();
        published.forEach(entry -> truth.put(entry.productId(), classes.get(entry.classIndex())));
        return truth;
    }

    private static Path drawSample(Path folder, Stages stages) throws IOException {
        stages.say("drawing a sample catalogue in %s", folder);
        SampleCatalogue.write(folder, SampleCommand.IMAGES_PER_CLASS, SEED);
        return folder;
    }

    private static ModelBundle train(Recipe recipe, LabelledImages data, Path out, Stages stages) throws IOException {
        stages.say(
                "training an MLP of %,d parameters by the recipe %s",
                recipe.modelArchitecture(data.classes().size()).parameterCount(), RECIPE);
        TrainingRun run = new TrainingRun(RECIPE, recipe, TrainingRun.DEFAULT_TEST_FRACTION, SEED);
        try (NDManager manager = PyTorch.newManager(PyTorch.device("auto"));
                FitConsole progress = new FitConsole(stages.out())) {
            ModelBundle bundle =
                    TrainingReport.saveWithReport(run.train(data, manager, progress, Optional.empty()), out);
            stages.say(
                    "trained %s: on held-out images, %s",
                    bundle.description().modelVersion(),
                    AccuracyTable.summary(bundle.evaluation()).strip());
            return bundle;
        }
    }

    /** The held-out part, if the model was trained on these very images; else all of them. */
    private static List<Entry> unseen(LabelledImages data, ModelDescription model) {
        List<Image> unseen =
                model.provenance().hasFitted(data.digest()) ? SplitSettings.heldOut(data, model) : data.images();
        return unseen.stream().map(Image::entry).toList();
    }
}
