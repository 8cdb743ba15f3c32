package org.catalogtagger.training.fit;

import java.util.List;

/** The loss, or a weight, is no longer a finite number, so nothing more can be learned. */
public final class DivergenceException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient List<EpochResult> history;

    private DivergenceException(String what, List<EpochResult> history) {
        super("training diverged: %s; a lower learning rate or momentum may help".formatted(what));
        this.history = List.copyOf(history);
    }

    /**
     * What is to be said of a step whose loss or weights are not finite.
     *
     * @param history the epochs before its own
     * @param batch from 1, of the epoch
     */
    static DivergenceException of(TrainingStep.Result step, List<EpochResult> history, int batch) {
        int epoch = history.size() + 1;
        return new DivergenceException(
                Float.isFinite(step.loss())
                        ? "the step of epoch %d, batch %d made weights that are no finite numbers, at a loss of %s"
                                .formatted(epoch, batch, step.loss())
                        : "the loss is %s in epoch %d, batch %d".formatted(step.loss(), epoch, batch),
                history);
    }

    /** The epochs before. */
    public List<EpochResult> history() {
        return history;
    }
}
