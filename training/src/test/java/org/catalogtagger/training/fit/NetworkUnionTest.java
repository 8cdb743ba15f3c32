package org.catalogtagger.training.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import java.util.ArrayList;
import java.util.List;
import org.catalogtagger.model.network.Activation;
import org.catalogtagger.model.network.Initialization;
import org.catalogtagger.model.network.Mlp;
import org.catalogtagger.model.network.MlpArchitecture;
import org.catalogtagger.model.network.PyTorch;
import org.junit.jupiter.api.Test;

class NetworkUnionTest {
    @Test
    void logitsAreTheMeanOfTheMembers() {
        MlpArchitecture member = new MlpArchitecture(List.of(7, 6, 5, 3), Activation.RELU, true, 0);
        MlpArchitecture union = NetworkUnion.architecture(member, 3);
        assertThat(union.layerSizes()).containsExactly(7, 18, 15, 3);
        try (NDManager manager = PyTorch.newManager()) {
            NDArray images = manager.randomNormal(new Shape(10, 7));
            NDArray sum = manager.zeros(new Shape(10, 3));
            List<NDList> weights = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Mlp network = Mlp.untrained(member, Initialization.TORCH_DEFAULT, manager);
                sum.addi(logits(network, images, manager));
                weights.add(network.weights());
            }
            Mlp joined = Mlp.withWeights(union, NetworkUnion.weights(member, weights, manager), manager);
            assertThat(logits(joined, images, manager).toFloatArray())
                    .containsExactly(sum.div(3).toFloatArray(), within(1e-5f));
        }
    }

    private static NDArray logits(Mlp network, NDArray images, NDManager manager) {
        return network.block()
                .forward(new ParameterStore(manager, false), new NDList(images), false)
                .singletonOrThrow();
    }
}
