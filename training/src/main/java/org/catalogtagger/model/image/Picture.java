package org.catalogtagger.model.image;

/**
 * A decoded picture.
 *
 * @param width in pixels
 * @param height in pixels
 * @param colors what is kept of them
 * @param samples {@code width * height * channels}, pixel by pixel and row by row, each an unsigned byte
 */
record Picture(int width, int height, Colors colors, byte[] samples) {
    Picture {
        if (samples.length != Math.multiplyExact(Math.multiplyExact(width, height), colors.channels())) {
            throw new IllegalArgumentException(
                    "%d samples for %dx%d pixels of %s".formatted(samples.length, width, height, colors));
        }
    }
}
