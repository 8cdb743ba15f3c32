package org.catalogtagger.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.catalogtagger.model.Classifier;
import org.catalogtagger.model.Prediction;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.model.bundle.TestBundles;
import org.catalogtagger.model.image.ImageFolderException;
import org.catalogtagger.model.network.PyTorch;
import org.catalogtagger.training.dataset.LabelledImages;
import org.catalogtagger.training.dataset.LabelledImages.Image;
import org.catalogtagger.training.dataset.SplitSettings;
import org.catalogtagger.training.evaluate.Evaluation;
import org.catalogtagger.training.fit.EpochResult;
import org.catalogtagger.training.fit.FitListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingRunTest {
    private static final SplitSettings UNGROUPED = new SplitSettings(0.2, 0, SplitSettings.NONE, Optional.empty());

    @Test
    void namesTheClassThatHasTooFewImages(@TempDir Path folder) throws Exception {
        LabelledImages all = SmallRun.images(folder);
        String first = all.classes().get(0);
        assertThatThrownBy(() -> train(withOfFirstClass(all, 1), "validationFraction: 0"))
                .isInstanceOf(ImageFolderException.class)
                .hasMessage("the class " + first + " has 1 readable image(s); training and test need one each");
        assertThatThrownBy(() -> train(withOfFirstClass(all, 2), "validationFraction: 0.2"))
                .isInstanceOf(ImageFolderException.class)
                .hasMessage(
                        "the class " + first + " has 2 readable image(s); training, validation and test need one each");
    }

    /** Else a run that is to show what chance makes of order and weights would be tested on other images as well. */
    @Test
    void theSeedOfTheFitChangesTheOrderAndTheWeightsOnly(@TempDir Path folder) throws Exception {
        LabelledImages data = SmallRun.images(folder);
        try (NDManager manager = PyTorch.newManager()) {
            TrainedModel one = train(data, 0, manager);
            TrainedModel again = train(data, 0, manager);
            TrainedModel other = train(data, 1, manager);
            assertThat(other.split()).isEqualTo(one.split());
            assertThat(other.fitted()).as("the validation part, too").isEqualTo(one.fitted());
            assertThat(one.fitted())
                    .isNotEmpty()
                    .doesNotContainAnyElementsOf(one.split().test());
            assertThat(losses(again)).as("the same seed").isEqualTo(losses(one));
            assertThat(losses(other)).isNotEqualTo(losses(one));
            assertThat(again.description().provenance().weightsSha256())
                    .isEqualTo(one.description().provenance().weightsSha256())
                    .isNotEqualTo(other.description().provenance().weightsSha256());
            assertThat(one.run().identity(data).differences(other.run().identity(data)))
                    .containsExactly("seed");
        }
    }

    private static TrainedModel train(LabelledImages data, long seed, NDManager manager) throws Exception {
        return new TrainingRun("small", SmallRun.recipe("epochs: 2"), UNGROUPED, seed)
                .train(data, manager, FitListener.SILENT, Optional.empty());
    }

    private static List<Double> losses(TrainedModel model) {
        return model.fit().history().stream().map(EpochResult::loss).toList();
    }

    @Test
    void aBundleAnswersAsItsModelDidInItsTest(@TempDir Path folder) throws Exception {
        TrainingRun run = new TrainingRun("small", SmallRun.recipe("{epochs: 2, mirrorBelow: 0.9}"), UNGROUPED);
        try (NDManager manager = PyTorch.newManager()) {
            TrainedModel model = run.train(SmallRun.images(folder), manager, FitListener.SILENT, Optional.empty());
            Path bundle = folder.resolve("model");
            ModelBundle saved = model.save(bundle, (description, directory) -> {});
            assertThat(saved.description().mirrorBelow()).isEqualTo(0.9);
            assertThat(largestDifference(bundle, model)).isLessThan(1e-4);
            TestBundles.editJson(bundle, "model.json", json -> json.remove("mirrorBelow"));
            assertThat(largestDifference(bundle, model)).isGreaterThan(1e-2);
        }
    }

    /** Of a probability of a test image. */
    private static double largestDifference(Path bundle, TrainedModel model) {
        double largest = 0;
        try (Classifier classifier = Classifier.load(bundle)) {
            List<Image> images = model.split().test();
            List<Prediction> predictions = Evaluation.predictions(classifier, images, done -> {});
            for (int i = 0; i < images.size(); i++) {
                for (int c = 0; c < classifier.classes().size(); c++) {
                    double then = model.evaluation().predictions().get(i).probability(c);
                    largest = Math.max(largest, Math.abs(predictions.get(i).probability(c) - then));
                }
            }
        }
        return largest;
    }

    /** What a model without a bundle says of its weights is what its bundle would say. */
    @Test
    void describesTheWeightsAsTheBundleWould(@TempDir Path folder) throws Exception {
        try (NDManager manager = PyTorch.newManager()) {
            TrainedModel model = train(SmallRun.images(folder), 0, manager);
            assertThat(model.description().provenance().weightsSha256())
                    .isEqualTo(model.save(folder.resolve("model"), (description, directory) -> {})
                            .description()
                            .provenance()
                            .weightsSha256());
        }
    }

    /** Else two models whose tags differ would have one name. */
    @Test
    void modelsThatSeeOtherImagesMirroredHaveOtherVersions() {
        String weights = "0123456789abcdef".repeat(4);
        assertThat(version("{}", weights))
                .isEqualTo("small-0123456789ab")
                .isEqualTo(version("mirrorBelow: 0", weights));
        assertThat(version("mirrorBelow: 0.7", weights))
                .isNotEqualTo(version("{}", weights))
                .isNotEqualTo(version("mirrorBelow: 0.6", weights))
                .isNotEqualTo(version("mirrorBelow: 0.7", "f" + weights.substring(1)));
    }

    private static String version(String change, String weightsSha256) {
        return new TrainingRun("small", SmallRun.recipe(change), UNGROUPED).version(weightsSha256);
    }

    private static void train(LabelledImages data, String change) throws Exception {
        TrainingRun run = new TrainingRun("small", SmallRun.recipe(change), UNGROUPED);
        try (NDManager manager = PyTorch.newManager()) {
            TrainedModel unused = run.train(data, manager, FitListener.SILENT, Optional.empty());
        }
    }

    private static LabelledImages withOfFirstClass(LabelledImages all, int count) {
        List<Image> images = new ArrayList<>();
        int kept = 0;
        for (Image image : all.images()) {
            if (image.label() > 0 || kept++ < count) {
                images.add(image);
            }
        }
        return new LabelledImages(all.classes(), images, List.of(), all.digest(), all.size(), Optional.empty());
    }
}
