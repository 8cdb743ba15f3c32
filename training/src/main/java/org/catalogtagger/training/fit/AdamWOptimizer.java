package org.catalogtagger.training.fit;

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

    AdamWOptimizer(OptimizerSettings.AdamW settings, NDList weights, NDManager manager) {
        super(settings, weights, List.of("mean", "variance"), manager);
    }

    /** {@code w -= size * m / (sqrt(v) * scale + epsilon)}, with both corrections for the bias of the first steps in it. */
    @Override
    <V extends Values<V>> void update(V weights, List<V> memories, V gradient, double decay, Step step) {
        float keep = (float) (1 - step.learningRate() * decay);
        float size = (float) (step.learningRate() / (1 - Math.pow(BETA1, (double) step.number())));
        float scale = (float) (1 / Math.sqrt(1 - Math.pow(BETA2, (double) step.number())));
        V mean = memories.get(0);
        V variance = memories.get(1);
        mean.blend((float) BETA1, (float) (1 - BETA1), gradient);
        gradient.square();
        variance.blend((float) BETA2, (float) (1 - BETA2), gradient);
        // The gradient's place is free now.
        gradient.rootOf(variance);
        gradient.divide(mean, scale, EPSILON);
        weights.blend(keep, -size, gradient);
    }
}
