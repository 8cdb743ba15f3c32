package org.catalogtagger.training.fit;

/** The loss is no longer a finite number, so nothing more can be learned. */
public final class DivergenceException extends RuntimeException {
    private static final long serialVersionUID = 1;

    DivergenceException(double loss, int epoch, int batch) {
        super("training diverged: the loss is %s in epoch %d, batch %d; a lower learning rate or momentum may help"
                .formatted(loss, epoch, batch));
    }
}
