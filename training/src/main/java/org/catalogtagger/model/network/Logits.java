package org.catalogtagger.model.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** What answers an image with a number for each class, of which the greatest is its answer. */
public interface Logits {
    /**
     * The logits of images, {@code [batch, classes]}.
     *
     * @param images {@code [batch, inputs]}
     * @param scope owns what is computed
     */
    NDArray logits(NDArray images, NDManager scope);
}
