package org.catalogtagger.model.image;

import static org.catalogtagger.model.image.UnreadableImageException.corrupt;
import static org.catalogtagger.model.image.UnreadableImageException.unsupported;

import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * How a row of a TIFF's bytes becomes samples.
 *
 * @param colors what is kept of them
 * @param photometric 0 gray with white as zero, 1 gray, 2 colours, 3 palette
 * @param sampleBits 1, 4, 8 or 16; of 16 the high byte counts
 * @param samples a pixel, with those beyond the colours
 * @param alpha 0 none, 1 colours that are multiplied by the opacity already, 2 colours that are not
 * @param highByte of a sample of 16 bits: which of its bytes is the high one
 * @param palette samples by index
 */
record TiffPixels(
        Colors colors, int photometric, int sampleBits, int samples, int alpha, int highByte, byte[] palette) {
    private static final int WHITE_IS_ZERO = 0;
    private static final int BLACK_IS_ZERO = 1;
    private static final int RGB = 2;
    private static final int PALETTE = 3;
    private static final int MULTIPLIED = 1;

    static TiffPixels of(Colors colors, TiffDirectory directory, ByteOrder order) throws UnreadableImageException {
        int photometric = (int) directory.number(262, -1);
        int samples = (int) directory.number(277, 1);
        long[] bits = directory.numbers(258).length == 0 ? new long[] {1} : directory.numbers(258);
        long[] extra = directory.numbers(338);
        long planes = directory.number(284, 1);
        int coloured = photometric == RGB ? 3 : 1;
        if (photometric < WHITE_IS_ZERO || photometric > PALETTE) {
            throw unsupported("a TIFF of colour space %d".formatted(photometric));
        }
        boolean unnamed = extra.length == 0 && samples == coloured + 1;
        if (samples < coloured || samples > coloured + 1 || (extra.length != samples - coloured && !unnamed)) {
            throw unsupported("a TIFF of %d samples a pixel, %d of them extra".formatted(samples, extra.length));
        }
        if (bits.length != samples || Arrays.stream(bits).distinct().count() != 1) {
            throw corrupt("it states the bits of %d samples, not of %d".formatted(bits.length, samples));
        }
        if ((planes != 1 && (samples > 1 || planes != 2))
                || directory.number(266, 1) != 1
                || !Arrays.stream(directory.numbers(339)).allMatch(format -> format == 1)) {
            throw unsupported("a TIFF of separate planes, turned bits or numbers that are not whole");
        }
        int sampleBits = checkBits((int) bits[0], photometric, samples);
        byte[] palette = photometric == PALETTE ? palette(colors, directory, sampleBits) : new byte[0];
        // A fourth sample that nothing names is how opaque a pixel is, as Pillow takes it.
        int alpha = unnamed && photometric == RGB ? 2 : extra.length == 0 ? 0 : (int) Math.min(extra[0], 3);
        if (alpha > 2 || (alpha != 0 && photometric == PALETTE)) {
            throw unsupported("a TIFF with extra samples of kind %d".formatted(alpha));
        }
        return new TiffPixels(
                colors, photometric, sampleBits, samples, alpha, order == ByteOrder.LITTLE_ENDIAN ? 1 : 0, palette);
    }

    private static int checkBits(int bits, int photometric, int samples) throws UnreadableImageException {
        boolean known = bits == 8
                || (bits == 16 && photometric != PALETTE && photometric != WHITE_IS_ZERO)
                || (samples == 1 && photometric != RGB && (bits == 1 || bits == 4));
        if (!known) {
            throw unsupported("a TIFF of %d bits a sample".formatted(bits));
        }
        return bits;
    }

    /** Three tables of 16-bit numbers, of which the high byte counts. */
    private static byte[] palette(Colors kept, TiffDirectory directory, int bits) throws UnreadableImageException {
        long[] map = directory.numbers(320);
        int colours = 1 << bits;
        if (map.length != 3 * colours) {
            throw corrupt("its palette has %d numbers".formatted(map.length));
        }
        byte[] samples = new byte[kept.channels() * colours];
        for (int i = 0; i < colours; i++) {
            kept.put(
                    ((int) map[i] >> 8) & 0xFF,
                    ((int) map[colours + i] >> 8) & 0xFF,
                    ((int) map[2 * colours + i] >> 8) & 0xFF,
                    samples,
                    i);
        }
        return samples;
    }

    long rowBytes(long columns) {
        return (columns * samples * sampleBits + 7) / 8;
    }

    /** Computes the samples of the first so many pixels. */
    void read(byte[] row, byte[] into, int columns) {
        if (photometric == RGB && sampleBits == 8 && samples == 3) {
            // The commonest, and the one of most samples.
            for (int x = 0, i = 0; x < columns; x++, i += 3) {
                colors.put(row[i] & 0xFF, row[i + 1] & 0xFF, row[i + 2] & 0xFF, into, x);
            }
            return;
        }
        for (int x = 0; x < columns; x++) {
            int first = x * samples;
            int opacity = alpha == 0 ? 255 : sample(row, first + samples - 1);
            switch (photometric) {
                case RGB -> colour(row, first, opacity, into, x);
                case PALETTE -> colors.copy(palette, sample(row, first), into, x);
                case BLACK_IS_ZERO -> gray(scaled(sample(row, first)), opacity, into, x);
                default -> gray(255 - scaled(sample(row, first)), opacity, into, x);
            }
        }
    }

    private void colour(byte[] row, int first, int opacity, byte[] into, int x) {
        int red = sample(row, first);
        int green = sample(row, first + 1);
        int blue = sample(row, first + 2);
        if (alpha != MULTIPLIED) {
            colors.put(red, green, blue, opacity, into, x);
        } else if (colors == Colors.GRAY) {
            colors.put(overWhite(Colors.luma(red, green, blue), opacity), into, x);
        } else {
            colors.put(overWhite(red, opacity), overWhite(green, opacity), overWhite(blue, opacity), into, x);
        }
    }

    private void gray(int level, int opacity, byte[] into, int x) {
        colors.put(alpha == MULTIPLIED ? overWhite(level, opacity) : Colors.overWhite(level, opacity), into, x);
    }

    /** Of what is multiplied by its opacity already. */
    private static int overWhite(int level, int opacity) {
        return Math.min(255, level + 255 - opacity);
    }

    private int scaled(int sample) {
        return sampleBits < 8 ? sample * 255 / ((1 << sampleBits) - 1) : sample;
    }

    private int sample(byte[] row, int i) {
        return switch (sampleBits) {
            case 8 -> row[i] & 0xFF;
            case 16 -> row[2 * i + highByte] & 0xFF;
            default -> {
                int bit = i * sampleBits;
                yield ((row[bit >> 3] & 0xFF) >> (8 - sampleBits - (bit & 7))) & ((1 << sampleBits) - 1);
            }
        };
    }
}
