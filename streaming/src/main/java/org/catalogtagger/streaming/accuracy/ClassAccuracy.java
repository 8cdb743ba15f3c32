package org.catalogtagger.streaming.accuracy;

/**
 * How right the tags of one class are, over the images whose truth is known.
 *
 * @param support images that truly are of the class
 * @param predicted images that were tagged so
 * @param correct images that are of the class and were tagged so
 */
public record ClassAccuracy(String label, long support, long predicted, long correct) {
    /** The share of the class's images that were tagged so, 0 to 1; 0 without images. */
    public double recall() {
        return ratio(correct, support);
    }

    /** The 95 % confidence interval of the recall. */
    public WilsonInterval recallInterval() {
        return WilsonInterval.of(correct, support);
    }

    /** The share of the images tagged so that truly are of the class, 0 to 1; 0 if there are none. */
    public double precision() {
        return ratio(correct, predicted);
    }

    /** The harmonic mean of precision and recall; 0 if both are. */
    public double f1() {
        return ratio(2 * correct, support + predicted);
    }

    static double ratio(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }
}
