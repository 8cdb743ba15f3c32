package org.catalogtagger.training.fit;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Random;
import org.catalogtagger.model.network.PyTorch;
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
                sweep.step(new NDList(manager.create(gradient)), 0.05, step);
                NDArray[] arrays = new NDArray[operations.state().size() + 2];
                arrays[0] = updated;
                for (int i = 0; i < operations.state().size(); i++) {
                    arrays[1 + i] = operations.state().get(i);
                }
                arrays[arrays.length - 1] = manager.create(gradient);
                operations.update(arrays, 0.05, step);
            }
            assertThat(largestDifference(swept, updated)).isLessThan(1e-5f);
            for (int i = 0; i < sweep.state().size(); i++) {
                assertThat(largestDifference(
                                sweep.state().get(i), operations.state().get(i)))
                        .isLessThan(1e-5f);
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
