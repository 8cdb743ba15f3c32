package org.catalogtagger.deploy.monitoring;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.catalogtagger.model.Classifier;
import org.catalogtagger.model.Prediction;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.model.image.ImageSize;
import org.catalogtagger.model.image.TestImages;

/** A model that tells black from white, and what it calls them: so a test decides which tags are right. */
record TwoColours(ModelBundle model, byte[] black, String blackLabel, byte[] white) {
    private static final int TRIES = 100;

    static TwoColours save(Path folder) throws IOException {
        for (int seed = 1; seed <= TRIES; seed++) {
            ModelBundle model = TinyModel.save(folder, seed);
            List<String> labels = labels(model);
            if (!labels.get(0).equals(labels.get(1))) {
                return new TwoColours(model, jpeg(Color.BLACK), labels.get(0), jpeg(Color.WHITE));
            }
        }
        throw new IllegalStateException("no model of %d tells black from white".formatted(TRIES));
    }

    private static List<String> labels(ModelBundle model) {
        byte[] black = new byte[ImageSize.NOTEBOOK.pixels()];
        byte[] white = black.clone();
        Arrays.fill(white, (byte) 255);
        try (Classifier classifier = Classifier.load(model)) {
            return classifier.classify(List.of(black, white)).stream()
                    .map(Prediction::label)
                    .toList();
        }
    }

    private static byte[] jpeg(Color colour) {
        return TestImages.jpeg(TestImages.plain(60, 80, BufferedImage.TYPE_INT_RGB, colour));
    }
}
