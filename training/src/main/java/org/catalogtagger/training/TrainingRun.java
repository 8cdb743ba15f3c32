package org.catalogtagger.training;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.catalogtagger.model.Classifier;
import org.catalogtagger.model.bundle.Names;
import org.catalogtagger.model.image.ImageFolderException;
import org.catalogtagger.model.image.Normalization;
import org.catalogtagger.training.dataset.LabelledImages;
import org.catalogtagger.training.dataset.LabelledImages.Image;
import org.catalogtagger.training.dataset.StratifiedSplit;
import org.catalogtagger.training.evaluate.Evaluation;
import org.catalogtagger.training.fit.Checkpoint;
import org.catalogtagger.training.fit.FitListener;
import org.catalogtagger.training.fit.MlpFit;
import org.catalogtagger.training.fit.Recipe;

/**
 * From labelled images to a model: split, fit, evaluate.
 *
 * @param name of the recipe, which the model's version begins with
 * @param testFraction the share of each class that is held out, 0 to 1
 * @param seed of the split and the fit
 */
public record TrainingRun(String name, Recipe recipe, double testFraction, long seed) {
    public TrainingRun {
        // Now, and not when hours later the bundle is written.
        Names.require("the model's version", versionOf(name, "0".repeat(64)));
    }

    /** The version of a model of this run, by the SHA-256 of its weights. */
    String version(String weightsSha256) {
        return versionOf(name, weightsSha256);
    }

    private static String versionOf(String name, String weightsSha256) {
        return name + "-" + weightsSha256.substring(0, 12);
    }

    /** The notebook's. */
    public static final double DEFAULT_TEST_FRACTION = 0.2;

    /** The held-out images of a data set: the same for every run with the same fraction and seed. */
    public static StratifiedSplit<Image> split(LabelledImages data, double testFraction, long seed) {
        return StratifiedSplit.of(data.images(), Image::label, data.classes(), testFraction, seed);
    }

    /** What tells this run from another, for the checkpoint of an unfinished one. */
    public Checkpoint.Run identity(LabelledImages data) {
        return new Checkpoint.Run(recipe.toJson(), data.digest(), testFraction, seed);
    }

    /** Before anything is computed; {@link StratifiedSplit} refuses what is left by unusual fractions. */
    private void requireImages(LabelledImages data) {
        boolean validates = recipe.validationFraction() > 0;
        long[] perClass = new long[data.classes().size()];
        data.images().forEach(image -> perClass[image.label()]++);
        for (int label = 0; label < perClass.length; label++) {
            if (perClass[label] < (validates ? 3 : 2)) {
                throw new ImageFolderException("the class %s has %d readable image(s); %s need one each"
                        .formatted(
                                data.classes().get(label),
                                perClass[label],
                                validates ? "training, validation and test" : "training and test"));
            }
        }
    }

    /**
     * Trains, and evaluates on the held-out part, which nothing before has looked at.
     *
     * @param manager owns the network, on its device
     * @param checkpoint where the state is kept while it runs; if there is one, the run goes on from it
     * @throws ImageFolderException if a class has too few images to be split
     * @throws IOException if the checkpoint cannot be written or read
     * @throws org.catalogtagger.training.fit.DivergenceException if the loss, or a weight, becomes infinite or NaN
     */
    public TrainedModel train(
            LabelledImages data, NDManager manager, FitListener listener, Optional<Checkpoint> checkpoint)
            throws IOException {
        requireImages(data);
        data.classes().forEach(label -> Names.require("a class", label));
        StratifiedSplit<Image> split = split(data, testFraction, seed);
        StratifiedSplit<Image> inner = recipe.validationFraction() > 0
                ? StratifiedSplit.of(split.train(), Image::label, data.classes(), recipe.validationFraction(), seed)
                : new StratifiedSplit<>(split.train(), List.of());
        Normalization normalization = recipe.normalization()
                .fit(() -> inner.train().stream().map(Image::pixels).iterator());
        MlpFit.Fitted fit = new MlpFit(recipe, normalization, data.classes(), seed, listener, checkpoint)
                .fit(inner.train(), inner.test(), manager);
        try (Classifier classifier =
                new Classifier(manager, fit.network(), data.classes(), normalization, recipe.imageSize())) {
            return new TrainedModel(
                    this, data, split, normalization, fit, Evaluation.of(classifier, split.test(), done -> {}));
        }
    }
}
