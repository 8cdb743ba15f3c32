package org.catalogtagger.streaming.monitor;

/**
 * Whose windows follow each other: those of a model, over all its tags or over those of one segment. A key of state.
 *
 * @param segment empty for all tags
 */
public record Series(String modelVersion, String segment) {
    /** All tags of a model. */
    public static Series ofAll(String modelVersion) {
        return new Series(modelVersion, "");
    }

    /** Whether it is of all tags of the model. */
    public boolean isOfAll() {
        return segment.isEmpty();
    }

    /** Places the key in the job's state, and so must be the same in each JVM; what a record has by itself need not be. */
    @Override
    public int hashCode() {
        return 31 * modelVersion.hashCode() + segment.hashCode();
    }
}
