package org.catalogtagger.model.image;

import static org.catalogtagger.model.image.UnreadableImageException.unsupported;

import java.nio.BufferUnderflowException;
import org.catalogtagger.model.image.UnreadableImageException.Reason;

/**
 * Turns the bytes of an image file into the samples of the model's input, 8 bits each. Training and streaming both decode with it,
 * so that a model sees in production what it saw in training.
 *
 * <p>A file is parsed in Java first. That parse says whether it is whole and what it will cost, and chooses how it is
 * decoded; native code sees only what it accepted (why so: {@code src/site/images.md}).
 *
 * <p>Keeps its buffers from image to image, so it is not thread-safe: one decoder a thread.
 */
public final class ImageDecoder {
    private final ImageLimits limits;
    private final Colors colors;
    private final NativeImages nativeImages;
    private final JpegDecoder jpeg;
    private final WebpDecoder webp;

    /** A decoder of whole pictures, resized. */
    public ImageDecoder(ImageSize size, ImageLimits limits) {
        this(Framing.squash(size), limits);
    }

    /** A decoder of pictures framed for a model. */
    public ImageDecoder(Framing framing, ImageLimits limits) {
        this.limits = limits;
        this.colors = framing.size().colors();
        this.nativeImages = new NativeImages(framing);
        this.jpeg = new JpegDecoder(nativeImages, framing);
        this.webp = new WebpDecoder(nativeImages, colors);
    }

    /**
     * Decodes one image, of the formats of {@link ImageFormat}: turned as its EXIF data say, of its colours what the
     * model sees of them, transparency laid over white, framed as the model needs it (averaging over areas where it shrinks).
     * The samples are those of Pillow ({@code ImageOps.exif_transpose}, {@code convert('L')} or {@code convert('RGB')}) but for rounding.
     *
     * @return {@code [channels, height, width]}, each an unsigned byte: gray levels, or red, then green, then blue
     * @throws UnreadableImageException if it is empty, of another format, too large, too costly or damaged
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
        ImageFormat format = ImageFormat.of(encoded)
                .orElseThrow(() -> unsupported("%s by its first bytes, not one of JPEG, PNG, WebP, GIF, BMP and TIFF"
                        .formatted(ImageFormat.nameOfOther(encoded))));
        try {
            return switch (format) {
                case JPEG -> jpeg.decode(encoded, limits);
                case PNG -> framed(PngImage.decode(encoded, limits, colors));
                case WEBP -> webp.decode(encoded, limits);
                case GIF -> framed(GifImage.decode(encoded, limits, colors));
                case BMP -> framed(BmpImage.decode(encoded, limits, colors));
                case TIFF -> framed(TiffImage.decode(encoded, limits, colors));
            };
        } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
            throw new UnreadableImageException(Reason.CORRUPT, "cut off: it ends within its header", e);
        }
    }

    private byte[] framed(Picture picture) {
        return nativeImages.framed(picture);
    }
}
