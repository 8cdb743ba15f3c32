package org.catalogtagger.training.fit;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Random;
import org.catalogtagger.model.network.PyTorch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OptimizerTest {
    /** More than one task of a sweep, and no multiple of its blocks. */
    private static final int LARGE = 70_001;

    static List<OptimizerSettings> settings() {
        return List.of(
                new OptimizerSettings.Sgd(0.1, 0.0, 0.0),
                new OptimizerSettings.Sgd(0.1, 0.9, 0.0),
                new OptimizerSettings.Sgd(0.1, 0.5, 0.01),
                new OptimizerSettings.AdamW(0.01, 0.0),
                new OptimizerSettings.AdamW(0.01, 0.1));
    }

    /** The second way is taken on a GPU. */
    @ParameterizedTest
    @MethodSource("settings")
    void oneSweepDoesWhatTheEnginesOperationsDo(OptimizerSettings settings) {
        try (NDManager manager = PyTorch.newManager()) {
            Random random = new Random(1);
            NDArray swept = manager.create(gaussian(random, LARGE), new Shape(LARGE));
            NDArray updated = swept.duplicate();
            swept.setName("w");
            updated.setName("w");
            Optimizer sweep = Optimizer.of(settings, new NDList(swept), manager);
            Optimizer operations = Optimizer.of(settings, new NDList(updated), manager);
            for (int step = 1; step <= 5; step++) {
                float[] gradient = gaussian(random, LARGE);
                Optimizer.Step taken = new Optimizer.Step(0.05, step);
                assertThat(sweep.step(new NDList(manager.create(gradient)), taken))
                        .isTrue();
                assertThat(operations.byTheEngine(new NDList(manager.create(gradient)), taken))
                        .isTrue();
            }
            assertThat(largestDifference(swept, updated)).isLessThan(1e-5f);
            for (int i = 0; i < sweep.state().size(); i++) {
                assertThat(largestDifference(
                                sweep.state().get(i), operations.state().get(i)))
                        .isLessThan(1e-5f);
            }
        }
    }

    /** Biases, scales and shifts are vectors, weights are not. */
    @Test
    void decaysWhatTheRecipeSays() {
        for (OptimizerSettings settings : List.of(
                new OptimizerSettings.Sgd(0.1, 0.5, 0.1, OptimizerSettings.Decayed.WEIGHTS),
                new OptimizerSettings.AdamW(0.1, 0.1, OptimizerSettings.Decayed.WEIGHTS),
                new OptimizerSettings.AdamW(0.1, 0.1))) {
            try (NDManager manager = PyTorch.newManager()) {
                NDArray weight = manager.ones(new Shape(2, 3));
                NDArray bias = manager.ones(new Shape(3));
                weight.setName("weight");
                bias.setName("bias");
                Optimizer optimizer = Optimizer.of(settings, new NDList(weight, bias), manager);
                NDList nothing = new NDList(manager.zeros(new Shape(2, 3)), manager.zeros(new Shape(3)));
                assertThat(optimizer.step(nothing, new Optimizer.Step(0.1, 1))).isTrue();
                assertThat(weight.toFloatArray()).as("%s", settings).containsOnly(0.99f);
                boolean spared = settings.decayed() == OptimizerSettings.Decayed.WEIGHTS;
                assertThat(bias.toFloatArray()).as("%s", settings).containsOnly(spared ? 1f : 0.99f);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("settings")
    void saysWhetherAllWeightsAreFinite(OptimizerSettings settings) {
        try (NDManager manager = PyTorch.newManager()) {
            for (float fault : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
                for (int place : new int[] {0, LARGE / 2, LARGE - 1}) {
                    float[] gradient = new float[LARGE];
                    gradient[place] = fault;
                    NDArray weights = manager.ones(new Shape(LARGE));
                    weights.setName("w");
                    Optimizer optimizer = Optimizer.of(settings, new NDList(weights), manager);
                    Optimizer.Step step = new Optimizer.Step(0.05, 1);
                    assertThat(optimizer.step(new NDList(manager.create(gradient)), step))
                            .as("%s at %d", fault, place)
                            .isFalse();
                    assertThat(optimizer.byTheEngine(new NDList(manager.create(gradient)), step))
                            .isFalse();
                }
            }
        }
    }

    private static float largestDifference(NDArray a, NDArray b) {
        return a.sub(b).abs().max().getFloat();
    }

    private static float[] gaussian(Random random, int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
