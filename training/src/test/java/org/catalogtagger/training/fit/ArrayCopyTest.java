package org.catalogtagger.training.fit;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.catalogtagger.model.network.PyTorch;
import org.junit.jupiter.api.Test;

class ArrayCopyTest {
    @Test
    void theCopyHasMemoryOfItsOwn() {
        try (NDManager manager = PyTorch.newManager()) {
            NDArray from = manager.create(new float[] {1, 2, 3});
            NDArray to = manager.zeros(from.getShape());
            ArrayCopy.copy(from, to);
            from.muli(10);
            assertThat(to.toFloatArray()).containsExactly(1, 2, 3);
        }
    }
}
