package org.catalogtagger.model;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.catalogtagger.model.bundle.BundleException;

/** A few images that no model may answer with anything but probabilities: sound weights can still overflow together. */
public final class Probe {
    private static final List<String> NAMES = List.of("a black", "a white", "a gray", "a noisy");

    private Probe() {}

    /**
     * Classifies the images.
     *
     * @param inputs samples of the model's input
     * @param bundle the model's, for the message
     * @throws BundleException if an answer is not finite, or its probabilities do not sum to 1 within a thousandth
     */
    static void requireSoundAnswers(Classifier classifier, int inputs, Path bundle) {
        List<Prediction> predictions = classifier.classify(images(inputs));
        for (int i = 0; i < predictions.size(); i++) {
            double sum = 0;
            for (float probability : predictions.get(i).probabilities()) {
                sum += probability >= 0 ? probability : Double.NaN;
            }
            if (!(Math.abs(sum - 1) <= 1e-3)) {
                throw new BundleException(
                        "%s: the probabilities of %s image sum to %s, not to 1; did the training diverge?"
                                .formatted(bundle, NAMES.get(i), sum));
            }
        }
    }

    /** The images: black, white, gray, noise. */
    public static List<byte[]> images(int inputs) {
        byte[] noise = new byte[inputs];
        new Random(0).nextBytes(noise);
        return List.of(filled(inputs, 0), filled(inputs, 255), filled(inputs, 128), noise);
    }

    private static byte[] filled(int inputs, int level) {
        byte[] image = new byte[inputs];
        Arrays.fill(image, (byte) level);
        return image;
    }
}
