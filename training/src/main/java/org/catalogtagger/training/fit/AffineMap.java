package org.catalogtagger.training.fit;

import org.catalogtagger.model.image.ImageSize;

/**
 * From where each pixel of an image comes: the new level at {@code (x, y)} is the old one at
 * {@code (xOfX * x + xOfY * y + x0, yOfX * x + yOfY * y + y0)}, in pixels whose centres are whole numbers; beyond the image
 * its border pixels go on. Worked out once, and applied to many images by {@link AffineWarp}.
 */
final class AffineMap {
    static final int WEIGHT_BITS = 8;
    static final int WEIGHT_ONE = 1 << WEIGHT_BITS;

    /** In a weight, the bits of that of the pixel to the right lie above those of the pixel below. */
    static final int RIGHT = 16;

    private static final int POINT = 16;
    private static final double ONE = 1 << POINT;
    private static final int WEIGHT_MASK = WEIGHT_ONE - 1;

    /** What is larger is taken for this, which is beyond any image; so that sums of coordinates stay a {@code long}. */
    private static final double FARTHEST = 1 << 30;

    private final int[] topLeft;
    private final int[] weights;

    /** The map of these coefficients for images of a size. */
    AffineMap(ImageSize size, double xOfX, double xOfY, double x0, double yOfX, double yOfY, double y0) {
        topLeft = new int[size.pixels()];
        weights = new int[size.pixels()];
        long lastX = (long) (size.width() - 1) << POINT;
        long lastY = (long) (size.height() - 1) << POINT;
        long stepX = fixed(xOfX);
        long stepY = fixed(yOfX);
        int pixel = 0;
        for (int row = 0; row < size.height(); row++) {
            long fromX = fixed(xOfY * row + x0);
            long fromY = fixed(yOfY * row + y0);
            for (int column = 0; column < size.width(); column++) {
                long x = Math.min(Math.max(fromX, 0), lastX);
                long y = Math.min(Math.max(fromY, 0), lastY);
                topLeft[pixel] = (int) (y >> POINT) * size.width() + (int) (x >> POINT);
                weights[pixel] = weight(x) << RIGHT | weight(y);
                pixel++;
                fromX += stepX;
                fromY += stepY;
            }
        }
    }

    private static int weight(long coordinate) {
        return (int) (coordinate >> (POINT - WEIGHT_BITS)) & WEIGHT_MASK;
    }

    private static long fixed(double coordinate) {
        return Math.round(Math.max(-FARTHEST, Math.min(FARTHEST, coordinate)) * ONE);
    }

    /** For each pixel the index of the upper left of the four between which its place lies. */
    int[] topLeft() {
        return topLeft;
    }

    /** For each pixel, of {@link #WEIGHT_ONE}, that of the lower two, and {@link #RIGHT} bits higher that of the right two. */
    int[] weights() {
        return weights;
    }
}
