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
import org.catalogtagger.model.network.Mlp;
import org.catalogtagger.model.network.PyTorch;

/** One step: forward, loss, backward, update. */
final class TrainingStep {
    private final Mlp network;
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
    TrainingStep(Mlp network, Optimizer optimizer, float[] logitShifts, NDManager manager) {
        this.network = network;
        this.trainable = network.trainable();
        this.optimizer = optimizer;
        this.logitShifts = logitShifts.clone();
        this.manager = manager;
    }

    /**
     * What a step found before it moved the weights.
     *
     * @param correct images whose largest logit was that of their label
     */
    record Result(float loss, int correct) {}

    /**
     * Takes the step, unless the loss is no finite number: then the weights stay as they are.
     *
     * @param step from 1, of the run
     */
    Result take(TrainingBatch batch, double learningRate, long step) {
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
            Result result = new Result(loss.getFloat(), correct(logits, batch));
            if (Float.isFinite(result.loss())) {
                collector.backward(loss);
                optimizer.step(leaves.gradients(trainable), learningRate, step);
            }
            return result;
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
