package org.catalogtagger.model.image;

import static org.catalogtagger.model.image.UnreadableImageException.corrupt;
import static org.catalogtagger.model.image.UnreadableImageException.unsupported;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Decodes Windows bitmaps that are not compressed: by palette, and in 16, 24 or 32 bits a pixel. */
final class BmpImage {
    private static final int FILE_HEADER = 14;
    private static final int OS2_HEADER = 12;
    private static final int[] HEADERS = {OS2_HEADER, 40, 52, 56, 64, 108, 124};
    private static final int UNCOMPRESSED = 0;
    private static final int BIT_FIELDS = 3;

    private final ByteBuffer file;
    private final Colors colors;
    private final int headerLength;
    private final int width;
    private final int height;
    private final boolean topDown;
    private final int bits;
    private final int compression;

    private BmpImage(byte[] bmp, ImageLimits limits, Colors colors) throws UnreadableImageException {
        this.colors = colors;
        file = ByteBuffer.wrap(bmp).order(ByteOrder.LITTLE_ENDIAN);
        headerLength = file.getInt(FILE_HEADER);
        boolean os2 = headerLength == OS2_HEADER;
        long statedWidth = os2 ? file.getShort(18) & 0xFFFF : file.getInt(18);
        long statedHeight = os2 ? file.getShort(20) & 0xFFFF : file.getInt(22);
        DecodingCost.checkSize(statedWidth, Math.abs(statedHeight), limits);
        width = (int) statedWidth;
        height = (int) Math.abs(statedHeight);
        topDown = statedHeight < 0;
        bits = file.getShort(os2 ? 24 : 28);
        compression = os2 ? UNCOMPRESSED : file.getInt(30);
    }

    /** Whether a file that begins like a bitmap has the length of a header where a bitmap has it. */
    static boolean isHeaderLength(byte[] start) {
        if (start.length < FILE_HEADER + 4) {
            return false;
        }
        int length = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getInt(FILE_HEADER);
        return Arrays.stream(HEADERS).anyMatch(known -> known == length);
    }

    /** The picture's size, as the file states it. */
    static StoredSize stated(byte[] bmp, ImageLimits limits) throws UnreadableImageException {
        BmpImage image = new BmpImage(bmp, limits, Colors.GRAY);
        return new StoredSize(image.width, image.height);
    }

    /**
     * Decodes a file.
     *
     * @throws IndexOutOfBoundsException if it is cut off
     */
    static Picture decode(byte[] bmp, ImageLimits limits, Colors colors) throws UnreadableImageException {
        return new BmpImage(bmp, limits, colors).decode();
    }

    private Picture decode() throws UnreadableImageException {
        boolean indexed = bits == 1 || bits == 4 || bits == 8;
        if (compression != UNCOMPRESSED && (compression != BIT_FIELDS || indexed)) {
            throw unsupported("a BMP that is compressed (%d)".formatted(compression));
        }
        if (!indexed && bits != 16 && bits != 24 && bits != 32) {
            throw unsupported("a BMP of %d bits a pixel".formatted(bits));
        }
        return indexed ? indexed() : coloured(masks());
    }

    private Picture indexed() throws UnreadableImageException {
        boolean os2 = headerLength == OS2_HEADER;
        int stated = os2 ? 0 : file.getInt(46);
        int colours = stated == 0 ? 1 << bits : stated;
        if (colours < 0 || colours > 1 << bits) {
            throw corrupt("its palette states %d colours".formatted(colours));
        }
        int entry = os2 ? 3 : 4;
        byte[] palette = new byte[colors.channels() * colours];
        int at = FILE_HEADER + headerLength;
        for (int i = 0; i < colours; i++, at += entry) {
            colors.put(file.get(at + 2) & 0xFF, file.get(at + 1) & 0xFF, file.get(at) & 0xFF, palette, i);
        }
        byte[] samples = new byte[colors.channels() * width * height];
        long from = dataFrom(at);
        for (int y = 0; y < height; y++) {
            int row = rowFrom(from, y);
            for (int x = 0; x < width; x++) {
                int bit = x * bits;
                int index = ((file.get(row + (bit >> 3)) & 0xFF) >> (8 - bits - (bit & 7))) & ((1 << bits) - 1);
                if (index >= colours) {
                    throw corrupt("a pixel has colour %d of a palette of %d".formatted(index, colours));
                }
                colors.copy(palette, index, samples, y * width + x);
            }
        }
        return new Picture(width, height, colors, samples);
    }

    /** Which bits of a pixel are red, green, blue, opacity. */
    private int[] masks() throws UnreadableImageException {
        if (compression == UNCOMPRESSED) {
            return bits == 16 ? new int[] {0x7C00, 0x3E0, 0x1F, 0} : new int[] {0xFF0000, 0xFF00, 0xFF, 0};
        }
        int[] masks = new int[4];
        for (int i = 0; i < (headerLength >= 56 ? 4 : 3); i++) {
            masks[i] = file.getInt(FILE_HEADER + 40 + 4 * i);
        }
        boolean known =
                switch (bits) {
                    case 16 ->
                        masks[2] == 0x1F
                                && ((masks[0] == 0xF800 && masks[1] == 0x7E0)
                                        || (masks[0] == 0x7C00 && masks[1] == 0x3E0));
                    case 24 -> masks[0] == 0xFF0000 && masks[1] == 0xFF00 && masks[2] == 0xFF;
                    default -> isBytes(masks);
                };
        if (!known) {
            throw unsupported("a BMP with bit fields of its own");
        }
        if (bits != 32) {
            masks[3] = 0;
        }
        return masks;
    }

    private static boolean isBytes(int[] masks) {
        return Arrays.equals(masks, new int[] {0xFF0000, 0xFF00, 0xFF, 0})
                || Arrays.equals(masks, new int[] {0xFF0000, 0xFF00, 0xFF, 0xFF000000})
                || Arrays.equals(masks, new int[] {0xFF, 0xFF00, 0xFF0000, 0xFF000000})
                || Arrays.equals(masks, new int[] {0xFF000000, 0xFF0000, 0xFF00, 0xFF})
                || Arrays.equals(masks, new int[] {0xFF000000, 0xFF0000, 0xFF00, 0});
    }

    private Picture coloured(int[] masks) throws UnreadableImageException {
        int bytes = bits / 8;
        byte[] samples = new byte[colors.channels() * width * height];
        long from = dataFrom(FILE_HEADER + headerLength + (compression == BIT_FIELDS && headerLength == 40 ? 12 : 0));
        for (int y = 0; y < height; y++) {
            int at = rowFrom(from, y);
            for (int x = 0; x < width; x++, at += bytes) {
                int pixel = 0;
                for (int i = 0; i < bytes; i++) {
                    pixel |= (file.get(at + i) & 0xFF) << (8 * i);
                }
                int opacity = masks[3] == 0 ? 255 : part(pixel, masks[3]);
                int red = part(pixel, masks[0]);
                colors.put(red, part(pixel, masks[1]), part(pixel, masks[2]), opacity, samples, y * width + x);
            }
        }
        return new Picture(width, height, colors, samples);
    }

    private static int part(int pixel, int mask) {
        int shift = Integer.numberOfTrailingZeros(mask);
        return ((pixel & mask) >>> shift) * 255 / (mask >>> shift);
    }

    /** Where the rows begin; some writers name the palette's place instead. */
    private long dataFrom(int afterHeaders) throws UnreadableImageException {
        long stated = Integer.toUnsignedLong(file.getInt(10));
        long from = stated == 0 || (stated == FILE_HEADER + headerLength && bits <= 8) ? afterHeaders : stated;
        long rowBytes = ((long) width * bits + 7) / 8;
        if (from < FILE_HEADER + headerLength || from + stride() * (height - 1) + rowBytes > file.limit()) {
            throw corrupt("cut off: its last row is not in the file");
        }
        return from;
    }

    private int rowFrom(long from, int y) {
        return (int) (from + stride() * (topDown ? y : height - 1 - y));
    }

    private long stride() {
        return ((long) width * bits + 31) / 32 * 4;
    }
}
