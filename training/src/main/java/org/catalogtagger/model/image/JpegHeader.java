package org.catalogtagger.model.image;

import java.util.Optional;

/**
 * What the frame header of a JPEG says (ITU-T T.81, B.2.2).
 *
 * @param precision bits per sample
 * @param width in pixels
 * @param height in pixels; 0 if the file gives it only after its first scan
 * @param components 1 for gray, 3 for colours, 4 for CMYK
 */
record JpegHeader(int precision, int width, int height, int components) {
    private static final int MARKER = 0xFF;
    private static final int BASELINE = 0xC0;
    private static final int EXTENDED = 0xC1;
    private static final int PROGRESSIVE = 0xC2;
    private static final int START_OF_SCAN = 0xDA;

    /** Finds the frame header of a Huffman-coded JPEG by walking from segment to segment; empty if there is none. */
    static Optional<JpegHeader> of(byte[] jpeg) {
        int at = 2;
        while (at + 10 <= jpeg.length && (jpeg[at] & 0xFF) == MARKER) {
            int kind = jpeg[at + 1] & 0xFF;
            if (kind == MARKER) {
                at++;
                continue;
            }
            if (kind == BASELINE || kind == EXTENDED || kind == PROGRESSIVE) {
                return Optional.of(new JpegHeader(
                        jpeg[at + 4] & 0xFF, unsigned16(jpeg, at + 7), unsigned16(jpeg, at + 5), jpeg[at + 9] & 0xFF));
            }
            int length = unsigned16(jpeg, at + 2);
            if (kind == START_OF_SCAN || length < 2) {
                return Optional.empty();
            }
            at += 2 + length;
        }
        return Optional.empty();
    }

    /** Whether it is an everyday photograph, gray or in colours, of at most so many pixels. */
    boolean isPlain(long maxPixels) {
        return precision == 8
                && (components == 1 || components == 3)
                && width > 0
                && height > 0
                && (long) width * height <= maxPixels;
    }

    private static int unsigned16(byte[] bytes, int at) {
        return (bytes[at] & 0xFF) << 8 | (bytes[at + 1] & 0xFF);
    }
}
