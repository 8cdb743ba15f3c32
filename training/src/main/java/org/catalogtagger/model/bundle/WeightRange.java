package org.catalogtagger.model.bundle;

import java.nio.FloatBuffer;
import org.catalogtagger.model.network.Architecture.NamedShape;

/**
 * Which values an array of weights may hold: finite ones of a magnitude that a sum of float32 can use.
 *
 * <p>A float32 has 24 bits: beside a weight of {@code 1e6}, one of 0.05 is lost in the sum, and those of a layer of 4800
 * inputs are about 0.01. What a unit sums up, at most {@code 1e6} times 4800 gray levels of 255, bounds batch norm's
 * running mean, and its square the running variance, which is not negative.
 *
 * @param least included
 * @param greatest included
 */
record WeightRange(float least, float greatest) {
    private static final WeightRange FITTED = new WeightRange(-1e6f, 1e6f);
    private static final WeightRange RUNNING_MEAN = new WeightRange(-1e12f, 1e12f);
    private static final WeightRange RUNNING_VARIANCE = new WeightRange(0, 1e24f);

    /** The range of an array. */
    static WeightRange of(NamedShape array) {
        if (array.name().endsWith(".running_var")) {
            return RUNNING_VARIANCE;
        }
        return array.name().endsWith(".running_mean") ? RUNNING_MEAN : FITTED;
    }

    /** Index of the first value out of the range, or not a number; -1 if there is none. */
    int firstOutside(FloatBuffer values) {
        int count = values.remaining();
        for (int i = 0; i < count; i++) {
            float value = values.get(values.position() + i);
            if (!(value >= least && value <= greatest)) {
                return i;
            }
        }
        return -1;
    }
}
