package org.catalogtagger.training.fit;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.OptionalDouble;

/**
 * A whole epoch.
 *
 * @param epoch from 1
 * @param loss mean over its batches
 * @param accuracy on its training images, as they were varied and as the network was when it saw them, 0 to 1
 * @param validationAccuracy on the images that are kept for validation, after the epoch, if there are any
 * @param validationMacroRecall on the same, the mean of the classes' recalls
 * @param imagesPerSecond over its steps
 * @param seconds of its steps
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record EpochResult(
        int epoch,
        double loss,
        double accuracy,
        OptionalDouble validationAccuracy,
        OptionalDouble validationMacroRecall,
        double imagesPerSecond,
        double seconds) {}
