package org.catalogtagger.model.image;

import static org.catalogtagger.model.image.UnreadableImageException.corrupt;

import java.util.Arrays;

/** How a row of a PNG's bytes becomes samples: by its colour type and depth, its palette and what is transparent. */
final class PngPixels {
    private static final int GRAY = 0;
    private static final int RGB = 2;
    private static final int PALETTE = 3;
    private static final int GRAY_ALPHA = 4;
    private static final int RGB_ALPHA = 6;

    private final Colors colors;
    private final int depth;
    private final int colorType;
    private final int channels;
    private final byte[] palette;

    /** The samples of the one colour that is transparent; empty if none is. */
    private final int[] transparent;

    private PngPixels(Colors colors, int depth, int colorType, int channels, byte[] palette, int[] transparent) {
        this.colors = colors;
        this.depth = depth;
        this.colorType = colorType;
        this.channels = channels;
        this.palette = palette;
        this.transparent = transparent;
    }

    static PngPixels of(Colors colors, int depth, int colorType, byte[] palette, byte[] transparency)
            throws UnreadableImageException {
        boolean whole = depth == 8 || depth == 16;
        boolean part = depth == 1 || depth == 2 || depth == 4;
        boolean known =
                switch (colorType) {
                    case GRAY -> whole || part;
                    case PALETTE -> depth == 8 || part;
                    case RGB, GRAY_ALPHA, RGB_ALPHA -> whole;
                    default -> false;
                };
        if (!known) {
            throw corrupt(
                    "its header states colour type %d of %d bits, which there is not".formatted(colorType, depth));
        }
        int channels = colorType == RGB ? 3 : colorType == GRAY_ALPHA ? 2 : colorType == RGB_ALPHA ? 4 : 1;
        if (colorType == PALETTE) {
            if (palette.length == 0 || palette.length % 3 != 0) {
                throw corrupt("its palette has %d bytes".formatted(palette.length));
            }
            // Some writers give all colours, whatever the depth.
            byte[] used = Arrays.copyOf(palette, Math.min(palette.length, 3 << depth));
            return new PngPixels(colors, depth, colorType, channels, colors.ofPalette(used, transparency), new int[0]);
        }
        boolean keyed = colorType == GRAY || colorType == RGB;
        if (keyed && transparency.length != 0 && transparency.length != 2 * channels) {
            throw corrupt("its transparent colour has %d bytes".formatted(transparency.length));
        }
        int[] transparent = new int[keyed ? transparency.length / 2 : 0];
        Arrays.setAll(transparent, i -> ((transparency[2 * i] & 0xFF) << 8) | (transparency[2 * i + 1] & 0xFF));
        return new PngPixels(colors, depth, colorType, channels, new byte[0], transparent);
    }

    /** Bits a pixel. */
    int bits() {
        return depth * channels;
    }

    /** Bytes between a pixel and the one before it, which filters compare. */
    int filterDistance() {
        return Math.max(1, bits() / 8);
    }

    /** Computes the samples of the first so many pixels. */
    void read(byte[] row, byte[] samples, int columns) throws UnreadableImageException {
        switch (colorType) {
            case PALETTE -> indexed(row, samples, columns);
            case GRAY -> gray(row, samples, columns);
            case GRAY_ALPHA -> {
                int bytes = depth / 8;
                for (int x = 0, i = 0; x < columns; x++, i += 2 * bytes) {
                    colors.put(Colors.overWhite(row[i] & 0xFF, row[i + bytes] & 0xFF), samples, x);
                }
            }
            default -> colours(row, samples, columns);
        }
    }

    private void indexed(byte[] row, byte[] samples, int columns) throws UnreadableImageException {
        for (int x = 0; x < columns; x++) {
            int index = sample(row, x);
            if (index >= palette.length / colors.channels()) {
                throw corrupt("a pixel has colour %d of a palette of %d"
                        .formatted(index, palette.length / colors.channels()));
            }
            colors.copy(palette, index, samples, x);
        }
    }

    private void gray(byte[] row, byte[] samples, int columns) {
        int white = (1 << Math.min(depth, 8)) - 1;
        for (int x = 0; x < columns; x++) {
            int sample = sample(row, x);
            boolean clear = transparent.length > 0 && sample == transparent[0];
            colors.put(clear ? 255 : (depth == 16 ? sample >> 8 : sample) * 255 / white, samples, x);
        }
    }

    private void colours(byte[] row, byte[] samples, int columns) {
        int bytes = depth / 8;
        int step = channels * bytes;
        for (int x = 0, i = 0; x < columns; x++, i += step) {
            int red = row[i] & 0xFF;
            int green = row[i + bytes] & 0xFF;
            int blue = row[i + 2 * bytes] & 0xFF;
            if (colorType == RGB_ALPHA) {
                colors.put(red, green, blue, row[i + 3 * bytes] & 0xFF, samples, x);
            } else if (transparent.length > 0 && isTransparent(row, channels * x)) {
                colors.put(255, samples, x);
            } else {
                colors.put(red, green, blue, samples, x);
            }
        }
    }

    private boolean isTransparent(byte[] row, int first) {
        return sample(row, first) == transparent[0]
                && sample(row, first + 1) == transparent[1]
                && sample(row, first + 2) == transparent[2];
    }

    private int sample(byte[] row, int i) {
        return switch (depth) {
            case 8 -> row[i] & 0xFF;
            case 16 -> ((row[2 * i] & 0xFF) << 8) | (row[2 * i + 1] & 0xFF);
            default -> {
                int bit = i * depth;
                yield ((row[bit >> 3] & 0xFF) >> (8 - depth - (bit & 7))) & ((1 << depth) - 1);
            }
        };
    }
}
