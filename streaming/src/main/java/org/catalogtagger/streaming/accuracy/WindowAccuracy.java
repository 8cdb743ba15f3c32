package org.catalogtagger.streaming.accuracy;

import java.util.List;

/**
 * Accuracy in one window of event time.
 *
 * @param windowStart milliseconds since 1970, inclusive
 * @param windowEnd milliseconds since 1970, exclusive
 * @param modelVersion of the model that made the tags
 * @param support labelled images
 * @param correct those of them that were tagged with their label
 * @param classes that have images, by name
 */
public record WindowAccuracy(
        long windowStart,
        long windowEnd,
        String modelVersion,
        long support,
        long correct,
        List<ClassAccuracy> classes) {
    /** The share of all labelled images that were tagged right, 0 to 1; 0 without images. */
    public double accuracy() {
        return support == 0 ? 0 : (double) correct / support;
    }
}
