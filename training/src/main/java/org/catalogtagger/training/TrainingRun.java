package org.catalogtagger.training;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.catalogtagger.model.Classifier;
import org.catalogtagger.model.ConfusionMatrix;
import org.catalogtagger.model.Mlp;
import org.catalogtagger.model.ModelBundle;
import org.catalogtagger.model.ModelDescription;
import org.catalogtagger.model.Normalization;
import org.catalogtagger.model.PyTorch;
import org.catalogtagger.training.dataset.LabelledImages;
import org.catalogtagger.training.dataset.LabelledImages.Image;
import org.catalogtagger.training.dataset.StratifiedSplit;
import org.catalogtagger.training.fit.FitListener;
import org.catalogtagger.training.fit.MlpFit;
import org.catalogtagger.training.fit.Recipe;

/**
 * From labelled images to a bundle: split, fit, evaluate, save.
 *
 * @param name of the recipe, which the model's version begins with
 * @param testFraction the share of each class that is held out, 0 to 1
 * @param seed of the split and the fit
 */
public record TrainingRun(String name, Recipe recipe, double testFraction, long seed) {
    /** The notebook's. */
    public static final double DEFAULT_TEST_FRACTION = 0.2;

    /** The held-out images of a data set: the same for every run with the same fraction and seed. */
    public static StratifiedSplit<Image> split(LabelledImages data, double testFraction, long seed) {
        return StratifiedSplit.of(data.images(), Image::label, testFraction, seed);
    }

    /**
     * Trains and writes the bundle.
     *
     * @param out the bundle's directory
     * @return the bundle as written, whose evaluation is that of the held-out images
     * @throws IOException if it cannot be written; an earlier bundle there is then intact
     */
    public ModelBundle run(LabelledImages data, Path out, FitListener listener) throws IOException {
        StratifiedSplit<Image> split = split(data, testFraction, seed);
        Normalization normalization = recipe.normalization()
                .fit(split.train().stream().map(Image::pixels).toList());
        try (NDManager manager = PyTorch.newManager()) {
            Mlp network = new MlpFit(recipe, normalization, data.classes().size(), seed, listener)
                    .fit(split.train(), manager);
            ConfusionMatrix evaluation = evaluate(manager, network, data.classes(), normalization, split.test());
            return ModelBundle.save(
                    out,
                    network.weights(),
                    evaluation,
                    weightsSha256 -> describe(data, split, normalization, evaluation, weightsSha256));
        }
    }

    private ConfusionMatrix evaluate(
            NDManager manager, Mlp network, List<String> classes, Normalization normalization, List<Image> test) {
        try (Classifier classifier = new Classifier(manager, network, classes, normalization, recipe.imageSize())) {
            return Evaluation.evaluate(classifier, test, done -> {});
        }
    }

    private ModelDescription describe(
            LabelledImages data,
            StratifiedSplit<Image> split,
            Normalization normalization,
            ConfusionMatrix evaluation,
            String weightsSha256) {
        return new ModelDescription(
                ModelDescription.FORMAT_VERSION,
                name + "-" + weightsSha256.substring(0, 12),
                recipe.architecture(data.classes().size()),
                new ModelDescription.Input(recipe.imageSize()),
                normalization,
                data.classes(),
                new ModelDescription.Provenance(
                        Instant.now().truncatedTo(ChronoUnit.SECONDS),
                        data.digest(),
                        split.train().size(),
                        split.test().size(),
                        testFraction,
                        seed,
                        recipe.toJson(),
                        libraries(),
                        weightsSha256),
                new ModelDescription.TestMetrics(
                        evaluation.accuracy(),
                        evaluation.macroRecall(),
                        split.test().size()));
    }

    private static Map<String, String> libraries() {
        return Map.of(
                "java", Runtime.version().toString(),
                "pytorch", PyTorch.engine().getVersion(),
                "djl", ai.djl.engine.Engine.getDjlVersion());
    }
}
