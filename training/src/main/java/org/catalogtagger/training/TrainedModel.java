package org.catalogtagger.training;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.catalogtagger.model.Classifier;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.model.bundle.ModelDescription;
import org.catalogtagger.model.image.Normalization;
import org.catalogtagger.model.network.PyTorch;
import org.catalogtagger.training.dataset.LabelledImages;
import org.catalogtagger.training.dataset.LabelledImages.Image;
import org.catalogtagger.training.dataset.StratifiedSplit;
import org.catalogtagger.training.evaluate.Evaluation;
import org.catalogtagger.training.fit.NetworkFit;
import org.catalogtagger.training.fit.Recipe;

/**
 * What came out of a {@link TrainingRun}. Its network is the manager's that the run was given.
 *
 * @param fitted the training images that the weights were fitted to: all but those that were kept for validation
 * @param evaluation on the held-out images
 */
public record TrainedModel(
        TrainingRun run,
        LabelledImages data,
        StratifiedSplit<Image> split,
        List<Image> fitted,
        Normalization normalization,
        NetworkFit.Fitted fit,
        Evaluation evaluation) {

    /**
     * Evaluates on images that it was fitted to, drawn at random.
     *
     * @param count of them at most
     * @param manager the one that the run was given
     */
    public Evaluation evaluateTraining(int count, NDManager manager) {
        List<Image> some = new ArrayList<>(fitted);
        Collections.shuffle(some, new Random(run.split().seed()));
        try (Classifier classifier = run.recipe().classifier(manager, fit.network(), data.classes(), normalization)) {
            return Evaluation.of(classifier, some.subList(0, Math.min(count, some.size())), done -> {});
        }
    }

    /**
     * Writes the bundle.
     *
     * @param out its directory
     * @param companions writes what else is to lie in it
     * @throws IOException if it cannot be written; an earlier bundle there is then intact
     */
    public ModelBundle save(Path out, ModelBundle.Companions companions) throws IOException {
        return ModelBundle.save(out, fit.network().weights(), evaluation.confusion(), this::describe, companions);
    }

    /** What its bundle would say of it. */
    public ModelDescription description() throws IOException {
        WeightsDigest digest = new WeightsDigest();
        fit.network().weights().encode(digest, NDList.Encoding.SAFETENSORS);
        return describe(digest.hex());
    }

    private ModelDescription describe(String weightsSha256) {
        Recipe recipe = run.recipe();
        return new ModelDescription(
                ModelDescription.FORMAT_VERSION,
                run.version(weightsSha256),
                Optional.of(recipe.architecture(data.classes().size())),
                Optional.empty(),
                recipe.members(),
                recipe.mirrorBelow(),
                new ModelDescription.Input(recipe.framing()),
                normalization,
                data.classes(),
                new ModelDescription.Provenance(
                        Instant.now().truncatedTo(ChronoUnit.SECONDS),
                        data.digest(),
                        split.train().size(),
                        split.test().size(),
                        run.split().testFraction(),
                        run.split().groupBy(),
                        run.split().splitBy(),
                        run.split().seed(),
                        recipe.toJson(),
                        libraries(),
                        weightsSha256),
                evaluation.metrics());
    }

    /** Names and versions of what computes here. */
    public static Map<String, String> libraries() {
        return Map.of(
                "java", Runtime.version().toString(),
                "pytorch", PyTorch.engine().getVersion(),
                "djl", Engine.getDjlVersion(),
                "arithmetic", PyTorch.arithmetic());
    }
}
