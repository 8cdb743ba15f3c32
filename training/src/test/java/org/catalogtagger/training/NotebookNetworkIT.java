package org.catalogtagger.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.catalogtagger.RealData;
import org.catalogtagger.model.Classifier;
import org.catalogtagger.model.Prediction.RankedLabel;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.model.image.ImageFolder;
import org.catalogtagger.model.image.ImageLimits;
import org.catalogtagger.model.image.Normalization;
import org.catalogtagger.model.network.Architecture;
import org.catalogtagger.model.network.Ensemble;
import org.catalogtagger.model.network.PyTorch;
import org.catalogtagger.training.dataset.LabelledImages;
import org.catalogtagger.training.dataset.LabelledImages.Image;
import org.catalogtagger.training.fit.FitListener;
import org.catalogtagger.training.fit.NetworkFit;
import org.catalogtagger.training.fit.Recipe;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The notebook's network of 125,517,872 parameters, on some of the real images. */
class NotebookNetworkIT {
    private static final int EVERY = 20;

    @TempDir
    private Path folder;

    @Test
    void oneEpochLowersTheLossAndTheBundleGivesTheSameProbabilities() throws Exception {
        Recipe recipe = oneEpoch(Recipe.named("notebook"));
        LabelledImages data = everyTwentiethImage(recipe, folder.resolve("cache"));
        List<Double> runningLoss = new ArrayList<>();
        FitListener losses = new FitListener() {
            @Override
            public void onBatch(BatchResult batch) {
                runningLoss.add(batch.loss());
            }
        };
        Architecture architecture = recipe.architecture(data.classes().size());
        Normalization normalization = new Normalization.None();

        try (NDManager manager = PyTorch.newManager()) {
            Ensemble network = new NetworkFit(recipe, normalization, data.classes(), 1, losses, Optional.empty())
                    .fit(data.images(), List.of(), manager)
                    .network();

            double firstHalf = runningLoss.get(runningLoss.size() / 2 - 1);
            double wholeEpoch = runningLoss.get(runningLoss.size() - 1);
            assertThat(wholeEpoch)
                    .as("mean loss of the epoch, against its first half")
                    .isLessThan(firstHalf);

            assertThat(architecture.parameterCount()).isEqualTo(125_517_872);
            ModelBundle bundle = TinyModel.save(
                    folder.resolve("model"),
                    network.members().get(0),
                    architecture,
                    normalization,
                    data.classes(),
                    "notebook");
            List<byte[]> images =
                    data.images().stream().limit(64).map(Image::pixels).toList();
            try (Classifier live = recipe.classifier(manager, network, data.classes(), normalization);
                    Classifier readBack = Classifier.load(ModelBundle.open(bundle.directory()))) {
                assertThat(probabilities(readBack, images)).isEqualTo(probabilities(live, images));
            }
        }
    }

    private static List<List<RankedLabel>> probabilities(Classifier classifier, List<byte[]> images) {
        return classifier.classify(images).stream()
                .map(prediction -> prediction.top(classifier.classes().size()))
                .toList();
    }

    private static LabelledImages everyTwentiethImage(Recipe recipe, Path cache) throws Exception {
        ImageFolder all = ImageFolder.scan(RealData.requireFolder());
        List<ImageFolder.Entry> some = new ArrayList<>();
        for (int i = 0; i < all.images().size(); i += EVERY) {
            some.add(all.images().get(i));
        }
        return LabelledImages.load(
                new ImageFolder(all.root(), all.classes(), some, all.leftOut()),
                recipe.framing(),
                ImageLimits.DEFAULT,
                0,
                cache,
                done -> {});
    }

    private static Recipe oneEpoch(Recipe recipe) {
        JsonNode settings = recipe.toJson().deepCopy();
        ((ObjectNode) settings).put("epochs", 1);
        return Json.MAPPER.convertValue(settings, Recipe.class);
    }
}
