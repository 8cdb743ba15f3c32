package org.catalogtagger.model.image;

import static org.catalogtagger.model.image.UnreadableImageException.corrupt;
import static org.catalogtagger.model.image.UnreadableImageException.unsupported;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Decodes the first page of a TIFF that is gray, in colours or by palette, in strips or tiles, stored as it is or by LZW,
 * deflate or PackBits: what cameras, scanners and Photoshop write for catalogues. The rest of what TIFF can be is refused by
 * name.
 */
final class TiffImage {
    private static final int LZW = 5;

    private final ByteBuffer file;
    private final Colors colors;
    private final TiffDirectory directory;
    private final int width;
    private final int height;
    private final TiffPixels pixels;
    private final int compression;
    private final boolean differences;

    private TiffImage(byte[] tiff, ImageLimits limits, Colors colors) throws UnreadableImageException {
        this.colors = colors;
        file = TiffDirectory.inItsOrder(tiff);
        directory = TiffDirectory.read(file);
        long statedWidth = directory.number(256, 0);
        long statedHeight = directory.number(257, 0);
        DecodingCost.checkSize(statedWidth, statedHeight, limits);
        width = (int) statedWidth;
        height = (int) statedHeight;
        pixels = TiffPixels.of(colors, directory, file.order());
        compression = (int) directory.number(259, 1);
        differences = isOfDifferences();
        DecodingCost.check(pixels.rowBytes(width), DecodingCost.MAX_ROW_BYTES, "bytes a row");
        DecodingCost.check(pixels.rowBytes(width) * height, DecodingCost.MAX_RAW_BYTES, "bytes of rows");
    }

    /**
     * Decodes a file to an upright picture.
     *
     * @throws IndexOutOfBoundsException if it is cut off
     */
    static Picture decode(byte[] tiff, ImageLimits limits, Colors colors) throws UnreadableImageException {
        TiffImage image = new TiffImage(tiff, limits, colors);
        Orientation orientation = Orientation.ofTag(image.directory.number(274, 1));
        return orientation.upright(new Picture(image.width, image.height, colors, image.decode()));
    }

    private boolean isOfDifferences() throws UnreadableImageException {
        long predictor = compression == LZW || isDeflate() ? directory.number(317, 1) : 1;
        if (predictor != 1 && (predictor != 2 || pixels.sampleBits() != 8)) {
            throw unsupported("a TIFF with predictor %d of %d-bit samples".formatted(predictor, pixels.sampleBits()));
        }
        return predictor == 2;
    }

    private boolean isDeflate() {
        return compression == 8 || compression == 32946;
    }

    private byte[] decode() throws UnreadableImageException {
        boolean tiled = directory.numbers(322).length > 0;
        long partWidth = tiled ? directory.number(322, 0) : width;
        long partHeight = tiled ? directory.number(323, 0) : Math.min(height, directory.number(278, height));
        long[] offsets = directory.numbers(tiled ? 324 : 273);
        long[] lengths = directory.numbers(tiled ? 325 : 279);
        if (partWidth < 1 || partHeight < 1) {
            throw corrupt("its parts have %dx%d pixels".formatted(partWidth, partHeight));
        }
        long across = (width + partWidth - 1) / partWidth;
        long parts = across * ((height + partHeight - 1) / partHeight);
        DecodingCost.checkSize(partWidth, 1, new ImageLimits(1, Math.max(width, 1 << 16)));
        DecodingCost.check(pixels.rowBytes(partWidth), DecodingCost.MAX_ROW_BYTES, "bytes a row");
        long most = compression == LZW ? DecodingCost.MAX_LZW_BYTES : DecodingCost.MAX_RAW_BYTES;
        DecodingCost.check(parts * partHeight * pixels.rowBytes(partWidth), most, "bytes of strips or tiles");
        if (offsets.length != parts || lengths.length != parts) {
            throw corrupt("it has %d parts, not %d".formatted(offsets.length, parts));
        }
        // Bytes of which nothing comes are read in every part: those that share them could take hours.
        if (Arrays.stream(lengths).sum() > file.limit()) {
            throw corrupt("its parts overlap");
        }
        byte[] samples = new byte[colors.channels() * width * height];
        byte[] row = new byte[(int) pixels.rowBytes(partWidth)];
        byte[] rowSamples = new byte[(int) (colors.channels() * partWidth)];
        for (int i = 0; i < parts; i++) {
            if (offsets[i] + lengths[i] > file.limit()) {
                throw corrupt("cut off: a part of it lies beyond the file");
            }
            ByteBuffer data = file.slice((int) offsets[i], (int) lengths[i]);
            int left = (int) (i % across * partWidth);
            int top = (int) (i / across * partHeight);
            // A strip ends with the picture; a tile is always whole.
            int rows = tiled ? (int) partHeight : (int) Math.min(partHeight, height - top);
            // Some writers fill the last strip up.
            long surplus = (partHeight - rows) * pixels.rowBytes(partWidth);
            decodePart(data, row, rowSamples, samples, left, top, rows, surplus);
        }
        return samples;
    }

    /** Decodes a strip or tile, in buffers of one row's bytes and samples. */
    private void decodePart(
            ByteBuffer data, byte[] row, byte[] rowSamples, byte[] samples, int left, int top, int rows, long surplus)
            throws UnreadableImageException {
        int inside = Math.min(rowSamples.length / colors.channels(), width - left);
        try (ByteSource source = source(data)) {
            for (int y = 0; y < rows; y++) {
                source.readFully(row);
                if (differences) {
                    for (int i = pixels.samples(); i < row.length; i++) {
                        row[i] += row[i - pixels.samples()];
                    }
                }
                if (top + y < height) {
                    pixels.read(row, rowSamples, inside);
                    int at = (top + y) * width + left;
                    System.arraycopy(rowSamples, 0, samples, colors.channels() * at, colors.channels() * inside);
                }
            }
            source.checkEnd(surplus);
        }
    }

    private ByteSource source(ByteBuffer data) throws UnreadableImageException {
        return switch (compression) {
            case 1 -> into -> copy(data, into);
            case LZW -> LzwBytes.ofTiff(data);
            case 8, 32946 -> new InflatedBytes(List.of(data));
            case 32773 -> new PackedBits(data);
            case 2, 3, 4 -> throw unsupported("a TIFF that is a fax (compression %d)".formatted(compression));
            case 6, 7 -> throw unsupported("a TIFF with a JPEG in it");
            default -> throw unsupported("a TIFF of compression %d".formatted(compression));
        };
    }

    private static void copy(ByteBuffer data, byte[] into) throws UnreadableImageException {
        if (data.remaining() < into.length) {
            throw corrupt("cut off: its data end before its last row");
        }
        data.get(into);
    }

    /** TIFF 6.0, section 9: runs of one byte, and bytes as they are. */
    private static final class PackedBits implements ByteSource {
        private final ByteBuffer data;
        private int left;
        private boolean run;
        private byte repeated;

        PackedBits(ByteBuffer data) {
            this.data = data;
        }

        @Override
        public void readFully(byte[] into) throws UnreadableImageException {
            int done = 0;
            while (done < into.length) {
                if (left == 0) {
                    start();
                    continue;
                }
                int count = Math.min(left, into.length - done);
                if (run) {
                    Arrays.fill(into, done, done + count, repeated);
                } else {
                    need(count);
                    data.get(into, done, count);
                }
                left -= count;
                done += count;
            }
        }

        private void start() throws UnreadableImageException {
            need(1);
            int header = data.get();
            if (header == -128) {
                return;
            }
            run = header < 0;
            left = run ? 1 - header : 1 + header;
            if (run) {
                need(1);
                repeated = data.get();
            }
        }

        private void need(int bytes) throws UnreadableImageException {
            if (data.remaining() < bytes) {
                throw corrupt("cut off: its data end before its last row");
            }
        }
    }
}
