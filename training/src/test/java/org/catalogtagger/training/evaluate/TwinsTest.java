package org.catalogtagger.training.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.catalogtagger.model.Prediction;
import org.catalogtagger.model.bundle.ConfusionMatrix;
import org.catalogtagger.model.image.Framing;
import org.catalogtagger.model.image.ImageFolder;
import org.catalogtagger.model.image.ImageLimits;
import org.catalogtagger.model.image.ImageSize;
import org.catalogtagger.training.dataset.LabelledImages;
import org.catalogtagger.training.dataset.LabelledImages.Image;
import org.catalogtagger.training.sample.SampleCatalogue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TwinsTest {
    @TempDir
    private Path folder;

    /** Five copies of ties that were fitted, four of them right; and every other shirt, all wrong. */
    @Test
    void countsThoseApartThatRepeatWhatWasFitted() throws IOException {
        LabelledImages data = images();
        List<Image> fitted = new ArrayList<>();
        List<Image> test = new ArrayList<>();
        List<Prediction> answers = new ArrayList<>();
        ConfusionMatrix confusion = new ConfusionMatrix(data.classes());
        for (Image image : data.images()) {
            boolean copy = image.entry().productId().startsWith("again");
            boolean shirt = data.classes().get(image.label()).equals("Shirts") && image.index() % 2 == 0;
            if (copy || shirt) {
                boolean right = copy && !image.entry().productId().equals("again0");
                float[] probabilities = new float[data.classes().size()];
                int answer = right ? image.label() : (image.label() + 1) % probabilities.length;
                probabilities[answer] = 1;
                confusion.add(image.label(), answer);
                test.add(image);
                answers.add(new Prediction(data.classes(), probabilities));
            } else {
                fitted.add(image);
            }
        }
        Evaluation evaluation = new Evaluation(test, answers, confusion);
        int shirts = test.size() - 5;
        assertThat(shirts).isPositive();
        assertThat(Twins.of(evaluation, fitted)).contains(new Twins(5, 4, shirts, 0));
        assertThat(Twins.of(evaluation, fitted).orElseThrow())
                .hasToString("5 test image(s) have a twin in training, and 80.0 % of them are right; of the " + shirts
                        + " others 0.00 %");
        List<Image> others = fitted.stream()
                .filter(image -> !data.classes().get(image.label()).equals("Ties"))
                .toList();
        assertThat(Twins.of(evaluation, others))
                .as("copies of what was not fitted")
                .isEmpty();
    }

    private LabelledImages images() throws IOException {
        Path root = folder.resolve("images");
        SampleCatalogue.write(root, 10, 1);
        List<Path> ties;
        try (Stream<Path> files = Files.list(root.resolve("Ties"))) {
            ties = files.sorted().limit(5).toList();
        }
        for (int i = 0; i < ties.size(); i++) {
            Files.copy(ties.get(i), root.resolve("Ties/again" + i + ".jpg"));
        }
        return LabelledImages.load(
                ImageFolder.scan(root),
                Framing.squash(new ImageSize(15, 20)),
                ImageLimits.DEFAULT,
                0,
                folder.resolve("cache"),
                done -> {});
    }
}
