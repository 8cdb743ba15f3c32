package org.catalogtagger.model.image;

import org.catalogtagger.model.image.UnreadableImageException.Reason;

/**
 * What decoding may cost beyond the limits that are set: formats let a few bytes ask for seconds of work and gigabytes of
 * memory in a picture of few pixels. Checked on the header, before anything is decoded.
 *
 * <p>The bounds keep a picture within a second of CPU and within 64 MB beyond its own bytes and three
 * times its samples: as they are decoded, turned, and handed to OpenCV; {@code
 * deploy/bin/bench decode} and {@code PillowIT} measure what they are derived from.
 */
final class DecodingCost {
    /** Memory beyond a picture's own bytes and its samples. */
    static final long MAX_EXTRA_BYTES = 48L << 20;

    /** Blocks of 8x8 that the scans of a JPEG go through in all; each takes some 20 nanoseconds even if nothing is coded. */
    static final long MAX_BLOCK_VISITS = 20_000_000;

    /** Arithmetic decoding takes some 100 nanoseconds a byte. */
    static final int MAX_ARITHMETIC_BYTES = 4 << 20;

    /** Decompressed bytes of other formats, at some 4 nanoseconds each. */
    static final long MAX_RAW_BYTES = 160_000_000;

    /** The same of LZW, at some 8 nanoseconds each. */
    static final long MAX_LZW_BYTES = 100_000_000;

    /** Of one row before its pixels become gray: with a second and a window, it is all that is held of them. */
    static final long MAX_ROW_BYTES = 16L << 20;

    /**
     * Coefficients that the scans of a progressive JPEG go through: in a block that codes little, each of its band is looked
     * at all the same.
     */
    static final long MAX_COEFFICIENT_VISITS = 1_200_000_000;

    /** The same of arithmetic coding, which decides on each. Both are reckoned from the formats, not measured. */
    static final long MAX_ARITHMETIC_VISITS = 150_000_000;

    private DecodingCost() {}

    /** Refuses what costs more than a bound. */
    static void check(long cost, long most, String what) throws UnreadableImageException {
        if (cost > most) {
            throw new UnreadableImageException(
                    Reason.TOO_COSTLY, "%,d %s, more than the %,d that are decoded".formatted(cost, what, most));
        }
    }

    /** Refuses an empty picture, and one of more pixels than the limit. */
    static void checkSize(long width, long height, ImageLimits limits) throws UnreadableImageException {
        if (width < 1 || height < 1) {
            throw UnreadableImageException.corrupt("its header says %dx%d pixels".formatted(width, height));
        }
        if (width > Integer.MAX_VALUE || height > Integer.MAX_VALUE || width * height > limits.maxPixels()) {
            throw new UnreadableImageException(
                    Reason.TOO_MANY_PIXELS,
                    "%dx%d pixels, more than the limit of %,d".formatted(width, height, limits.maxPixels()));
        }
    }
}
