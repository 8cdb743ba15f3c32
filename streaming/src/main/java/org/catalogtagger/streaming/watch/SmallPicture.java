package org.catalogtagger.streaming.watch;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/** Product images for a page: as they came if they are small, else shrunk. */
final class SmallPicture {
    private static final int SIDE = 160;
    private static final int SMALL_BYTES = 16 << 10;
    private static final int SMALL_SIDE = 400;

    /** As the job's default limit has it. */
    private static final long MAX_PIXELS = 40_000_000;

    private SmallPicture() {}

    /** Empty if it is no JPEG or PNG that can be decoded. */
    static Optional<byte[]> of(byte[] encoded) {
        try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(encoded))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                return Optional.empty();
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in);
                return shrink(encoded, reader);
            } finally {
                reader.dispose();
            }
        } catch (IOException | RuntimeException e) {
            // ImageIO's readers throw either at images that are not as they should be.
            return Optional.empty();
        }
    }

    private static Optional<byte[]> shrink(byte[] encoded, ImageReader reader) throws IOException {
        String format = reader.getFormatName();
        if (!format.equalsIgnoreCase("jpeg") && !format.equalsIgnoreCase("png")) {
            return Optional.empty();
        }
        int width = reader.getWidth(0);
        int height = reader.getHeight(0);
        if ((long) width * height > MAX_PIXELS) {
            return Optional.empty();
        }
        if (encoded.length <= SMALL_BYTES && Math.max(width, height) <= SMALL_SIDE) {
            return Optional.of(encoded);
        }
        ImageReadParam everyFew = reader.getDefaultReadParam();
        int step = Math.max(1, Math.max(width, height) / SIDE);
        everyFew.setSourceSubsampling(step, step, 0, 0);
        BufferedImage small = reader.read(0, everyFew);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(small, "png", out);
        return Optional.of(out.toByteArray());
    }
}
