package org.catalogtagger.training.fit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;

/**
 * Moves weights in place by their gradients, and keeps what it must remember from step to step. On the CPU that is one
 * {@link ArraySweep}, elsewhere the same arithmetic in operations of the engine.
 */
abstract sealed class Optimizer permits SgdOptimizer, AdamWOptimizer {
    private final OptimizerSettings settings;
    private final NDList weights;
    private final NDList state = new NDList();

    /**
     * A step.
     *
     * @param number from 1, since the optimizer remembers nothing
     */
    record Step(double learningRate, long number) {}

    /**
     * Takes charge of arrays.
     *
     * @param weights named; they stay the caller's
     * @param memories the names of the arrays that it keeps for each array of weights, zero at first
     * @param manager owns those
     */
    Optimizer(OptimizerSettings settings, NDList weights, List<String> memories, NDManager manager) {
        this.settings = settings;
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
     * Takes a step.
     *
     * @param gradients of the weights, in their order; their contents are no longer needed afterwards
     * @return whether all weights are finite now
     */
    final boolean step(NDList gradients, Step step) {
        boolean inMemory = weights.stream().noneMatch(array -> array.getDevice().isGpu());
        return inMemory ? sweep(gradients, step) : byTheEngine(gradients, step);
    }

    private boolean sweep(NDList gradients, Step step) {
        ArraySweep sweep = new ArraySweep();
        for (int i = 0; i < weights.size(); i++) {
            double decay = decayOf(weights.get(i));
            sweep.add(blocks -> update(blocks, decay, step), arrays(i, gradients.get(i)));
        }
        return sweep.run(1 + memories());
    }

    /** The same in operations on whole arrays, wherever they are. */
    final boolean byTheEngine(NDList gradients, Step step) {
        boolean finite = true;
        for (int i = 0; i < weights.size(); i++) {
            List<ArrayValues> arrays =
                    arrays(i, gradients.get(i)).stream().map(ArrayValues::new).toList();
            update(arrays, decayOf(weights.get(i)), step);
            try (NDArray faults = weights.get(i).mul(0);
                    NDArray sum = faults.sum()) {
                finite &= sum.getFloat() == 0;
            }
        }
        return finite;
    }

    /** What it remembers, named {@code MEMORY.ARRAY}. */
    final NDList state() {
        return state;
    }

    /** One step's arithmetic, in place; the gradient's place may be used for what is computed on the way. */
    abstract <V extends Values<V>> void update(V weights, List<V> memories, V gradient, double decay, Step step);

    private <V extends Values<V>> void update(List<V> arrays, double decay, Step step) {
        int last = arrays.size() - 1;
        update(arrays.get(0), arrays.subList(1, last), arrays.get(last), decay, step);
    }

    private double decayOf(NDArray array) {
        boolean vector = array.getShape().dimension() == 1;
        return vector && settings.decayed() == OptimizerSettings.Decayed.WEIGHTS ? 0 : settings.weightDecay();
    }

    private int memories() {
        return state.size() / weights.size();
    }

    private List<NDArray> arrays(int i, NDArray gradient) {
        List<NDArray> arrays = new ArrayList<>();
        arrays.add(weights.get(i));
        for (int memory = 0; memory < memories(); memory++) {
            arrays.add(state.get(memory * weights.size() + i));
        }
        arrays.add(gradient);
        return arrays;
    }
}
