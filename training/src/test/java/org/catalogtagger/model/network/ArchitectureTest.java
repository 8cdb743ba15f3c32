package org.catalogtagger.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private final Architecture notebook = new Architecture(Architecture.NOTEBOOK_LAYERS, Activation.RELU, false, 0);

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
        Architecture compact = new Architecture(List.of(6, 4, 2), Activation.RELU, true, 0);
        assertThat(compact.arrays())
                .extracting(Architecture.NamedShape::name)
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
    void convolutionsComeBeforeTheLinearLayers() {
        Convolutions convolutions = new Convolutions(
                1, 40, 30, List.of(layer(32, 1, 2), layer(64, 1, 2), layer(128, 2, 1), layer(128, 1, 1)));
        assertThat(convolutions.features()).isEqualTo(128 * 5 * 4);
        Architecture network =
                new Architecture(Optional.of(convolutions), List.of(2560, 52), Activation.RELU, true, 0.4);
        assertThat(network.inputs()).isEqualTo(1200);
        assertThat(network.parameterCount()).isEqualTo(373_780);
        assertThat(network.arrays())
                .extracting(Architecture.NamedShape::name)
                .startsWith("conv1.weight", "convnorm1.weight", "convnorm1.bias", "convnorm1.running_mean")
                .endsWith("convnorm4.running_var", "layer1.weight", "layer1.bias");
        assertThat(network.parameterTable().lines())
                .anyMatch(line -> line.matches("conv4\\.weight +\\[128, 128, 3, 3] +147,456"));
    }

    @Test
    void refusesConvolutionsThatMakeNoNetwork() {
        assertThatThrownBy(() -> new Convolutions(1, 8, 6, List.of(layer(4, 2, 2), layer(4, 2, 2))))
                .hasMessageContaining("leave nothing of an image of 6x8");
        assertThatThrownBy(() -> new Convolutions(1, 4096, 4096, List.of(layer(64, 1, 8))))
                .hasMessageContaining("more than 4,194,304");
        assertThatThrownBy(() -> new Convolutions(1, 8, 6, List.of())).hasMessageContaining("1 to 100 layers");
        assertThatThrownBy(() -> new Convolutions(0, 8, 6, List.of(layer(4, 1, 1))))
                .hasMessageContaining("0 channel(s)");
        assertThatThrownBy(() -> new Convolution(4, 2, 1, 1)).hasMessageContaining("kernel must be odd, not 2");
        assertThatThrownBy(() -> new Convolution(0, 3, 1, 1)).hasMessageContaining("filters must be from 1");
        assertThatThrownBy(() -> new Convolution(4, 3, 9, 1)).hasMessageContaining("stride must be from 1 to 8");
        Optional<Convolutions> some = Optional.of(new Convolutions(1, 8, 6, List.of(layer(4, 2, 1))));
        assertThatThrownBy(() -> new Architecture(some, List.of(47, 2), Activation.RELU, true, 0))
                .hasMessageContaining("make 48 numbers, and the first linear layer takes 47");
    }

    private static Convolution layer(int filters, int stride, int pool) {
        return new Convolution(filters, 3, stride, pool);
    }

    @Test
    void refusesSizesThatMakeNoNetwork() {
        assertThatThrownBy(() -> new Architecture(List.of(6), Activation.RELU, false, 0))
                .hasMessageContaining("[6]");
        assertThatThrownBy(() -> new Architecture(List.of(6, 2), Activation.RELU, false, 1))
                .hasMessageContaining("dropout");
    }
}
