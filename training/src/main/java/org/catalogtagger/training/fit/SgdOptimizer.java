package org.catalogtagger.training.fit;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.List;

/**
 * Stochastic gradient descent as {@code torch.optim.SGD} has it: {@code g += decay * w; v = momentum * v + g;
 * w -= rate * v}.
 */
final class SgdOptimizer extends Optimizer {
    private final float momentum;

    SgdOptimizer(OptimizerSettings.Sgd settings, NDList weights, NDManager manager) {
        super(settings, weights, settings.momentum() == 0 ? List.of() : List.of("momentum"), manager);
        this.momentum = settings.momentum().floatValue();
    }

    @Override
    <V extends Values<V>> void update(V weights, List<V> memories, V gradient, double decay, Step step) {
        float rate = (float) step.learningRate();
        if (decay != 0) {
            gradient.blend(1, (float) decay, weights);
        }
        if (momentum == 0) {
            weights.blend(1, -rate, gradient);
        } else {
            V velocity = memories.get(0);
            velocity.blend(momentum, 1, gradient);
            weights.blend(1, -rate, velocity);
        }
    }
}
