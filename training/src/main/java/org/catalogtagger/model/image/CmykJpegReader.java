package org.catalogtagger.model.image;

import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * JPEGs of four components, read as Pillow reads them: cyan, magenta, yellow and black are taken to be stored inverted, as
 * Adobe does, whatever the file says, and mixed without a colour profile.
 */
final class CmykJpegReader {
    /** The JDK's libjpeg takes some 40 nanoseconds a pixel, and its raster four bytes. */
    private static final long MAX_PIXELS = 9_000_000;

    private static final int BANDS = 4;

    private final ImageReader reader = jdkReader();
    private boolean damaged;

    CmykJpegReader() {
        // What is missing it fills up, and only warns.
        reader.addIIOReadWarningListener((source, warning) ->
                damaged |= warning.startsWith("Corrupt JPEG data") || warning.startsWith("Premature end"));
    }

    /** Whether the picture is small enough; larger ones are left to OpenCV, which mixes up to one gray level apart. */
    static boolean takes(JpegFrame frame) {
        return (long) frame.width() * frame.height() <= MAX_PIXELS;
    }

    Picture read(byte[] jpeg, JpegFile file, Colors colors) throws UnreadableImageException {
        int width = file.frame().width();
        int height = file.frame().height();
        try (MemoryCacheImageInputStream input = new MemoryCacheImageInputStream(new ByteArrayInputStream(jpeg))) {
            reader.setInput(input, true, true);
            damaged = false;
            Raster raster = reader.readRaster(0, null);
            if (damaged) {
                throw UnreadableImageException.corrupt("damaged: its data end before its last row, or are none");
            }
            if (raster.getWidth() != width || raster.getHeight() != height || raster.getNumBands() != BANDS) {
                throw UnreadableImageException.corrupt("damaged: its decoder makes another picture of it");
            }
            // The JDK mixes no colours into its raster, so that these are still luminance and differences.
            boolean ycck = file.adobeTransform().orElse(0) != 0;
            return new Picture(width, height, colors, mixed(raster, ycck, colors));
        } catch (IOException | RuntimeException e) {
            throw new UnreadableImageException(
                    UnreadableImageException.Reason.CORRUPT, "damaged: " + e.getMessage(), e);
        } finally {
            reader.setInput(null);
        }
    }

    private static byte[] mixed(Raster raster, boolean ycck, Colors colors) {
        int width = raster.getWidth();
        byte[] samples = new byte[colors.channels() * width * raster.getHeight()];
        int[] row = new int[BANDS * width];
        for (int y = 0; y < raster.getHeight(); y++) {
            raster.getPixels(0, y, width, 1, row);
            if (ycck) {
                toInks(row);
            }
            for (int x = 0; x < width; x++) {
                mix(row, BANDS * x, colors, samples, y * width + x);
            }
        }
        return samples;
    }

    /** Cyan, magenta and yellow are what red, green and blue lack. */
    private static void toInks(int[] row) {
        for (int i = 0; i < row.length; i += BANDS) {
            int level = row[i];
            int blue = row[i + 1] - 128;
            int red = row[i + 2] - 128;
            row[i] = limited(255 - level - Math.round(1.402f * red));
            row[i + 1] = limited(255 - level + Math.round(0.344136f * blue + 0.714136f * red));
            row[i + 2] = limited(255 - level - Math.round(1.772f * blue));
        }
    }

    private static int limited(int sample) {
        return Math.max(0, Math.min(255, sample));
    }

    /** Of inverted samples: 255 is no ink. */
    private static void mix(int[] inks, int at, Colors colors, byte[] samples, int pixel) {
        int white = inks[at + 3];
        int red = mixed(255 - inks[at], white);
        colors.put(red, mixed(255 - inks[at + 1], white), mixed(255 - inks[at + 2], white), samples, pixel);
    }

    private static int mixed(int ink, int white) {
        int product = ink * white + 128;
        return Math.max(0, white - (((product >> 8) + product) >> 8));
    }

    private static ImageReader jdkReader() {
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("jpeg");
        while (readers.hasNext()) {
            ImageReader reader = readers.next();
            if (reader.getClass().getName().startsWith("com.sun.")) {
                return reader;
            }
        }
        throw new IllegalStateException("the JDK has no reader of JPEG");
    }
}
