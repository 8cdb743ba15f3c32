package org.catalogtagger.training.fit;

import ai.djl.ndarray.NDArray;

/**
 * Cross-entropy of logits {@code [batch, classes]} against target distributions of the same shape, averaged over the
 * batch. With one-hot targets it is PyTorch's {@code CrossEntropyLoss}; label smoothing (Szegedy et al., 2016,
 * section 7), mixup and class weights are in the targets.
 */
final class SoftTargetCrossEntropy {
    private SoftTargetCrossEntropy() {}

    /** The loss, a scalar. */
    static NDArray of(NDArray targets, NDArray logits) {
        NDArray logProbabilities = logits.logSoftmax(1);
        long batch = logProbabilities.getShape().get(0);
        return targets.mul(logProbabilities).sum().div(-batch);
    }
}
