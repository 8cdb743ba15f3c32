package org.catalogtagger.model.image;

import static org.catalogtagger.model.image.UnreadableImageException.corrupt;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Decodes a GIF's first picture, on its screen, transparency over white. */
final class GifImage {
    private static final int EXTENSION = 0x21;
    private static final int PICTURE = 0x2C;
    private static final int GRAPHIC_CONTROL = 0xF9;
    private static final int OPAQUE = -1;

    private final ByteBuffer file;
    private final Colors colors;
    private byte[] palette;
    private int transparent = OPAQUE;

    private GifImage(byte[] gif, Colors colors) {
        this.colors = colors;
        palette = ramp(colors);
        file = ByteBuffer.wrap(gif).order(ByteOrder.LITTLE_ENDIAN).position(6);
    }

    /** The canvas, as the file states it. */
    static StoredSize screen(byte[] gif) {
        ByteBuffer header = ByteBuffer.wrap(gif).order(ByteOrder.LITTLE_ENDIAN);
        return new StoredSize(header.getShort(6) & 0xFFFF, header.getShort(8) & 0xFFFF);
    }

    /**
     * Decodes a file.
     *
     * @throws java.nio.BufferUnderflowException if it is cut off
     */
    static Picture decode(byte[] gif, ImageLimits limits, Colors colors) throws UnreadableImageException {
        return new GifImage(gif, colors).decode(limits);
    }

    private Picture decode(ImageLimits limits) throws UnreadableImageException {
        int screenWidth = file.getShort() & 0xFFFF;
        int screenHeight = file.getShort() & 0xFFFF;
        DecodingCost.checkSize(screenWidth, screenHeight, limits);
        int flags = file.get();
        file.getShort();
        readPalette(flags);
        skipToPicture();
        int left = file.getShort() & 0xFFFF;
        int top = file.getShort() & 0xFFFF;
        int width = file.getShort() & 0xFFFF;
        int height = file.getShort() & 0xFFFF;
        int kind = file.get();
        readPalette(kind);
        DecodingCost.checkSize(width, height, limits);
        int canvasWidth = Math.max(screenWidth, left + width);
        int canvasHeight = Math.max(screenHeight, top + height);
        DecodingCost.checkSize(canvasWidth, canvasHeight, limits);
        byte[] canvas = new byte[colors.channels() * canvasWidth * canvasHeight];
        Arrays.fill(canvas, (byte) 255);
        if (transparent == OPAQUE) {
            for (int pixel = 0; pixel < canvasWidth * canvasHeight; pixel++) {
                colors.copy(palette, 0, canvas, pixel);
            }
        }
        draw(canvas, top * canvasWidth + left, canvasWidth, width, height, (kind & 0x40) != 0);
        return new Picture(canvasWidth, canvasHeight, colors, canvas);
    }

    /** One follows if the highest bit is set, of two to the power of the lowest three bits and one more. */
    private void readPalette(int flags) {
        if ((flags & 0x80) != 0) {
            byte[] rgb = new byte[3 << ((flags & 7) + 1)];
            file.get(rgb);
            palette = colors.ofPalette(rgb, new byte[0]);
        }
    }

    private void skipToPicture() throws UnreadableImageException {
        while (true) {
            int block = file.get();
            if (block == PICTURE) {
                return;
            }
            if (block != EXTENSION) {
                throw corrupt("it has no picture");
            }
            boolean control = (file.get() & 0xFF) == GRAPHIC_CONTROL;
            ByteBuffer content = blocks();
            if (control) {
                if (content.limit() != 4) {
                    throw corrupt("its graphic control is damaged");
                }
                transparent = (content.get(0) & 1) != 0 ? content.get(3) & 0xFF : OPAQUE;
            }
        }
    }

    private void draw(byte[] canvas, int at, int stride, int width, int height, boolean interlaced)
            throws UnreadableImageException {
        int literalBits = file.get();
        if (literalBits < 1 || literalBits > 8) {
            throw corrupt("its codes begin with %d bits".formatted(literalBits));
        }
        ByteSource indices = LzwBytes.ofGif(blocks(), literalBits);
        byte[] row = new byte[width];
        int[][] passes = interlaced ? new int[][] {{0, 8}, {4, 8}, {2, 4}, {1, 2}} : new int[][] {{0, 1}};
        for (int[] pass : passes) {
            for (int y = pass[0]; y < height; y += pass[1]) {
                indices.readFully(row);
                for (int x = 0; x < width; x++) {
                    draw(row[x] & 0xFF, canvas, at + y * stride + x);
                }
            }
        }
    }

    private void draw(int index, byte[] canvas, int pixel) throws UnreadableImageException {
        if (index == transparent) {
            colors.put(255, canvas, pixel);
            return;
        }
        if (index >= palette.length / colors.channels()) {
            throw corrupt(
                    "a pixel has colour %d of a palette of %d".formatted(index, palette.length / colors.channels()));
        }
        colors.copy(palette, index, canvas, pixel);
    }

    /** The content of a chain of blocks, of which each begins with its length, and the last is empty. */
    private ByteBuffer blocks() {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        byte[] block = new byte[255];
        for (int length = file.get() & 0xFF; length > 0; length = file.get() & 0xFF) {
            file.get(block, 0, length);
            content.write(block, 0, length);
        }
        return ByteBuffer.wrap(content.toByteArray());
    }

    private static byte[] ramp(Colors colors) {
        byte[] ramp = new byte[256 * colors.channels()];
        for (int level = 0; level < 256; level++) {
            colors.put(level, ramp, level);
        }
        return ramp;
    }
}
