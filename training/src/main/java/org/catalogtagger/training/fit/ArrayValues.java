package org.catalogtagger.training.fit;

import ai.djl.ndarray.NDArray;

/** A whole array, wherever it is, by operations of the engine. */
record ArrayValues(NDArray array) implements Values<ArrayValues> {
    @Override
    public void blend(float keep, float share, ArrayValues other) {
        if (keep != 1) {
            array.muli(keep);
        }
        try (NDArray part = other.array.mul(share)) {
            array.addi(part);
        }
    }

    @Override
    public void square() {
        array.muli(array);
    }

    @Override
    public void rootOf(ArrayValues other) {
        try (NDArray root = other.array.sqrt()) {
            root.copyTo(array);
        }
    }

    @Override
    public void divide(ArrayValues dividend, float scale, float shift) {
        array.muli(scale).addi(shift);
        try (NDArray quotient = dividend.array.div(array)) {
            quotient.copyTo(array);
        }
    }
}
