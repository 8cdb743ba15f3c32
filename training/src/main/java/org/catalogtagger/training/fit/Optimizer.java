package org.catalogtagger.training.fit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.List;

/**
 * Moves weights in place by their gradients, and keeps what it must remember from step to step. On the CPU that is one
 * {@link ArraySweep}, elsewhere the same arithmetic in operations of the engine.
 */
abstract sealed class Optimizer permits SgdOptimizer, AdamWOptimizer {
    private final NDList weights;
    private final NDList state = new NDList();

    /**
     * Takes charge of arrays.
     *
     * @param weights named; they stay the caller's
     * @param memories the names of the arrays that it keeps for each array of weights, zero at first
     * @param manager owns those
     */
    Optimizer(NDList weights, List<String> memories, NDManager manager) {
        this.weights = weights;
        for (String memory : memories) {
            for (NDArray array : weights) {
                NDArray zeros = manager.zeros(array.getShape(), array.getDataType());
                zeros.setName(memory + "." + array.getName());
                state.add(zeros);
            }
        }
    }

    /**
     * The optimizer with the given settings.
     *
     * @param weights what it moves; they stay the caller's
     * @param manager owns what it remembers
     */
    static Optimizer of(OptimizerSettings settings, NDList weights, NDManager manager) {
        if (settings instanceof OptimizerSettings.Sgd sgd) {
            return new SgdOptimizer(sgd, weights, manager);
        }
        return new AdamWOptimizer((OptimizerSettings.AdamW) settings, weights, manager);
    }

    /**
     * One step.
     *
     * @param gradients of the weights, in their order; their contents are no longer needed afterwards
     * @param learningRate of this step
     * @param step from 1
     */
    final void step(NDList gradients, double learningRate, long step) {
        boolean inMemory = weights.stream().allMatch(array -> !array.getDevice().isGpu());
        if (inMemory) {
            ArraySweep sweep = new ArraySweep();
            for (int i = 0; i < weights.size(); i++) {
                sweep.add(arrays(i, gradients.get(i)));
            }
            sweep.run(1 + memories(), kernel(learningRate, step));
        } else {
            for (int i = 0; i < weights.size(); i++) {
                update(arrays(i, gradients.get(i)), learningRate, step);
            }
        }
    }

    /** What it remembers, named {@code MEMORY.ARRAY}. */
    final NDList state() {
        return state;
    }

    /** One step's arithmetic on blocks: the weights, the memories, the gradient. */
    abstract ArraySweep.Kernel kernel(double learningRate, long step);

    /** One step on whole arrays, in place: the weights, the memories, the gradient. */
    abstract void update(NDArray[] arrays, double learningRate, long step);

    private int memories() {
        return state.size() / weights.size();
    }

    private NDArray[] arrays(int i, NDArray gradient) {
        NDArray[] arrays = new NDArray[memories() + 2];
        arrays[0] = weights.get(i);
        for (int memory = 0; memory < memories(); memory++) {
            arrays[1 + memory] = state.get(memory * weights.size() + i);
        }
        arrays[memories() + 1] = gradient;
        return arrays;
    }
}
