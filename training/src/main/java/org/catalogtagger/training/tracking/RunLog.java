package org.catalogtagger.training.tracking;

import org.catalogtagger.model.bundle.ConfusionMatrix;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.training.fit.FitListener;

/** A run's figures in another program. A run does not end because they cannot be written there. */
public interface RunLog extends FitListener, AutoCloseable {
    /** What became of the held-out images, after the last epoch. */
    void tested(ConfusionMatrix test);

    /** The bundle, when all of it is written. */
    default void saved(ModelBundle bundle) {}

    /** Ends it; a run whose bundle was not saved has failed. */
    @Override
    void close();
}
