package org.catalogtagger.training.fit;

import ai.djl.ndarray.NDArray;

/** Copies values from array to array. */
final class ArrayCopy {
    private ArrayCopy() {}

    /**
     * Copies all values.
     *
     * <p>Not {@code to.set(from.toByteBuffer(true))}: that makes {@code to} a view of {@code from}'s memory, which is soon
     * freed. And not {@code copyTo} on the CPU, which goes through Java's heap.
     *
     * @param to of the same shape and type
     */
    static void copy(NDArray from, NDArray to) {
        if (to.getDevice().isGpu()) {
            from.copyTo(to);
        } else {
            to.toByteBuffer(true).put(from.toByteBuffer(true));
        }
    }
}
