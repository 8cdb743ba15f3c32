package org.catalogtagger.model.image;

/** Width and height of the model's input, in pixels; it has one channel. */
public record ImageSize(int width, int height) {
    /** The size of the notebook's images. */
    public static final ImageSize NOTEBOOK = new ImageSize(60, 80);

    public ImageSize {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("image size must be positive: " + width + "x" + height);
        }
    }

    /** Pixels of an image, which is the number of inputs of the model's first layer. */
    public int pixels() {
        return Math.multiplyExact(width, height);
    }

    @Override
    public String toString() {
        return width + "x" + height;
    }
}
