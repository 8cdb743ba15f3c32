package org.catalogtagger.streaming.classify;

import java.util.List;
import org.catalogtagger.model.Classifier;
import org.catalogtagger.model.ImageBatch;
import org.catalogtagger.model.Prediction;
import org.catalogtagger.model.Programs;
import org.catalogtagger.model.SharedModel;
import org.catalogtagger.model.bundle.ModelDescription.TestMetrics;
import org.catalogtagger.model.image.Framing;
import org.catalogtagger.model.image.ImageDecoder;
import org.catalogtagger.model.image.ImageLimits;
import org.catalogtagger.model.image.UnreadableImageException;
import org.catalogtagger.streaming.bundles.Bundles;
import org.catalogtagger.streaming.events.ModelBaseline;

/** A model, the decoder for the images that it takes, and the batch that gathers for it. Not thread-safe. */
final class ModelBatch implements AutoCloseable {
    private final SharedModel model;
    private final ImageDecoder decoder;
    private final ImageBatch batch;

    private ModelBatch(SharedModel model, int capacity, ImageLimits limits) {
        this.model = model;
        this.decoder = new ImageDecoder(model.description().input().framing(), limits);
        this.batch = model.classifier().newBatch(capacity);
    }

    /**
     * Verifies and loads a bundle, unless this JVM has it already, and classifies a batch of nothing with it, so that
     * the first real batch finds all memory taken.
     *
     * @param bundle a path or URI
     * @param programs whether it may be one
     * @param maxBatch see {@link ImageBatch#capacity}
     * @throws org.catalogtagger.model.bundle.BundleException if it cannot be used
     */
    static ModelBatch load(String bundle, Programs programs, int maxBatch, ImageLimits limits) {
        SharedModel model = Bundles.acquire(bundle, programs);
        int capacity = ImageBatch.capacity(maxBatch, model.classifier().size());
        ModelBatch loaded;
        try {
            loaded = new ModelBatch(model, capacity, limits);
        } catch (RuntimeException | Error e) {
            model.close();
            throw e;
        }
        try {
            loaded.warmUp(capacity);
            return loaded;
        } catch (RuntimeException | Error e) {
            loaded.close();
            throw e;
        }
    }

    private void warmUp(int images) {
        byte[] black = new byte[input().size().samples()];
        for (int i = 0; i < images; i++) {
            batch.add(black);
        }
        List<Prediction> unused = classify();
    }

    /** How likely an answer of a confidence is right, 0 to 1, as it was in the model's test. */
    double accuracyAt(double confidence) {
        return model.description().testMetrics().calibration().accuracyAt(confidence);
    }

    /** The share of the test's images with the same answer that the model saw less in, 0 to 1; not a number if not known. */
    float familiarity(Prediction prediction) {
        return model.description().testMetrics().familiarity().of(prediction.best(), prediction.logSumExp());
    }

    /** How it did on its test part. */
    ModelBaseline baseline() {
        TestMetrics test = model.description().testMetrics();
        return ModelBaseline.of(modelVersion(), model.evaluation(), test.brightness(), test.calibration());
    }

    String modelVersion() {
        return model.description().modelVersion();
    }

    /** What images are brought to, and how. */
    Framing input() {
        return model.description().input().framing();
    }

    /** Decodes an image to the model's input. */
    byte[] decode(byte[] encoded) throws UnreadableImageException {
        return decoder.decode(encoded);
    }

    /** Adds an image, decoded to the model's size, to the batch. */
    void add(byte[] pixels) {
        batch.add(pixels);
    }

    boolean isFull() {
        return batch.isFull();
    }

    /** One prediction for each image of the batch, which is empty afterwards. */
    List<Prediction> classify() {
        Classifier classifier = model.classifier();
        try {
            return classifier.classify(batch);
        } finally {
            batch.clear();
        }
    }

    @Override
    public void close() {
        batch.close();
        model.close();
    }
}
