package org.catalogtagger.model.image;

import static org.catalogtagger.model.image.UnreadableImageException.corrupt;

import java.nio.ByteBuffer;

/**
 * Decodes PNG row by row (W3C PNG, 7 and 9), so that it takes no more memory than the picture and two rows, and sees
 * whether all rows are there. Of 16-bit samples the high byte counts.
 */
final class PngImage {
    /** Adam7: first column, first row, step across, step down. */
    private static final int[][] PASSES = {
        {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
    };

    private static final int[][] ALL_AT_ONCE = {{0, 0, 1, 1}};

    private final PngChunks chunks;
    private final Colors colors;
    private final int width;
    private final int height;
    private final boolean interlaced;
    private final PngPixels pixels;

    private PngImage(PngChunks chunks, Colors colors) throws UnreadableImageException {
        this.chunks = chunks;
        this.colors = colors;
        ByteBuffer header = chunks.header().slice();
        if (header.limit() != 13) {
            throw corrupt("its header has %d bytes, not 13".formatted(header.limit()));
        }
        width = header.getInt(0);
        height = header.getInt(4);
        if (header.get(10) != 0 || header.get(11) != 0 || header.get(12) < 0 || header.get(12) > 1) {
            throw corrupt("its header states an unknown compression, filter or interlacing");
        }
        interlaced = header.get(12) == 1;
        pixels = PngPixels.of(colors, header.get(8), header.get(9), chunks.palette(), chunks.transparency());
        DecodingCost.check(rowBytes(width), DecodingCost.MAX_ROW_BYTES, "bytes a row");
        DecodingCost.check(rowBytes(width) * height, DecodingCost.MAX_RAW_BYTES, "bytes of rows");
    }

    /** Decodes a file to an upright picture. */
    static Picture decode(byte[] png, ImageLimits limits, Colors colors) throws UnreadableImageException {
        ByteBuffer start = ByteBuffer.wrap(png);
        DecodingCost.checkSize(
                Integer.toUnsignedLong(start.getInt(16)), Integer.toUnsignedLong(start.getInt(20)), limits);
        PngChunks chunks = PngChunks.read(png);
        Picture stored = new PngImage(chunks, colors).decode();
        return Orientation.ofExif(chunks.exif()).upright(stored);
    }

    private Picture decode() throws UnreadableImageException {
        byte[] samples = new byte[colors.channels() * width * height];
        byte[] rowSamples = new byte[colors.channels() * width];
        try (InflatedBytes inflated = new InflatedBytes(chunks.data())) {
            for (int[] pass : interlaced ? PASSES : ALL_AT_ONCE) {
                int columns = (width - pass[0] + pass[2] - 1) / pass[2];
                int rows = (height - pass[1] + pass[3] - 1) / pass[3];
                if (columns < 1 || rows < 1) {
                    continue;
                }
                int rowBytes = (int) rowBytes(columns);
                byte[] row = new byte[rowBytes];
                byte[] above = new byte[rowBytes];
                for (int y = 0; y < rows; y++) {
                    int filter = inflated.read();
                    inflated.readFully(row);
                    unfilter(filter, row, above);
                    pixels.read(row, rowSamples, columns);
                    scatter(rowSamples, samples, (pass[1] + y * pass[3]) * width + pass[0], columns, pass[2]);
                    byte[] previous = above;
                    above = row;
                    row = previous;
                }
            }
            inflated.checkEnd(0);
        }
        return new Picture(width, height, colors, samples);
    }

    private void scatter(byte[] row, byte[] samples, int at, int columns, int step) {
        if (step == 1) {
            System.arraycopy(row, 0, samples, colors.channels() * at, colors.channels() * columns);
            return;
        }
        for (int x = 0; x < columns; x++) {
            colors.copy(row, x, samples, at + x * step);
        }
    }

    private void unfilter(int filter, byte[] row, byte[] above) throws UnreadableImageException {
        int back = pixels.filterDistance();
        switch (filter) {
            case 0 -> {}
            case 1 -> {
                for (int i = back; i < row.length; i++) {
                    row[i] += row[i - back];
                }
            }
            case 2 -> {
                for (int i = 0; i < row.length; i++) {
                    row[i] += above[i];
                }
            }
            case 3 -> {
                for (int i = 0; i < row.length; i++) {
                    int left = i < back ? 0 : row[i - back] & 0xFF;
                    row[i] += (byte) ((left + (above[i] & 0xFF)) >> 1);
                }
            }
            case 4 -> paeth(row, above, back);
            default -> throw corrupt("a row has filter %d, which there is not".formatted(filter));
        }
    }

    private static void paeth(byte[] row, byte[] above, int back) {
        for (int i = 0; i < Math.min(back, row.length); i++) {
            row[i] += above[i];
        }
        for (int i = back; i < row.length; i++) {
            int left = row[i - back] & 0xFF;
            int up = above[i] & 0xFF;
            int corner = above[i - back] & 0xFF;
            int toLeft = Math.abs(up - corner);
            int toUp = Math.abs(left - corner);
            int toCorner = Math.abs(left + up - 2 * corner);
            int nearest = toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
            row[i] += (byte) nearest;
        }
    }

    private long rowBytes(int columns) {
        return ((long) columns * pixels.bits() + 7) / 8;
    }
}
