package org.catalogtagger.model.image;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * How a picture of any size becomes the model's input. A model sees in production what it saw in training only if both
 * frame alike, so it is part of the bundle.
 *
 * @param size of the input
 */
public record Framing(ImageSize size, Fit fit) {
    /** What of a picture goes where in the input. */
    public enum Fit {
        /** All of it, its width and its height resized each for itself. */
        @JsonProperty("squash")
        SQUASH,

        /**
         * A part of the input's proportions: where the picture is too wide or too high for them, uniform ground
         * ({@link Ground}) is cut off beside or above and below the product, and where that does not suffice, ground is added
         * the other way. A picture that has the proportions, or no uniform ground, is resized whole.
         *
         * <p>Shops put one photograph on grounds of several shapes. On 3,000 held-out images of the real data the compact
         * network had 82.8 %, and the same on copies on a square white or gray ground; when it squashed, 66.6 and 56.7 % on
         * those. On a white square of 1.25 times the side it had 37.5 % (20 squashed): that is for {@link #TRIM}.
         */
        @JsonProperty("fit")
        FIT,

        /**
         * What is left without its uniform borders ({@link Ground}), so that a product looks the same on a small and on a
         * large ground; a picture without uniform ground is resized whole. Its larger side, measured by the input's, fills the input; the other is stretched by the square
         * root of what is missing, and the ground's level fills the rest, half on either side.
         *
         * <p>A whole stretch would forget the products' proportions, and none leave half of the input empty with shoes:
         * on images of the real training part that were kept for validation, the compact network had 79.5 % after ten
         * epochs with half of it, 78.6 and 78.5 % with all and none; 79.3 % squashed. After forty epochs it had 83.8 %, 83.7
         * squashed, and on copies on a square white ground 83.7 to 84.4 %, where squashing had 7 to 65 %.
         *
         * <p>What it takes from a picture is how large the product is in it, which tells watches from shirts: on the held-out
         * part of all real images, after eighty epochs, it had 83.0 % and a macro recall of 78.0 %, where the whole pictures had
         * 83.7 and 79.0 (one seed each). So no built-in recipe trims.
         */
        @JsonProperty("trim")
        TRIM
    }

    /** All of a picture, resized. */
    public static Framing squash(ImageSize size) {
        return new Framing(size, Fit.SQUASH);
    }

    /**
     * What of a picture goes where in the input: in its middle, with ground around it where that is smaller than the input.
     *
     * @param left the first column of the part that is taken, in pixels of the picture, as are the next three
     * @param target what the part is resized to, at most the input's size, at least one pixel either way
     */
    record Placement(int left, int top, int width, int height, ImageSize target) {
        Placement {
            if (left < 0 || top < 0 || width < 1 || height < 1) {
                throw new IllegalArgumentException(
                        "a part of %dx%d pixels at %d, %d".formatted(width, height, left, top));
            }
        }
    }

    /** Whether a picture is resized whole, whatever it shows. */
    boolean takesWhole(int width, int height) {
        return fit == Fit.SQUASH || (fit == Fit.FIT && (long) width * size.height() == (long) height * size.width());
    }

    /**
     * Places a picture that is not resized whole.
     *
     * @param width of the picture in pixels
     * @param height of the picture in pixels
     */
    Placement place(Ground ground, int width, int height) {
        return fit == Fit.TRIM ? trimmed(ground) : fitted(ground, width, height);
    }

    private Placement trimmed(Ground ground) {
        return new Placement(ground.left(), ground.top(), ground.width(), ground.height(), target(ground));
    }

    /** One side is all of the input's. */
    private ImageSize target(Ground ground) {
        // How much wider the box is than the input, by proportion.
        double wider = (double) ground.width() * size.height() / ((double) ground.height() * size.width());
        return wider >= 1
                ? sized(size.width(), atLeastOne(size.height() / Math.sqrt(wider)))
                : sized(atLeastOne(size.width() * Math.sqrt(wider)), size.height());
    }

    /** What would show in the smallest frame of the input's proportions that holds a side of the picture, and the product. */
    private Placement fitted(Ground ground, int width, int height) {
        double proportion = (double) size.width() / size.height();
        double frameHeight = Math.max(
                Math.max(ground.height(), Math.min(height, width / proportion)),
                Math.max(ground.width(), Math.min(width, height * proportion)) / proportion);
        double frameWidth = frameHeight * proportion;
        int partWidth = Math.min(width, atLeastOne(frameWidth));
        int partHeight = Math.min(height, atLeastOne(frameHeight));
        return new Placement(
                start(width, partWidth, ground.left(), ground.right()),
                start(height, partHeight, ground.top(), ground.bottom()),
                partWidth,
                partHeight,
                sized(
                        Math.min(size.width(), atLeastOne(partWidth * size.width() / frameWidth)),
                        Math.min(size.height(), atLeastOne(partHeight * size.height() / frameHeight))));
    }

    /** In the middle, or as near to it as shows all of the product. */
    private static int start(int side, int part, int from, int to) {
        return Math.max(to - part, Math.min(from, (side - part) / 2));
    }

    private ImageSize sized(int width, int height) {
        return new ImageSize(width, height, size.colors());
    }

    private static int atLeastOne(double pixels) {
        return (int) Math.max(1, Math.round(pixels));
    }
}
