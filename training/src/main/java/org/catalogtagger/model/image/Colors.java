package org.catalogtagger.model.image;

import java.util.Arrays;

/**
 * What is kept of a picture's colours. Decoders keep a picture's samples pixel by pixel, the model's input has them plane by plane.
 *
 * <p>Gray is ITU-R BT.601 luma, 0.299 R + 0.587 G + 0.114 B, in the 16-bit fixed point of Pillow's {@code convert('L')}, so that
 * a model trained in Python and one trained here see the same gray levels. Java's own {@code TYPE_BYTE_GRAY} conversion
 * is another, gamma-aware one.
 */
public enum Colors {
    /** Luma. */
    GRAY(1),

    /** Red, green and blue as they are stored, without regard to a colour profile, as in Pillow's {@code convert('RGB')}. */
    RGB(3);

    private static final int RED = 19595;
    private static final int GREEN = 38470;
    private static final int BLUE = 7471;
    private static final int HALF = 0x8000;
    private static final int OPAQUE = 255;
    private static final int WHITE = 255;

    private final int channels;

    Colors(int channels) {
        this.channels = channels;
    }

    /**
     * Those of so many channels.
     *
     * @throws IllegalArgumentException unless it is 1 or 3
     */
    public static Colors ofChannels(int channels) {
        return Arrays.stream(values())
                .filter(colors -> colors.channels == channels)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "channels must be 1, gray, or 3, red, green and blue, not " + channels));
    }

    /** Samples of a pixel. */
    public int channels() {
        return channels;
    }

    /** The gray level of a colour, all of 0 to 255. */
    static int luma(int red, int green, int blue) {
        return (RED * red + GREEN * green + BLUE * blue + HALF) >> 16;
    }

    /** Keeps a gray level, 0 to 255, as a pixel. */
    void put(int level, byte[] samples, int pixel) {
        if (this == GRAY) {
            samples[pixel] = (byte) level;
        } else {
            Arrays.fill(samples, channels * pixel, channels * (pixel + 1), (byte) level);
        }
    }

    /** Keeps a colour, all of 0 to 255, as a pixel. */
    void put(int red, int green, int blue, byte[] samples, int pixel) {
        if (this == GRAY) {
            samples[pixel] = (byte) luma(red, green, blue);
        } else {
            samples[channels * pixel] = (byte) red;
            samples[channels * pixel + 1] = (byte) green;
            samples[channels * pixel + 2] = (byte) blue;
        }
    }

    /** Keeps what a colour of an opacity of 0 to 255 is over white. */
    void put(int red, int green, int blue, int opacity, byte[] samples, int pixel) {
        if (this == GRAY) {
            samples[pixel] = (byte) overWhite(luma(red, green, blue), opacity);
        } else {
            put(overWhite(red, opacity), overWhite(green, opacity), overWhite(blue, opacity), samples, pixel);
        }
    }

    /** Keeps a pixel of others, a palette's say. */
    void copy(byte[] from, int index, byte[] samples, int pixel) {
        if (this == GRAY) {
            samples[pixel] = from[index];
        } else {
            for (int channel = 0; channel < channels; channel++) {
                samples[channels * pixel + channel] = from[channels * index + channel];
            }
        }
    }

    /** The level where something of an opacity of 0 to 255 lies over white. */
    static int overWhite(int level, int opacity) {
        return opacity == OPAQUE ? level : (level * opacity + WHITE * (OPAQUE - opacity) + 127) / OPAQUE;
    }

    /** A palette's colours, over white: red, green, blue, each three bytes. */
    byte[] ofPalette(byte[] rgb, byte[] opacities) {
        int colours = rgb.length / 3;
        byte[] samples = new byte[channels * colours];
        for (int i = 0; i < colours; i++) {
            int opacity = i < opacities.length ? opacities[i] & 0xFF : OPAQUE;
            put(rgb[3 * i] & 0xFF, rgb[3 * i + 1] & 0xFF, rgb[3 * i + 2] & 0xFF, opacity, samples, i);
        }
        return samples;
    }
}
