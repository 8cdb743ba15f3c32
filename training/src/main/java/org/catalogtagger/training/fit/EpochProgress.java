package org.catalogtagger.training.fit;

import java.util.Optional;
import java.util.OptionalDouble;
import org.catalogtagger.model.bundle.ConfusionMatrix;

/** Sums up an epoch, and tells the listener. */
final class EpochProgress {
    private final int epoch;
    private final int batches;
    private final int epochs;
    private final FitListener listener;
    private final long startNanos = System.nanoTime();
    private int batch;
    private long images;
    private long correct;
    private double lossSum;
    private double lastLoss;
    private double seconds;

    EpochProgress(int epoch, int batches, int epochs, FitListener listener) {
        this.epoch = epoch;
        this.batches = batches;
        this.epochs = epochs;
        this.listener = listener;
    }

    /**
     * Adds a step.
     *
     * @param members its images
     */
    void add(TrainingStep.Result step, int members) {
        batch++;
        images += members;
        correct += step.correct();
        lossSum += step.loss();
        lastLoss = step.loss();
        seconds = (System.nanoTime() - startNanos) / 1e9;
        listener.onBatch(new FitListener.BatchResult(
                epoch,
                (epoch - 1) * batches + batch,
                batches * epochs,
                lossSum / batch,
                (double) correct / images,
                images / seconds));
    }

    /** The loss of the last step. */
    double lastLoss() {
        return lastLoss;
    }

    /**
     * The epoch, once it is over.
     *
     * @param validation what it was judged by, if it was
     */
    EpochResult result(Optional<ConfusionMatrix> validation) {
        return new EpochResult(
                epoch,
                lossSum / batch,
                (double) correct / images,
                validation
                        .map(ConfusionMatrix::accuracy)
                        .map(OptionalDouble::of)
                        .orElse(OptionalDouble.empty()),
                validation
                        .map(ConfusionMatrix::macroRecall)
                        .map(OptionalDouble::of)
                        .orElse(OptionalDouble.empty()),
                images / seconds,
                seconds);
    }
}
