package org.catalogtagger.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.catalogtagger.model.network.Architecture.NamedShape;

class FoldedBatchNormTest {
    @Property(tries = 40)
    void answersAsTheNetworkThatItIsOf(
            @ForAll @IntRange(min = 0, max = 2) int convolutions,
            @ForAll @IntRange(min = 1, max = 3) int layers,
            @ForAll Activation activation) {
        Architecture architecture = architecture(convolutions, layers, activation);
        try (NDManager manager = PyTorch.newManager()) {
            Network fitted = Network.untrained(architecture, Initialization.HE_NORMAL, manager);
            for (NDArray array : fitted.weights()) {
                if (array.getName().contains("norm")) {
                    // A variance is not negative; the others may be.
                    double least = array.getName().endsWith("running_var") ? 0.01 : -2;
                    array.set(manager.randomUniform((float) least, 2, array.getShape(), DataType.FLOAT32)
                            .toFloatArray());
                }
            }
            NDArray images = manager.randomNormal(new Shape(6, architecture.inputs()));
            float[] expected = fitted.logits(images, manager).toFloatArray();
            NDList weights = new NDList(fitted.weights("some.").stream()
                    .map(array -> named(array.duplicate(), array.getName()))
                    .toList());
            float[] actual = Network.withWeights(architecture, weights, "some.", manager)
                    .logits(images, manager)
                    .toFloatArray();
            float largest = 1;
            for (float logit : expected) {
                largest = Math.max(largest, Math.abs(logit));
            }
            assertThat(actual).containsExactly(expected, within(1e-5f * largest));
        }
    }

    @Property(tries = 10)
    void itsArraysAreThoseOfTheNetworkWithoutIt(
            @ForAll @IntRange(min = 0, max = 2) int convolutions, @ForAll @IntRange(min = 1, max = 3) int layers) {
        Architecture architecture = architecture(convolutions, layers, Activation.RELU);
        try (NDManager manager = PyTorch.newManager()) {
            NDList weights = Network.untrained(architecture, Initialization.HE_NORMAL, manager)
                    .weights();
            NDList folded = FoldedBatchNorm.fold(architecture, weights, "", manager);
            assertThat(folded)
                    .extracting(NDArray::getName)
                    .containsExactlyElementsOf(FoldedBatchNorm.of(architecture).arrays().stream()
                            .map(NamedShape::name)
                            .toList());
        }
    }

    private static Architecture architecture(int convolutions, int layers, Activation activation) {
        Optional<Convolutions> images = convolutions == 0
                ? Optional.empty()
                : Optional.of(new Convolutions(
                        3,
                        8,
                        6,
                        List.of(new Convolution(5, 3, 2, 1), new Convolution(4, 3, 1, 2))
                                .subList(0, convolutions)));
        List<Integer> sizes = new ArrayList<>(Collections.nCopies(layers, 5));
        sizes.add(0, images.map(Convolutions::features).orElse(7));
        return new Architecture(images, sizes, activation, true, 0.3);
    }

    private static NDArray named(NDArray array, String name) {
        array.setName(name);
        return array;
    }
}
