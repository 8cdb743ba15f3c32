package org.catalogtagger.training;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.catalogtagger.model.Classifier;
import org.catalogtagger.model.bundle.Names;
import org.catalogtagger.model.bundle.Sha256;
import org.catalogtagger.model.image.ImageFolderException;
import org.catalogtagger.model.image.Normalization;
import org.catalogtagger.training.dataset.LabelledImages;
import org.catalogtagger.training.dataset.LabelledImages.Image;
import org.catalogtagger.training.dataset.SplitSettings;
import org.catalogtagger.training.dataset.SplitSettings.Divided;
import org.catalogtagger.training.dataset.StratifiedSplit;
import org.catalogtagger.training.evaluate.Evaluation;
import org.catalogtagger.training.fit.Checkpoint;
import org.catalogtagger.training.fit.FitListener;
import org.catalogtagger.training.fit.NetworkFit;
import org.catalogtagger.training.fit.Recipe;

/**
 * From labelled images to a model: split, fit, evaluate.
 *
 * @param name of the recipe, which the model's version begins with
 * @param split of the images, with a seed of its own
 * @param seed of the fit: its starting weights, the order of the images, their variation and the dropout
 */
public record TrainingRun(String name, Recipe recipe, SplitSettings split, long seed) {
    /** A run whose fit has the split's seed. */
    public TrainingRun(String name, Recipe recipe, SplitSettings split) {
        this(name, recipe, split, split.seed());
    }

    /** A run that divides by chance, duplicates together. */
    public TrainingRun(String name, Recipe recipe, double testFraction, long seed) {
        this(name, recipe, new SplitSettings(testFraction, seed));
    }

    public TrainingRun {
        // Now, and not when hours later the bundle is written.
        Names.require("the model's version", versionOf(name, "0".repeat(64)));
    }

    /** The version of a model of this run, by the SHA-256 of its weights and by what else it answers by that they do not tell. */
    String version(String weightsSha256) {
        return versionOf(
                name,
                recipe.mirrorBelow() == 0
                        ? weightsSha256
                        : new Sha256()
                                .update("%s mirrored below %s"
                                        .formatted(weightsSha256, recipe.mirrorBelow())
                                        .getBytes(StandardCharsets.UTF_8))
                                .hex());
    }

    private static String versionOf(String name, String weightsSha256) {
        return name + "-" + weightsSha256.substring(0, 12);
    }

    /** The notebook's. */
    public static final double DEFAULT_TEST_FRACTION = 0.2;

    /** What tells this run from another, for the checkpoint of an unfinished one. */
    public Checkpoint.Run identity(LabelledImages data) {
        return new Checkpoint.Run(recipe.toJson(), data.digest(), split, seed);
    }

    /**
     * Divides images as {@link #split} says.
     *
     * @throws ImageFolderException if a class has too few images to be divided
     * @throws org.catalogtagger.cli.CommandException if there is no such column to divide by
     */
    public Divided divide(LabelledImages data) {
        int validation = recipe.validationFraction() > 0 ? 1 : 0;
        if (split.splitBy().isPresent()) {
            Divided divided = split.divide(data);
            requireOfEachClass(
                    1 + validation, divided.data().classes(), divided.split().train());
            return divided;
        }
        requireOfEachClass(2 + validation, data.classes(), data.images());
        return split.divide(data);
    }

    private void requireOfEachClass(int needed, List<String> classes, List<Image> images) {
        int[] perClass = new int[classes.size()];
        images.forEach(image -> perClass[image.label()]++);
        for (int label = 0; label < perClass.length; label++) {
            if (perClass[label] < needed) {
                throw new ImageFolderException("the class %s has %d readable image(s)%s; %s need one each"
                        .formatted(
                                classes.get(label),
                                perClass[label],
                                split.splitBy().isPresent() ? " that are not held out" : "",
                                recipe.validationFraction() > 0
                                        ? "training, validation and test"
                                        : "training and test"));
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
        return train(divide(data), manager, listener, checkpoint);
    }

    /** The same with images that {@link #divide} has divided already. */
    public TrainedModel train(Divided divided, NDManager manager, FitListener listener, Optional<Checkpoint> checkpoint)
            throws IOException {
        LabelledImages data = divided.data();
        data.classes().forEach(label -> Names.require("a class", label));
        List<Image> train = divided.split().train();
        StratifiedSplit<Image> inner = recipe.validationFraction() > 0
                ? split.stratified(train, divided.groups(), data.classes(), recipe.validationFraction())
                : new StratifiedSplit<>(train, List.of());
        Normalization normalization = recipe.normalization()
                .fit(() -> inner.train().stream().map(Image::pixels).iterator());
        NetworkFit.Fitted fit = new NetworkFit(recipe, normalization, data.classes(), seed, listener, checkpoint)
                .fit(inner.train(), inner.test(), manager);
        try (Classifier classifier = recipe.classifier(manager, fit.network(), data.classes(), normalization)) {
            Evaluation evaluation = Evaluation.of(classifier, divided.split().test(), done -> {});
            return new TrainedModel(this, data, divided.split(), inner.train(), normalization, fit, evaluation);
        }
    }
}
