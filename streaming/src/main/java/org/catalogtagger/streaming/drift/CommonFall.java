package org.catalogtagger.streaming.drift;

import java.util.function.DoubleUnaryOperator;

/** By how much several shares have fallen together. */
final class CommonFall {
    /** Hardly one in a hundred is right then where nearly all were. */
    private static final double MOST_LOGITS = 8;

    /** To a ten-thousandth of a logit. */
    private static final int HALVINGS = 16;

    private CommonFall() {}

    /**
     * The logits that make up for what is missing, 0 if nothing is: by bisection.
     *
     * @param missing right tags that a fall by so many logits leaves to be expected over those that there are; falls with the logits
     */
    static double logits(DoubleUnaryOperator missing) {
        if (missing.applyAsDouble(0) <= 0) {
            return 0;
        }
        double least = 0;
        double most = MOST_LOGITS;
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (least + most) / 2;
            if (missing.applyAsDouble(middle) > 0) {
                least = middle;
            } else {
                most = middle;
            }
        }
        return most;
    }
}
