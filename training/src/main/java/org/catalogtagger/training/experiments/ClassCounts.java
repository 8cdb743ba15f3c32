package org.catalogtagger.training.experiments;

/**
 * The images of one class in a run.
 *
 * @param train in the training part, which those for validation are of
 * @param test held out
 * @param right of those held out, the ones that were labelled so
 */
public record ClassCounts(long train, long test, long right) {
    public ClassCounts {
        if (train < 0 || right < 0 || right > test) {
            throw new IllegalArgumentException(
                    "%d right of %d test images and %d training images cannot be".formatted(right, test, train));
        }
    }

    /** 0 to 1; 0 without images. */
    double accuracy() {
        return test == 0 ? 0 : (double) right / test;
    }
}
