package org.catalogtagger.model.image;

/**
 * ITU-R BT.601 luma, 0.299 R + 0.587 G + 0.114 B, in the 16-bit fixed point of Pillow's {@code convert('L')}, so that
 * a model trained in Python and one trained here see the same gray levels. Java's own {@code TYPE_BYTE_GRAY} conversion
 * is another, gamma-aware one.
 */
final class Luma {
    private static final int RED = 19595;
    private static final int GREEN = 38470;
    private static final int BLUE = 7471;
    private static final int HALF = 0x8000;

    private Luma() {}

    /** The gray level of a colour, all of 0 to 255. */
    static int of(int red, int green, int blue) {
        return (RED * red + GREEN * green + BLUE * blue + HALF) >> 16;
    }

    /** The gray level where something of an opacity of 0 to 255 lies over white. */
    static int overWhite(int level, int opacity) {
        return opacity == 255 ? level : (level * opacity + 255 * (255 - opacity) + 127) / 255;
    }

    /** The gray levels of a palette's colours, over white: red, green, blue, each three bytes. */
    static byte[] ofPalette(byte[] rgb, byte[] opacities) {
        byte[] levels = new byte[rgb.length / 3];
        for (int i = 0; i < levels.length; i++) {
            int level = of(rgb[3 * i] & 0xFF, rgb[3 * i + 1] & 0xFF, rgb[3 * i + 2] & 0xFF);
            levels[i] = (byte) (i < opacities.length ? overWhite(level, opacities[i] & 0xFF) : level);
        }
        return levels;
    }
}
