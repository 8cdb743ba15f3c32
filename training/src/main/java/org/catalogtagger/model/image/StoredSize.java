package org.catalogtagger.model.image;

import static org.catalogtagger.model.image.UnreadableImageException.unsupported;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.catalogtagger.model.image.UnreadableImageException.Reason;

/**
 * How large the picture of an image file is, as it is stored: before it is turned or framed.
 *
 * @param width in pixels
 * @param height in pixels
 */
public record StoredSize(int width, int height) {
    private static final int TIFF_WIDTH = 256;
    private static final int TIFF_HEIGHT = 257;

    /**
     * What a file states, of which the picture is not decoded.
     *
     * @throws UnreadableImageException if it states nothing
     */
    public static StoredSize of(byte[] encoded, ImageLimits limits) throws UnreadableImageException {
        ImageFormat format = ImageFormat.of(encoded).orElseThrow(() -> unsupported(ImageFormat.nameOfOther(encoded)));
        try {
            return switch (format) {
                case JPEG -> {
                    JpegFrame frame = JpegFile.parse(encoded, limits).frame();
                    yield new StoredSize(frame.width(), frame.height());
                }
                case WEBP -> {
                    WebpFile file = WebpFile.parse(encoded, limits);
                    yield new StoredSize(file.canvasWidth(), file.canvasHeight());
                }
                case PNG -> {
                    ByteBuffer header = PngChunks.read(encoded).header();
                    yield new StoredSize(header.getInt(header.position()), header.getInt(header.position() + 4));
                }
                case GIF -> GifImage.screen(encoded);
                case BMP -> BmpImage.stated(encoded, limits);
                case TIFF -> {
                    TiffDirectory directory = TiffDirectory.read(TiffDirectory.inItsOrder(encoded));
                    yield new StoredSize(
                            Math.toIntExact(directory.number(TIFF_WIDTH, 0)),
                            Math.toIntExact(directory.number(TIFF_HEIGHT, 0)));
                }
            };
        } catch (BufferUnderflowException | IndexOutOfBoundsException | ArithmeticException e) {
            throw new UnreadableImageException(Reason.CORRUPT, "cut off: it ends within its header", e);
        }
    }

    /** {@code 60x80}. */
    @Override
    public String toString() {
        return width + "x" + height;
    }
}
