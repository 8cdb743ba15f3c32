package org.catalogtagger.training.fit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.List;

/**
 * Stochastic gradient descent as {@code torch.optim.SGD} has it: {@code g += decay * w; v = momentum * v + g;
 * w -= rate * v}.
 */
final class SgdOptimizer extends Optimizer {
    private final float momentum;
    private final float weightDecay;

    SgdOptimizer(OptimizerSettings.Sgd settings, NDList weights, NDManager manager) {
        super(weights, settings.momentum() == 0 ? List.of() : List.of("momentum"), manager);
        this.momentum = settings.momentum().floatValue();
        this.weightDecay = settings.weightDecay().floatValue();
    }

    @Override
    ArraySweep.Kernel kernel(double learningRate, long step) {
        float rate = (float) learningRate;
        return momentum == 0
                ? (blocks, length) -> plain(blocks[0], blocks[1], length, rate)
                : (blocks, length) -> withMomentum(blocks[0], blocks[1], blocks[2], length, rate);
    }

    private void plain(float[] w, float[] g, int length, float rate) {
        for (int i = 0; i < length; i++) {
            w[i] -= rate * (g[i] + weightDecay * w[i]);
        }
    }

    private void withMomentum(float[] w, float[] v, float[] g, int length, float rate) {
        for (int i = 0; i < length; i++) {
            float velocity = momentum * v[i] + (g[i] + weightDecay * w[i]);
            v[i] = velocity;
            w[i] -= rate * velocity;
        }
    }

    @Override
    void update(NDArray[] arrays, double learningRate, long step) {
        NDArray weight = arrays[0];
        NDArray gradient = arrays[arrays.length - 1];
        if (weightDecay != 0) {
            try (NDArray decay = weight.mul(weightDecay)) {
                gradient.addi(decay);
            }
        }
        NDArray direction = momentum == 0 ? gradient : arrays[1].muli(momentum).addi(gradient);
        try (NDArray move = direction.mul((float) learningRate)) {
            weight.subi(move);
        }
    }
}
