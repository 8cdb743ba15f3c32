package org.catalogtagger.training.fit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import java.util.List;
import org.catalogtagger.model.network.Computations.Computation;
import org.catalogtagger.model.network.Network;
import org.catalogtagger.model.network.PyTorch;

/** One step: forward, loss, backward, update. */
final class TrainingStep {
    private final Network network;
    private final List<Parameter> trainable;
    private final Optimizer optimizer;
    private final NDManager manager;
    private final float[] logitShifts;

    /**
     * A step that is taken again and again.
     *
     * @param logitShifts added to each class' logit before the loss
     * @param manager whose device is the network's
     */
    TrainingStep(Network network, Optimizer optimizer, float[] logitShifts, NDManager manager) {
        this.network = network;
        this.trainable = network.trainable();
        this.optimizer = optimizer;
        this.logitShifts = logitShifts.clone();
        this.manager = manager;
    }

    /**
     * What a step found.
     *
     * @param loss before the weights were moved
     * @param correct images whose largest logit was that of their label, before the weights were moved
     * @param finite whether the loss, and the weights after it, are finite numbers
     */
    record Result(float loss, int correct, boolean finite) {}

    /** Takes the step, unless the loss is no finite number: then the weights stay as they are. */
    Result take(TrainingBatch batch, Optimizer.Step step) {
        try (Computation computation = PyTorch.computations().begin();
                NDManager scope = manager.newSubManager();
                GradientCollector collector = PyTorch.engine().newGradientCollector()) {
            GradientLeaves leaves = new GradientLeaves(scope);
            NDArray logits = network.block()
                    .forward(leaves, new NDList(batch.images().toArray(scope)), true)
                    .singletonOrThrow();
            NDArray targets = scope.create(batch.targets(), logits.getShape());
            NDArray shifts = scope.create(logitShifts, new Shape(1, logitShifts.length));
            NDArray loss = SoftTargetCrossEntropy.of(targets, logits.add(shifts));
            float value = loss.getFloat();
            int correct = correct(logits, batch);
            if (!Float.isFinite(value)) {
                return new Result(value, correct, false);
            }
            collector.backward(loss);
            return new Result(value, correct, optimizer.step(leaves.gradients(trainable), step));
        }
    }

    private static int correct(NDArray logits, TrainingBatch batch) {
        try (NDArray best = logits.argMax(1).toType(DataType.INT64, false)) {
            long[] predicted = best.toLongArray();
            int correct = 0;
            for (int i = 0; i < predicted.length; i++) {
                correct += predicted[i] == batch.label(i) ? 1 : 0;
            }
            return correct;
        }
    }
}
