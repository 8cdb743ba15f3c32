package org.catalogtagger.model.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** How a picture is to be turned before it is shown, as EXIF and TIFF say it (tag 274, values 1 to 8). */
enum Orientation {
    UPRIGHT(false, false, false),
    MIRRORED(false, true, false),
    UPSIDE_DOWN(false, true, true),
    FLIPPED(false, false, true),
    TRANSPOSED(true, false, false),
    /** To be turned clockwise by 90 degrees. */
    LEFT(true, true, false),
    TRANSVERSE(true, true, true),
    /** To be turned counter-clockwise by 90 degrees. */
    RIGHT(true, false, true);

    private static final short MAGIC = 42;
    private static final int TAG = 274;
    private static final int SHORT = 3;
    private static final int LONG = 4;
    private static final int SIGNED_SHORT = 8;
    private static final int SIGNED_LONG = 9;

    /** What a value of each of TIFF's types takes. */
    private static final int[] BYTES = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4};

    private final boolean swapsAxes;
    private final boolean mirrorsX;
    private final boolean mirrorsY;

    /** The axes are swapped first, then the columns and rows reversed. */
    Orientation(boolean swapsAxes, boolean mirrorsX, boolean mirrorsY) {
        this.swapsAxes = swapsAxes;
        this.mirrorsX = mirrorsX;
        this.mirrorsY = mirrorsY;
    }

    /** The orientation of a value of the tag; upright, where it is none of the eight. */
    static Orientation ofTag(long value) {
        return value >= 1 && value <= 8 ? values()[(int) value - 1] : UPRIGHT;
    }

    /**
     * The orientation that EXIF data state in their first directory. What is damaged is passed over, as browsers and
     * Pillow do: a picture is shown as it is stored rather than not at all.
     *
     * @param exif a TIFF header and its directories, without the {@code Exif} that a JPEG puts before it
     */
    static Orientation ofExif(byte[] exif) {
        if (exif.length < 8 || exif[0] != exif[1] || (exif[0] != 'I' && exif[0] != 'M')) {
            return UPRIGHT;
        }
        ByteBuffer data = ByteBuffer.wrap(exif).order(exif[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        // TIFF's 42; some writers put its bytes in the wrong order, and Pillow takes it.
        if (data.getShort(2) != MAGIC && Short.reverseBytes(data.getShort(2)) != MAGIC) {
            return UPRIGHT;
        }
        long directory = Integer.toUnsignedLong(data.getInt(4));
        if (directory + 2 > exif.length) {
            return UPRIGHT;
        }
        Orientation orientation = UPRIGHT;
        int entries = Short.toUnsignedInt(data.getShort((int) directory));
        for (int i = 0; i < entries; i++) {
            int at = (int) directory + 2 + 12 * i;
            if (at + 12 > exif.length) {
                break;
            }
            int type = Short.toUnsignedInt(data.getShort(at + 2));
            long bytes = Integer.toUnsignedLong(data.getInt(at + 4)) * (type < BYTES.length ? BYTES[type] : 0);
            long start = bytes > 4 ? Integer.toUnsignedLong(data.getInt(at + 8)) : at + 8;
            if (start + bytes > exif.length) {
                break;
            }
            if (Short.toUnsignedInt(data.getShort(at)) == TAG && bytes > 0) {
                orientation = switch (type) {
                    case SHORT, SIGNED_SHORT -> ofTag(data.getShort((int) start));
                    case LONG, SIGNED_LONG -> ofTag(data.getInt((int) start));
                    default -> orientation;
                };
            }
        }
        return orientation;
    }

    /** Whether width and height change places. */
    boolean swapsAxes() {
        return swapsAxes;
    }

    /** The picture as it is to be shown. */
    Picture upright(Picture stored) {
        if (this == UPRIGHT) {
            return stored;
        }
        int width = swapsAxes ? stored.height() : stored.width();
        int height = swapsAxes ? stored.width() : stored.height();
        byte[] samples = new byte[stored.samples().length];
        for (int y = 0; y < height; y++) {
            int row = mirrorsY ? height - 1 - y : y;
            for (int x = 0; x < width; x++) {
                int column = mirrorsX ? width - 1 - x : x;
                int from = swapsAxes ? column * stored.width() + row : row * stored.width() + column;
                stored.colors().copy(stored.samples(), from, samples, y * width + x);
            }
        }
        return new Picture(width, height, stored.colors(), samples);
    }
}
