package org.catalogtagger.training.fit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.List;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, 2019, algorithm 2) and the constants of
 * {@code torch.optim.AdamW}: {@code w -= rate * decay * w}, then Adam's step (Kingma and Ba, 2015, algorithm 1).
 */
final class AdamWOptimizer extends Optimizer {
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final float EPSILON = 1e-8f;

    private final double weightDecay;

    AdamWOptimizer(OptimizerSettings.AdamW settings, NDList weights, NDManager manager) {
        super(weights, List.of("mean", "variance"), manager);
        this.weightDecay = settings.weightDecay();
    }

    /** {@code w -= size * m / (sqrt(v) * scale + epsilon)}, with both corrections for the bias of the first steps in it. */
    private record Constants(float keep, float size, float scale) {}

    private Constants constants(double learningRate, long step) {
        return new Constants(
                (float) (1 - learningRate * weightDecay),
                (float) (learningRate / (1 - Math.pow(BETA1, (double) step))),
                (float) (1 / Math.sqrt(1 - Math.pow(BETA2, (double) step))));
    }

    @Override
    ArraySweep.Kernel kernel(double learningRate, long step) {
        Constants constants = constants(learningRate, step);
        return (blocks, length) -> sweep(blocks[0], blocks[1], blocks[2], blocks[3], length, constants);
    }

    private static void sweep(float[] w, float[] m, float[] v, float[] g, int length, Constants constants) {
        float keep = constants.keep();
        float size = constants.size();
        float scale = constants.scale();
        float keepMean = (float) BETA1;
        float newMean = (float) (1 - BETA1);
        float keepVariance = (float) BETA2;
        float newVariance = (float) (1 - BETA2);
        for (int i = 0; i < length; i++) {
            float mean = keepMean * m[i] + newMean * g[i];
            float variance = keepVariance * v[i] + newVariance * g[i] * g[i];
            m[i] = mean;
            v[i] = variance;
            w[i] = keep * w[i] - size * mean / ((float) Math.sqrt(variance) * scale + EPSILON);
        }
    }

    @Override
    void update(NDArray[] arrays, double learningRate, long step) {
        Constants constants = constants(learningRate, step);
        NDArray weight = arrays[0];
        NDArray mean = arrays[1];
        NDArray variance = arrays[2];
        NDArray gradient = arrays[3];
        try (NDArray share = gradient.mul(1 - BETA1)) {
            mean.muli(BETA1).addi(share);
        }
        variance.muli(BETA2).addi(gradient.muli(gradient).muli(1 - BETA2));
        try (NDArray divisor = variance.sqrt()) {
            divisor.muli(constants.scale()).addi(EPSILON);
            try (NDArray move = mean.div(divisor)) {
                weight.muli(constants.keep()).subi(move.muli(constants.size()));
            }
        }
    }
}
