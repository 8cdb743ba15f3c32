package org.catalogtagger.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class MlpArchitectureTest {
    private final MlpArchitecture notebook =
            new MlpArchitecture(MlpArchitecture.NOTEBOOK_LAYERS, Activation.RELU, false, 0);

    @Test
    void theNotebooksNetworkHasItsParameters() {
        assertThat(notebook.parameterCount()).isEqualTo(125_517_872);
    }

    @Test
    void tableListsEachArrayAndTheSum() {
        assertThat(notebook.parameterTable().lines())
                .hasSize(1 + 14 + 1)
                .anyMatch(line -> line.matches("layer3\\.weight +\\[7500, 6000] +45,000,000"))
                .anyMatch(line -> line.matches("layer7\\.bias +\\[52] +52"))
                .last()
                .asString()
                .matches("total +125,517,872");
    }

    @Test
    void batchNormHasTwoTrainableArraysAndTwoMeasuredOnes() {
        MlpArchitecture compact = new MlpArchitecture(List.of(6, 4, 2), Activation.RELU, true, 0);
        assertThat(compact.arrays())
                .extracting(MlpArchitecture.NamedShape::name)
                .containsExactly(
                        "layer1.weight",
                        "layer1.bias",
                        "norm1.weight",
                        "norm1.bias",
                        "norm1.running_mean",
                        "norm1.running_var",
                        "layer2.weight",
                        "layer2.bias");
        assertThat(compact.parameterCount()).isEqualTo(6 * 4 + 4 + 4 + 4 + 4 * 2 + 2);
    }

    @Test
    void refusesSizesThatMakeNoNetwork() {
        assertThatThrownBy(() -> new MlpArchitecture(List.of(6), Activation.RELU, false, 0))
                .hasMessageContaining("[6]");
        assertThatThrownBy(() -> new MlpArchitecture(List.of(6, 2), Activation.RELU, false, 1))
                .hasMessageContaining("dropout");
    }
}
