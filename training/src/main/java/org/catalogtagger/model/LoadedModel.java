package org.catalogtagger.model;

import org.catalogtagger.model.bundle.ConfusionMatrix;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.model.bundle.ModelDescription;

/**
 * A bundle in memory, which needs its files no more.
 *
 * @param evaluation how it did on its test part
 * @param classifier owned by who has loaded it
 */
public record LoadedModel(ModelDescription description, ConfusionMatrix evaluation, Classifier classifier) {
    /**
     * Loads a verified bundle.
     *
     * @param programs whether it may be one
     * @throws org.catalogtagger.model.bundle.BundleException if its weights or their answers cannot be used
     */
    public static LoadedModel of(ModelBundle bundle, Programs programs) {
        programs.require(bundle.description(), bundle.directory());
        return new LoadedModel(bundle.description(), bundle.evaluation(), Classifier.load(bundle));
    }
}
