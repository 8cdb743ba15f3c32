package org.catalogtagger.model;

import org.catalogtagger.model.bundle.BundleException;
import org.catalogtagger.model.bundle.ModelDescription;

/** Whether a model may be a TorchScript program, which is code of whoever made it. */
public enum Programs {
    /** Of a bundle that somebody names who trusts it. */
    ALLOWED,

    /** Of one that may come from others. */
    REFUSED;

    /**
     * Looks at a model before it is loaded.
     *
     * @param place where it lies, for the message
     * @throws BundleException if it is a program, and may not be
     */
    public void require(ModelDescription description, Object place) {
        if (this == REFUSED && description.program().isPresent()) {
            throw new BundleException("%s holds %s; model.programs: true lets the job run such"
                    .formatted(place, description.program().get().format().description()));
        }
    }
}
