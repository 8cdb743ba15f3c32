package org.catalogtagger.training;

import java.io.IOException;
import java.nio.file.Path;
import org.catalogtagger.cli.SettingsFile;
import org.catalogtagger.model.image.Framing;
import org.catalogtagger.model.image.ImageFolder;
import org.catalogtagger.model.image.ImageLimits;
import org.catalogtagger.model.image.ImageSize;
import org.catalogtagger.training.dataset.LabelledImages;
import org.catalogtagger.training.fit.Recipe;
import org.catalogtagger.training.sample.SampleCatalogue;

/** A run of seconds on drawn images. */
public final class SmallRun {
    /** Four epochs of 32 hidden units. */
    public static final String RECIPE =
            """
            input: {width: 15, height: 20}
            hiddenLayers: [32]
            activation: relu
            initialization: torch-default
            batchNorm: true
            dropout: 0
            normalization: standardize
            optimizer: {kind: adamw, learningRate: 0.01, weightDecay: 0.01}
            schedule: one-cycle
            labelSmoothing: 0.1
            classBalance: 0
            logitAdjustment: 0
            batchSize: 32
            epochs: 4
            augmentation: {flip: true, shift: 0, scale: 0, rotation: 0, erase: 0, mixup: 0}
            validationFraction: 0.2
            patience: 0
            members: 1
            """;

    private SmallRun() {}

    /**
     * {@link #RECIPE} with changes.
     *
     * @param changes settings as YAML; those of the later lie over those of the earlier
     */
    public static SettingsFile settings(String... changes) {
        SettingsFile settings = SettingsFile.parse("small", RECIPE);
        for (String change : changes) {
            settings = SettingsFile.parse("small", change).over(settings);
        }
        return settings;
    }

    /** {@link #RECIPE} with changes. */
    public static Recipe recipe(String... changes) {
        return settings(changes).as(Recipe.class);
    }

    /** Drawn images of 16 classes, 20 each. */
    public static LabelledImages images(Path folder) throws IOException {
        SampleCatalogue.write(folder.resolve("images"), 20, 1);
        return LabelledImages.load(
                ImageFolder.scan(folder.resolve("images")),
                Framing.squash(new ImageSize(15, 20)),
                ImageLimits.DEFAULT,
                0,
                folder.resolve("cache"),
                done -> {});
    }
}
