package org.catalogtagger.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.catalogtagger.model.network.Architecture.NamedShape;
import org.junit.jupiter.api.Test;

class NetworkTest {
    /** Sums of up to 300 products of float32. */
    private static final float ROUNDING = 1e-4f;

    @Property(tries = 60)
    void convolvesAndPoolsAsTheLoopsOfTheDefinition(
            @ForAll @IntRange(min = 1, max = 3) int channels,
            @ForAll @IntRange(min = 4, max = 9) int height,
            @ForAll @IntRange(min = 4, max = 9) int width,
            @ForAll @IntRange(min = 1, max = 4) int filters,
            @ForAll @IntRange(min = 0, max = 2) int reach,
            @ForAll @IntRange(min = 1, max = 2) int stride,
            @ForAll @IntRange(min = 1, max = 2) int pool) {
        Convolution layer = new Convolution(filters, 2 * reach + 1, stride, pool);
        Convolutions convolutions = new Convolutions(channels, height, width, List.of(layer));
        Architecture architecture = new Architecture(
                Optional.of(convolutions), List.of(convolutions.features(), 2), Activation.TANH, false, 0.5);
        try (NDManager manager = PyTorch.newManager()) {
            Network network = Network.untrained(architecture, Initialization.TORCH_DEFAULT, manager);
            NDArray images = manager.randomNormal(new Shape(2, convolutions.inputs()));
            NDList weights = network.weights();
            float[] kernels = weights.get("conv1.weight").toFloatArray();
            float[] biases = weights.get("conv1.bias").toFloatArray();
            float[] outputs = weights.get("layer1.weight").toFloatArray();
            float[] shifts = weights.get("layer1.bias").toFloatArray();
            float[] logits = network.logits(images, manager).toFloatArray();
            for (int image = 0; image < 2; image++) {
                float[] pixels = images.get(image).toFloatArray();
                double[] features = features(convolutions, layer, pixels, kernels, biases);
                assertThat(features).hasSize(convolutions.features());
                for (int output = 0; output < 2; output++) {
                    double sum = shifts[output];
                    for (int i = 0; i < features.length; i++) {
                        sum += outputs[output * features.length + i] * features[i];
                    }
                    assertThat(logits[2 * image + output]).isCloseTo((float) sum, within(ROUNDING));
                }
            }
        }
    }

    private static double[] features(
            Convolutions all, Convolution layer, float[] pixels, float[] kernels, float[] biases) {
        int rows = (all.height() - 1) / layer.stride() + 1;
        int columns = (all.width() - 1) / layer.stride() + 1;
        int pooledRows = rows / layer.pool();
        int pooledColumns = columns / layer.pool();
        double[] features = new double[layer.filters() * pooledRows * pooledColumns];
        for (int filter = 0; filter < layer.filters(); filter++) {
            for (int row = 0; row < pooledRows * layer.pool(); row++) {
                for (int column = 0; column < pooledColumns * layer.pool(); column++) {
                    double sum = biases[filter];
                    for (int channel = 0; channel < all.channels(); channel++) {
                        for (int y = 0; y < layer.kernel(); y++) {
                            for (int x = 0; x < layer.kernel(); x++) {
                                int pixelRow = row * layer.stride() + y - layer.kernel() / 2;
                                int pixelColumn = column * layer.stride() + x - layer.kernel() / 2;
                                if (pixelRow >= 0
                                        && pixelRow < all.height()
                                        && pixelColumn >= 0
                                        && pixelColumn < all.width()) {
                                    int kernel =
                                            ((filter * all.channels() + channel) * layer.kernel() + y) * layer.kernel()
                                                    + x;
                                    int pixel = (channel * all.height() + pixelRow) * all.width() + pixelColumn;
                                    sum += kernels[kernel] * pixels[pixel];
                                }
                            }
                        }
                    }
                    int feature = (filter * pooledRows + row / layer.pool()) * pooledColumns + column / layer.pool();
                    boolean isFirst = row % layer.pool() == 0 && column % layer.pool() == 0;
                    features[feature] = isFirst ? Math.tanh(sum) : Math.max(features[feature], Math.tanh(sum));
                }
            }
        }
        return features;
    }

    @Test
    void aLargeBatchIsAnsweredAsItsImagesAreAlone() {
        Convolutions convolutions = new Convolutions(3, 6, 5, List.of(new Convolution(4, 3, 1, 2)));
        Architecture architecture = new Architecture(
                Optional.of(convolutions), List.of(convolutions.features(), 3), Activation.RELU, false, 0);
        try (NDManager manager = PyTorch.newManager()) {
            Network network = Network.untrained(architecture, Initialization.TORCH_DEFAULT, manager);
            for (int count : new int[] {1, 64, 65, 200}) {
                NDArray images = manager.randomNormal(new Shape(count, convolutions.inputs()));
                NDArray together = network.logits(images, manager);
                assertThat(together.getShape()).isEqualTo(new Shape(count, 3));
                for (int image = 0; image < count; image++) {
                    NDArray alone = network.logits(images.get(image).expandDims(0), manager);
                    assertThat(together.get(image).toFloatArray())
                            .containsExactly(alone.toFloatArray(), within(ROUNDING));
                }
            }
        }
    }

    @Property(tries = 20)
    void itsArraysAreThoseThatTheArchitectureTells(
            @ForAll @IntRange(min = 0, max = 3) int layers, @ForAll boolean batchNorm) {
        Architecture architecture = new Architecture(List.of(48, 5), Activation.RELU, batchNorm, 0.1);
        if (layers > 0) {
            Convolutions convolutions = new Convolutions(
                    1,
                    8,
                    6,
                    List.of(new Convolution(4, 3, 2, 1), new Convolution(3, 1, 1, 1))
                            .subList(0, Math.min(2, layers)));
            architecture = new Architecture(
                    Optional.of(convolutions), List.of(convolutions.features(), 7, 5), Activation.RELU, batchNorm, 0.1);
        }
        try (NDManager manager = PyTorch.newManager()) {
            NDList arrays = Network.untrained(architecture, Initialization.HE_NORMAL, manager)
                    .weights();
            List<NamedShape> told = architecture.arrays();
            assertThat(arrays.stream().map(NDArray::getName))
                    .containsExactlyElementsOf(
                            told.stream().map(NamedShape::name).toList());
            for (int i = 0; i < arrays.size(); i++) {
                long[] shape =
                        told.get(i).shape().stream().mapToLong(Long::longValue).toArray();
                assertThat(arrays.get(i).getShape()).isEqualTo(new Shape(shape));
            }
        }
    }
}
