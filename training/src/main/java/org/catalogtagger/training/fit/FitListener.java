package org.catalogtagger.training.fit;

import java.util.List;

/** Hears how a fit goes on. */
public interface FitListener {
    /** Hears nothing. */
    FitListener SILENT = new FitListener() {};

    /** Tells others, in their order, what it hears. */
    static FitListener of(List<? extends FitListener> listeners) {
        return new FitListener() {
            @Override
            public void onBatch(BatchResult batch) {
                listeners.forEach(listener -> listener.onBatch(batch));
            }

            @Override
            public void onEpoch(EpochResult epoch, int epochs) {
                listeners.forEach(listener -> listener.onEpoch(epoch, epochs));
            }
        };
    }

    /** After each batch. */
    default void onBatch(BatchResult batch) {}

    /**
     * After each epoch.
     *
     * @param epochs of the run
     */
    default void onEpoch(EpochResult epoch, int epochs) {}

    /**
     * The epoch so far.
     *
     * @param epoch from 1
     * @param batch from 1, of the run
     * @param batches of the run
     * @param loss mean over the epoch so far
     * @param accuracy on the training images of the epoch so far, as the network was when it saw them, 0 to 1
     * @param imagesPerSecond over the epoch so far
     */
    record BatchResult(int epoch, int batch, int batches, double loss, double accuracy, double imagesPerSecond) {}
}
