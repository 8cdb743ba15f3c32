package org.catalogtagger.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EnsembleTest {
    private static final Architecture MEMBER = new Architecture(List.of(7, 6, 3), Activation.RELU, true, 0);

    @Test
    void logitsAreTheMeanOfTheMembers() {
        try (NDManager manager = PyTorch.newManager()) {
            NDArray images = manager.randomNormal(new Shape(10, 7));
            NDArray sum = manager.zeros(new Shape(10, 3));
            List<Network> members = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Network network = Network.untrained(MEMBER, Initialization.TORCH_DEFAULT, manager);
                sum.addi(network.logits(images, manager));
                members.add(network);
            }
            NDList weights = new Ensemble(members).weights();
            Ensemble readBack = Ensemble.withWeights(new EnsembleArchitecture(MEMBER, 3), weights, manager);
            assertThat(readBack.logits(images, manager).toFloatArray())
                    .containsExactly(sum.div(3).toFloatArray(), within(1e-5f));
        }
    }

    @Test
    void itsArraysAreThoseOfItsMembersAndNoMore() {
        EnsembleArchitecture two = new EnsembleArchitecture(MEMBER, 2);
        assertThat(two.arrays())
                .extracting(Architecture.NamedShape::name)
                .startsWith("member1.layer1.weight", "member1.layer1.bias")
                .contains("member2.norm1.running_var")
                .hasSize(16);
        assertThat(two.parameterCount()).isEqualTo(2 * MEMBER.parameterCount());
        assertThat(new EnsembleArchitecture(MEMBER, 1).arrays()).isEqualTo(MEMBER.arrays());
    }

    @Test
    void thereIsAtLeastOneAndNotTooMany() {
        assertThatThrownBy(() -> new EnsembleArchitecture(MEMBER, 0)).hasMessageContaining("from 1 to 100, not 0");
        assertThatThrownBy(() -> new EnsembleArchitecture(MEMBER, 101)).hasMessageContaining("not 101");
    }
}
