package org.catalogtagger.model.image;

/**
 * What an image of the model's input is made of.
 *
 * @param width in pixels
 * @param height in pixels
 * @param colors of each
 */
public record ImageSize(int width, int height, Colors colors) {
    /** The size of the notebook's images. */
    public static final ImageSize NOTEBOOK = new ImageSize(60, 80);

    public ImageSize {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("image size must be positive: " + width + "x" + height);
        }
    }

    /** That of gray images. */
    public ImageSize(int width, int height) {
        this(width, height, Colors.GRAY);
    }

    /** Pixels of an image. */
    public int pixels() {
        return Math.multiplyExact(width, height);
    }

    /** Samples of an image, one a pixel in each of its planes, which is the number of inputs of the model's first layer. */
    public int samples() {
        return Math.multiplyExact(pixels(), colors.channels());
    }

    /** {@code 60x80}, or {@code 60x80x3} in colours. */
    @Override
    public String toString() {
        return width + "x" + height + (colors == Colors.GRAY ? "" : "x" + colors.channels());
    }
}
