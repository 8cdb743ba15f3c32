package org.catalogtagger.model.image;

/**
 * What an encoded image may cost at most, checked before memory is taken for its pixels.
 *
 * @param maxBytes the encoded size, in bytes
 * @param maxPixels width times height as the image's header states them
 */
public record ImageLimits(int maxBytes, long maxPixels) {
    /** 16 MiB and 40 megapixels: any product photograph. */
    public static final ImageLimits DEFAULT = new ImageLimits(16 << 20, 40_000_000);

    /** Four bytes of each fit into an array. */
    private static final long MOST_PIXELS = 500_000_000;

    public ImageLimits {
        if (maxBytes < 1 || maxPixels < 1 || maxPixels > MOST_PIXELS) {
            throw new IllegalArgumentException(
                    "image limits must be positive, and maxPixels %,d at most: maxBytes %d, maxPixels %d"
                            .formatted(MOST_PIXELS, maxBytes, maxPixels));
        }
    }

    /**
     * Refuses what is too large, before it is read.
     *
     * @param bytes the encoded size
     * @throws UnreadableImageException if it is larger than {@link #maxBytes}
     */
    public void checkBytes(long bytes) throws UnreadableImageException {
        if (bytes > maxBytes) {
            throw new UnreadableImageException(
                    UnreadableImageException.Reason.TOO_MANY_BYTES,
                    "%,d bytes, more than %,d".formatted(bytes, maxBytes));
        }
    }
}
