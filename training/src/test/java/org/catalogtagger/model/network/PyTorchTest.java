package org.catalogtagger.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;

class PyTorchTest {
    @Test
    void theDeviceThatIsChosenTakesArrays() {
        for (String name : new String[] {"auto", "cpu"}) {
            Device device = PyTorch.device(name);
            try (NDManager manager = PyTorch.newManager(device);
                    NDArray ones = manager.ones(new Shape(2))) {
                assertThat(ones.getDevice()).isEqualTo(device);
                assertThat(ones.sum().getFloat()).isEqualTo(2);
            }
        }
    }

    /** No machine has that many. */
    @Test
    void aGpuThatPyTorchDoesNotSeeIsRefusedInItsWords() {
        assertThatThrownBy(() -> PyTorch.device("gpu:99"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching(
                        "no device gpu:99: PyTorch says '.*(CUDA|cuda).*'; is this built with the profile gpu\\?");
    }

    @Test
    void anotherNameIsRefused() {
        assertThatThrownBy(() -> PyTorch.device("tpu")).hasMessage("no device 'tpu': it is auto, cpu or gpu:N");
    }
}
