package org.catalogtagger.model.image;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Arrays;
import java.util.Iterator;

/** What stands between samples of 0 to 255 and the inputs of the first layer. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Normalization.None.class, name = "none"),
    @JsonSubTypes.Type(value = Normalization.DivideBy255.class, name = "divide-by-255"),
    @JsonSubTypes.Type(value = Normalization.Standardize.class, name = "standardize")
})
public sealed interface Normalization {
    /**
     * Computes the inputs of one image.
     *
     * @param samples one image's, as {@link ImageDecoder} gives them
     * @param into takes as many floats, from its start
     */
    void normalize(byte[] samples, float[] into);

    /**
     * Computes the inputs of one image's mirror image, left to right.
     *
     * @param image its own inputs
     * @param width of the image, in pixels
     * @param into takes as many floats, from its start; another array
     */
    default void mirror(float[] image, int width, float[] into) {
        for (int row = 0; row < image.length; row += width) {
            for (int column = 0; column < width; column++) {
                into[row + column] = image[row + width - 1 - column];
            }
        }
    }

    /** Whether this can be applied to images of so many samples. */
    default boolean fits(int samples) {
        return true;
    }

    /** Which normalization a recipe asks for; its constants come from the training images. */
    enum Kind {
        @JsonProperty("none")
        NONE,
        @JsonProperty("divide-by-255")
        DIVIDE_BY_255,
        @JsonProperty("standardize")
        STANDARDIZE,
        /** As {@link #STANDARDIZE}, but with one deviation for all samples, the mean of theirs. */
        @JsonProperty("center-and-scale")
        CENTER_AND_SCALE;

        /**
         * The normalization of this kind, with its constants measured on the training images.
         *
         * @param trainingImages their samples, gone through once
         */
        public Normalization fit(Iterable<byte[]> trainingImages) {
            return switch (this) {
                case NONE -> new None();
                case DIVIDE_BY_255 -> new DivideBy255();
                case STANDARDIZE -> Standardize.fit(trainingImages);
                case CENTER_AND_SCALE -> Standardize.fit(trainingImages).withEqualDeviations();
            };
        }
    }

    /**
     * Each level as a float. Looked up, because the compiler of JDK 17 vectorizes no conversion of bytes to floats:
     * with it, normalizing 4800 pixels took 30 microseconds, a fifth of a job with a compact model ({@code
     * deploy/bin/bench stream-compact}); now it takes 4.
     */
    final class Levels {
        private static final float[] AS_IS = new float[256];
        private static final float[] OF_255 = new float[256];

        static {
            for (int level = 0; level < 256; level++) {
                AS_IS[level] = level;
                OF_255[level] = level / 255f;
            }
        }

        private Levels() {}

        private static void lookUp(float[] table, byte[] samples, float[] into) {
            for (int i = 0; i < samples.length; i++) {
                into[i] = table[samples[i] & 0xFF];
            }
        }
    }

    /** Levels as they are, 0 to 255. */
    record None() implements Normalization {
        @Override
        public void normalize(byte[] samples, float[] into) {
            Levels.lookUp(Levels.AS_IS, samples, into);
        }
    }

    /** Levels divided by 255: 0 to 1. */
    record DivideBy255() implements Normalization {
        @Override
        public void normalize(byte[] samples, float[] into) {
            Levels.lookUp(Levels.OF_255, samples, into);
        }
    }

    /** Per sample, that is pixel position and channel, minus the mean and divided by the standard deviation of the training images. */
    final class Standardize implements Normalization {
        /** A corner that is white in every photograph must not turn JPEG noise into large inputs. */
        private static final double SMALLEST_DEVIATION = 8;

        /** Levels end at 255; a thousandth of one is noise of the arithmetic. */
        private static final float GREATEST = 1000;

        private static final float LEAST_DEVIATION = 1e-3f;

        private final float[] mean;
        private final float[] standardDeviation;

        private final float[] scale;

        /**
         * A normalization with its constants.
         *
         * @param mean one mean per sample, in levels, -1000 to 1000
         * @param standardDeviation one standard deviation per sample, in levels, 0.001 to 1000
         */
        @JsonCreator
        public Standardize(
                @JsonProperty(value = "mean", required = true) float[] mean,
                @JsonProperty(value = "standardDeviation", required = true) float[] standardDeviation) {
            if (mean == null || standardDeviation == null) {
                throw new IllegalArgumentException("standardize: mean or standardDeviation is null");
            }
            if (mean.length == 0 || mean.length != standardDeviation.length) {
                throw new IllegalArgumentException(
                        "standardize: %d means but %d standard deviations, both must be one per sample"
                                .formatted(mean.length, standardDeviation.length));
            }
            this.mean = mean.clone();
            this.standardDeviation = standardDeviation.clone();
            this.scale = new float[mean.length];
            for (int i = 0; i < mean.length; i++) {
                if (!(Math.abs(mean[i]) <= GREATEST)
                        || !(standardDeviation[i] >= LEAST_DEVIATION && standardDeviation[i] <= GREATEST)) {
                    throw new IllegalArgumentException(
                            "standardize: sample %d has mean %s and standard deviation %s; need a mean up to %s either way, a deviation from %s to %4$s"
                                    .formatted(i, mean[i], standardDeviation[i], GREATEST, LEAST_DEVIATION));
                }
                scale[i] = 1 / standardDeviation[i];
            }
        }

        static Standardize fit(Iterable<byte[]> images) {
            Iterator<byte[]> each = images.iterator();
            if (!each.hasNext()) {
                throw new IllegalArgumentException("standardize: no images to measure");
            }
            long count = 0;
            long[] sum = new long[0];
            long[] sumOfSquares = new long[0];
            while (each.hasNext()) {
                byte[] image = each.next();
                if (count == 0) {
                    sum = new long[image.length];
                    sumOfSquares = new long[image.length];
                }
                for (int i = 0; i < image.length; i++) {
                    int level = image[i] & 0xFF;
                    sum[i] += level;
                    sumOfSquares[i] += (long) level * level;
                }
                count++;
            }
            float[] mean = new float[sum.length];
            float[] deviation = new float[sum.length];
            for (int i = 0; i < sum.length; i++) {
                double average = (double) sum[i] / count;
                double variance = Math.max(0, (double) sumOfSquares[i] / count - average * average);
                mean[i] = (float) average;
                deviation[i] = (float) Math.max(SMALLEST_DEVIATION, Math.sqrt(variance));
            }
            return new Standardize(mean, deviation);
        }

        private Standardize withEqualDeviations() {
            double sum = 0;
            for (float deviation : standardDeviation) {
                sum += deviation;
            }
            float[] equal = new float[mean.length];
            Arrays.fill(equal, (float) (sum / mean.length));
            return new Standardize(mean, equal);
        }

        @Override
        public void normalize(byte[] samples, float[] into) {
            Levels.lookUp(Levels.AS_IS, samples, into);
            for (int i = 0; i < samples.length; i++) {
                into[i] = (into[i] - mean[i]) * scale[i];
            }
        }

        /** Each sample is measured by the constants of the place that it comes to. */
        @Override
        public void mirror(float[] image, int width, float[] into) {
            for (int row = 0; row < image.length; row += width) {
                for (int column = 0; column < width; column++) {
                    int to = row + column;
                    int from = row + width - 1 - column;
                    into[to] = (image[from] * standardDeviation[from] + mean[from] - mean[to]) * scale[to];
                }
            }
        }

        @JsonProperty("mean")
        float[] mean() {
            return mean;
        }

        @JsonProperty("standardDeviation")
        float[] standardDeviation() {
            return standardDeviation;
        }

        @Override
        public boolean fits(int samples) {
            return mean.length == samples;
        }
    }
}
