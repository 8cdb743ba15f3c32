package org.catalogtagger.model.image;

/**
 * A decoded picture.
 *
 * @param width in pixels
 * @param height in pixels
 * @param levels {@code width * height} gray levels, row by row, each an unsigned byte
 */
record GrayPicture(int width, int height, byte[] levels) {
    GrayPicture {
        if (levels.length != Math.multiplyExact(width, height)) {
            throw new IllegalArgumentException("%d levels for %dx%d pixels".formatted(levels.length, width, height));
        }
    }
}
