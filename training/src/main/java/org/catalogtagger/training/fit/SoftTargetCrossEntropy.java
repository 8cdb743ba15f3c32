package org.catalogtagger.training.fit;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;

/**
 * Cross-entropy of logits {@code [batch, classes]} against target distributions of the same shape, averaged over the
 * batch. With one-hot targets it is PyTorch's {@code CrossEntropyLoss}; label smoothing is in the targets (Szegedy et
 * al., 2016, section 7).
 */
final class SoftTargetCrossEntropy {
    private SoftTargetCrossEntropy() {}

    /** The loss, a scalar. */
    static NDArray of(NDArray targets, NDArray logits) {
        NDArray logProbabilities = logits.logSoftmax(1);
        long batch = logProbabilities.getShape().get(0);
        return targets.mul(logProbabilities).sum().div(-batch);
    }

    /** Writes the smoothed target of one image into its row. */
    static void putTarget(float[] targets, int row, int classes, int label, double smoothing) {
        Arrays.fill(targets, row * classes, (row + 1) * classes, (float) (smoothing / classes));
        targets[row * classes + label] += (float) (1 - smoothing);
    }
}
