package org.catalogtagger.model.image;

import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.Iterator;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import org.catalogtagger.model.image.UnreadableImageException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Turns the bytes of a JPEG or PNG into 8-bit gray pixels of the model's size. Training and streaming both decode with
 * it, so that a model sees in production what it saw in training.
 *
 * <p>Keeps its readers from image to image, so it is not thread-safe: one decoder a thread.
 */
public final class ImageDecoder {
    /** Of larger images only every second, third, … pixel of every such row is read: still hundreds for each of ours. */
    private static final long MAX_PIXELS_IN_MEMORY = 4_000_000;

    private final ImageLimits limits;

    // OpenCV is the fastest by far (deploy/bin/bench decode), but tells nothing of what is wrong with a file and reads
    // no
    // CMYK; the JDK's reader tells, but refuses CMYK and other odd files; TwelveMonkeys' reads those too.
    private final NativeImages nativeImages;
    private final ImageReader jdkJpeg = reader("jpeg", "com.sun.");
    private final ImageReader tolerantJpeg = reader("jpeg", "com.twelvemonkeys.");
    private final ImageReader png = reader("png", "com.sun.");

    private boolean cutOff;

    /** A decoder of whole pictures, resized. */
    public ImageDecoder(ImageSize size, ImageLimits limits) {
        this(Framing.squash(size), limits);
    }

    /** A decoder of pictures framed for a model. */
    public ImageDecoder(Framing framing, ImageLimits limits) {
        this.nativeImages = new NativeImages(framing);
        this.limits = limits;
        jdkJpeg.addIIOReadWarningListener((reader, warning) -> noteWarning(warning));
        tolerantJpeg.addIIOReadWarningListener((reader, warning) -> noteWarning(warning));
    }

    /**
     * Decodes one image: ITU-R BT.601 luma, transparency laid over white, framed as the model needs it
     * (averaging over areas where it shrinks).
     *
     * <p>Of an everyday JPEG the luma channel is taken as it is stored; of all else, {@link Luma} computes it from the
     * colours. The two differ by rounding, and by more on the rare pixels whose colours are clipped.
     *
     * @return {@code width * height} gray levels, row by row, each an unsigned byte
     * @throws UnreadableImageException if it is empty, of another format, too large or damaged
     */
    public byte[] decode(byte[] encoded) throws UnreadableImageException {
        if (encoded.length == 0) {
            throw new UnreadableImageException(Reason.EMPTY, "no bytes");
        }
        if (encoded.length > limits.maxBytes()) {
            throw new UnreadableImageException(
                    Reason.TOO_MANY_BYTES,
                    "%,d bytes, more than the limit of %,d".formatted(encoded.length, limits.maxBytes()));
        }
        if (isJpeg(encoded) && isWhole(encoded)) {
            Optional<byte[]> levels = JpegHeader.of(encoded)
                    .filter(header -> header.isPlain(Math.min(limits.maxPixels(), MAX_PIXELS_IN_MEMORY)))
                    .flatMap(header -> nativeImages.decodeJpeg(encoded));
            if (levels.isPresent()) {
                return levels.get();
            }
        }
        BufferedImage image = readImage(encoded);
        return nativeImages.framed(Luma.of(image), image.getWidth(), image.getHeight());
    }

    private BufferedImage readImage(byte[] encoded) throws UnreadableImageException {
        if (isJpeg(encoded)) {
            try {
                return read(jdkJpeg, encoded);
            } catch (UnreadableImageException e) {
                if (e.reason() == Reason.TOO_MANY_PIXELS || cutOff) {
                    throw e;
                }
                return read(tolerantJpeg, encoded);
            }
        }
        if (isPng(encoded)) {
            return read(png, encoded);
        }
        throw new UnreadableImageException(Reason.UNSUPPORTED_FORMAT, "neither a JPEG nor a PNG by its first bytes");
    }

    private BufferedImage read(ImageReader reader, byte[] encoded) throws UnreadableImageException {
        cutOff = false;
        try (ByteArrayImageInputStream input = new ByteArrayImageInputStream(encoded)) {
            reader.setInput(input, true, true);
            int width = reader.getWidth(0);
            int height = reader.getHeight(0);
            if ((long) width * height > limits.maxPixels()) {
                throw new UnreadableImageException(
                        Reason.TOO_MANY_PIXELS,
                        "%dx%d pixels, more than the limit of %,d".formatted(width, height, limits.maxPixels()));
            }
            BufferedImage image = reader.read(0, everyNthPixel(reader, (long) width * height));
            if (cutOff) {
                throw new UnreadableImageException(Reason.CORRUPT, "cut off: its data end before its last row");
            }
            return image;
        } catch (IOException | RuntimeException e) {
            // The readers answer damaged headers with all sorts of unchecked exceptions too.
            throw new UnreadableImageException(Reason.CORRUPT, "damaged: " + rootMessage(e), e);
        } finally {
            reader.setInput(null);
        }
    }

    /** Keeps the memory of one image within tens of megabytes, whatever its size. */
    private static ImageReadParam everyNthPixel(ImageReader reader, long pixels) {
        ImageReadParam parameters = reader.getDefaultReadParam();
        int n = (int) Math.ceil(Math.sqrt((double) pixels / MAX_PIXELS_IN_MEMORY));
        parameters.setSourceSubsampling(n, n, 0, 0);
        return parameters;
    }

    /** libjpeg fills what is missing with gray and only warns; such an image must not be tagged as if it were whole. */
    private void noteWarning(@Nullable String warning) {
        cutOff |= warning != null && warning.contains("premature end");
    }

    private static boolean isJpeg(byte[] bytes) {
        return startsWith(bytes, 0xFF, 0xD8, 0xFF);
    }

    /** Whether the end-of-image marker is last: OpenCV fills up with gray what is missing from a file that was cut off. */
    private static boolean isWhole(byte[] jpeg) {
        return (jpeg[jpeg.length - 2] & 0xFF) == 0xFF && (jpeg[jpeg.length - 1] & 0xFF) == 0xD9;
    }

    private static boolean isPng(byte[] bytes) {
        return startsWith(bytes, 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n');
    }

    private static boolean startsWith(byte[] bytes, int... prefix) {
        if (bytes.length < prefix.length) {
            return false;
        }
        for (int i = 0; i < prefix.length; i++) {
            if ((bytes[i] & 0xFF) != prefix[i]) {
                return false;
            }
        }
        return true;
    }

    private static String rootMessage(Throwable e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }

    private static ImageReader reader(String format, String packagePrefix) {
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
        while (readers.hasNext()) {
            ImageReader reader = readers.next();
            if (reader.getClass().getName().startsWith(packagePrefix)) {
                return reader;
            }
        }
        throw new IllegalStateException("no ImageIO reader for " + format + " from " + packagePrefix + "*");
    }
}
