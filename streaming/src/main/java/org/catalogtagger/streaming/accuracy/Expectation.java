package org.catalogtagger.streaming.accuracy;

/**
 * What share of tags should be right, judged without their labels, 0 to 1.
 *
 * @param lower of an interval that holds the accuracy in 95 of 100 cases at least
 * @param upper likewise
 */
public record Expectation(double accuracy, double lower, double upper) {
    /** Whether the interval says anything. */
    public boolean isBounded() {
        return upper - lower < 1;
    }

    /**
     * By how often tags of such confidence were right when the model was tested (confidence-based performance estimation), which holds as long
     * as classes are as frequent as in the test; how sure that is, is not known. 0 without tags.
     */
    public static Expectation byConfidence(AccuracyCounts counts) {
        return byConfidence(TagsByLabel.of(counts));
    }

    static Expectation byConfidence(TagsByLabel tags) {
        long tagged = tags.count();
        return new Expectation(tagged == 0 ? 0 : tags.expectedCorrect() / tagged, 0, 1);
    }
}
