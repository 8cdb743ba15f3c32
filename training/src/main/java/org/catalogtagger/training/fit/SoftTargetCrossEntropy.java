package org.catalogtagger.training.fit;

import ai.djl.ndarray.NDArray;

/**
 * Cross-entropy of logits {@code [batch, classes]} against target distributions of the same shape, averaged over the
 * batch. With one-hot targets it is PyTorch's {@code CrossEntropyLoss}; label smoothing (Szegedy et al., 2016,
 * section 7), mixup and class weights are in the targets.
 */
final class SoftTargetCrossEntropy {
    private SoftTargetCrossEntropy() {}

    /**
     * The loss, a scalar.
     *
     * <p>Not {@code sum().div(-batch)}: DJL 0.35.1 wraps the number in an array over memory that Java's garbage collector
     * frees, and the backward pass divides by it. Where it ran between the passes, once in some 40,000 steps, all gradients
     * of the step were of another size.
     */
    static NDArray of(NDArray targets, NDArray logits) {
        return targets.mul(logits.logSoftmax(1)).sum(new int[] {1}).mean().neg();
    }
}
