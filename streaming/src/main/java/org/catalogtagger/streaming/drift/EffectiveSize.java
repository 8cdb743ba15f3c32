package org.catalogtagger.streaming.drift;

import org.catalogtagger.streaming.accuracy.SampledTags.Weights;

/**
 * How many tags of equal weight weighted ones are worth: so many that the variance of their share is the same (Kish, 1965, Survey
 * Sampling, section 11.7), by the weights of the last thousand or so. Tags that each stand for themselves are worth themselves. Not
 * thread-safe.
 */
final class EffectiveSize {
    private static final double FORGOTTEN = 1 - 1 / 500.0;

    /** Tags of all classes that a class' own are thrown together with: its first ones may all be of the kind that weighs little. */
    private static final double BORROWED = 30;

    private double tags;
    private double weight;
    private double squares;

    /** Takes tags of all classes; by what weights, theirs too, are to be multiplied to be tags. */
    double scale(Weights more) {
        add(more);
        return ratio(weight, squares);
    }

    /** The same of one class' tags; {@code all} has taken them. */
    double scale(Weights more, EffectiveSize all) {
        add(more);
        double borrowed = all.tags > 0 ? BORROWED / all.tags : 0;
        return ratio(weight + borrowed * all.weight, squares + borrowed * all.squares);
    }

    private void add(Weights more) {
        // Not corrections: what they take back was there.
        if (more.tags() > 0 && more.weight() > 0 && more.squares() > 0) {
            double kept = Math.pow(FORGOTTEN, (double) more.tags());
            tags = kept * tags + more.tags();
            weight = kept * weight + more.weight();
            squares = kept * squares + more.squares();
        }
    }

    private static double ratio(double weight, double squares) {
        return squares > 0 ? Math.min(1, weight / squares) : 1;
    }
}
