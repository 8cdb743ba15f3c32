package org.catalogtagger.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.catalogtagger.model.bundle.BundleException;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.model.bundle.ModelDescription;
import org.catalogtagger.model.image.ImageDecoder;
import org.catalogtagger.model.image.ImageSize;
import org.catalogtagger.model.image.Normalization;
import org.catalogtagger.model.network.Computations.Computation;
import org.catalogtagger.model.network.Ensemble;
import org.catalogtagger.model.network.Logits;
import org.catalogtagger.model.network.PyTorch;

/**
 * Classifies batches of images with one set of weights. Threads may share it, each with batches of its own: as many
 * forward passes as there are batches then share the processors. A pass on each of two cores classified 34,700 images/s,
 * one after the other on both 26,900 (4800-512-256-52, batches of 256, forward passes alone).
 *
 * <p>Owns the native memory of its weights: close it.
 */
public final class Classifier implements AutoCloseable {
    private final NDManager manager;
    private final Logits network;
    private final List<String> classes;
    private final Normalization normalization;
    private final ImageSize size;
    private final double mirrorBelow;
    private final AtomicInteger openBatches = new AtomicInteger();

    /**
     * A classifier over a network that is being trained.
     *
     * @param manager parent of what classification allocates; not closed with the classifier
     * @param mirrorBelow images of whose class the network is less sure than so, 0 to 1, are seen mirrored too
     */
    public Classifier(
            NDManager manager,
            Logits network,
            List<String> classes,
            Normalization normalization,
            ImageSize input,
            double mirrorBelow) {
        this(input, manager.newSubManager(), network, classes, normalization, mirrorBelow);
    }

    /** One that owns the manager. */
    private Classifier(
            ImageSize size,
            NDManager manager,
            Logits network,
            List<String> classes,
            Normalization normalization,
            double mirrorBelow) {
        this.manager = manager;
        this.network = network;
        this.classes = List.copyOf(classes);
        this.normalization = normalization;
        this.size = size;
        this.mirrorBelow = mirrorBelow;
    }

    /**
     * Loads the model of a bundle, and classifies a few images with it.
     *
     * @throws BundleException if the weights are not the described model's, or an answer is no probability
     */
    public static Classifier load(ModelBundle bundle) {
        ModelDescription description = bundle.description();
        NDManager manager = PyTorch.newManager();
        try {
            Logits network = network(bundle, manager);
            Classifier classifier = new Classifier(
                    description.input().size(),
                    manager,
                    network,
                    description.classes(),
                    description.normalization(),
                    description.mirrorBelow());
            classifier.requireSoundAnswers(bundle.directory());
            return classifier;
        } catch (RuntimeException | Error e) {
            manager.close();
            throw e;
        }
    }

    private static Logits network(ModelBundle bundle, NDManager manager) {
        return bundle.description().ensemble().isPresent()
                ? Ensemble.withWeights(bundle.description().ensemble().get(), bundle.readWeights(manager), manager)
                : bundle.readProgram(manager);
    }

    /** Verifies and loads the bundle in a directory. */
    public static Classifier load(Path bundle) {
        return load(ModelBundle.open(bundle));
    }

    public List<String> classes() {
        return classes;
    }

    /**
     * Classifies a few images.
     *
     * @param model where it is from, for the message
     * @throws BundleException if an answer is no probability
     */
    public void requireSoundAnswers(Path model) {
        Probe.requireSoundAnswers(this, size.samples(), model);
    }

    /** Of the images. */
    public ImageSize size() {
        return size;
    }

    /** An empty batch for images of this model, normalized as it wants them. */
    public ImageBatch newBatch(int capacity) {
        ImageBatch batch =
                new ImageBatch(normalization, size.samples(), capacity, mirrorBelow > 0, openBatches::decrementAndGet);
        openBatches.incrementAndGet();
        return batch;
    }

    /** One prediction per image of the batch, in its order. */
    public List<Prediction> classify(ImageBatch batch) {
        if (batch.size() == 0) {
            return List.of();
        }
        PyTorch.shareProcessors(Math.max(1, openBatches.get()));
        try (Computation computation = PyTorch.computations().begin();
                NDManager scope = manager.newSubManager()) {
            NDArray logits = network.logits(batch.toArray(scope), scope);
            List<Prediction> predictions = predictions(logits);
            int[] unsure = unsure(predictions);
            if (unsure.length > 0) {
                NDArray mirrored =
                        network.logits(batch.mirrored(unsure, size.width()).toArray(scope), scope);
                NDArray own = logits.get(new NDIndex("{}", scope.create(unsure)));
                List<Prediction> ofBoth = predictions(own.add(mirrored).div(2));
                for (int i = 0; i < unsure.length; i++) {
                    if (ofBoth.get(i).isAnswer()) {
                        predictions.set(unsure[i], ofBoth.get(i));
                    }
                }
            }
            return predictions;
        }
    }

    private List<Prediction> predictions(NDArray logits) {
        float[] probabilities = logits.softmax(1).toFloatArray();
        float[] greatest = logits.max(new int[] {1}).toFloatArray();
        List<Prediction> predictions = new ArrayList<>(greatest.length);
        for (int i = 0; i < greatest.length; i++) {
            float[] own = Arrays.copyOfRange(probabilities, i * classes.size(), (i + 1) * classes.size());
            // The greatest probability is the exponential of the greatest logit over the sum of all.
            predictions.add(new Prediction(classes, own, greatest[i] - (float) Math.log(greatestOf(own))));
        }
        return predictions;
    }

    /** Which are to be seen mirrored too. An answer of no numbers is none of them. */
    private int[] unsure(List<Prediction> predictions) {
        return mirrorBelow == 0
                ? new int[0]
                : IntStream.range(0, predictions.size())
                        .filter(i -> greatestOf(predictions.get(i).probabilities()) < mirrorBelow)
                        .toArray();
    }

    private static float greatestOf(float[] probabilities) {
        float greatest = 0;
        for (float probability : probabilities) {
            greatest = Math.max(greatest, probability);
        }
        return greatest;
    }

    /**
     * One prediction per image, computed in one go.
     *
     * @param images samples as {@link ImageDecoder} gives them
     */
    public List<Prediction> classify(List<byte[]> images) {
        try (ImageBatch batch = newBatch(Math.max(1, images.size()))) {
            images.forEach(batch::add);
            return classify(batch);
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
