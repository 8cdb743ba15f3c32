package org.catalogtagger.model.image;

import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_UNCHANGED;

import java.util.Arrays;

/** Decodes a WebP's first picture by libwebp, on its canvas, transparency over white. */
final class WebpDecoder {
    private final NativeImages images;
    private final Colors colors;

    WebpDecoder(NativeImages images, Colors colors) {
        this.images = images;
        this.colors = colors;
    }

    /** Decodes a file to an upright picture, framed. */
    byte[] decode(byte[] webp, ImageLimits limits) throws UnreadableImageException {
        WebpFile file = WebpFile.parse(webp, limits);
        WebpFile.Frame frame = file.frame();
        byte[] still = file.still();
        int channels = frame.hasOpacity() ? 4 : 3;
        int flags = frame.hasOpacity() ? IMREAD_UNCHANGED : IMREAD_COLOR;
        images.decode(still, still.length, flags, frame.width(), frame.height(), channels);
        if (!frame.hasOpacity() && file.isPlain()) {
            return images.framedDecoded();
        }
        Picture picture = frame.hasOpacity() ? overWhite(frame) : images.decodedPicture();
        return images.framed(file.orientation().upright(onCanvas(picture, file)));
    }

    private Picture overWhite(WebpFile.Frame frame) {
        byte[] bgra = images.decodedSamples();
        int pixels = frame.width() * frame.height();
        byte[] samples = new byte[colors.channels() * pixels];
        for (int i = 0, j = 0; i < pixels; i++, j += 4) {
            int opacity = frame.transparent() ? bgra[j + 3] & 0xFF : 255;
            colors.put(bgra[j + 2] & 0xFF, bgra[j + 1] & 0xFF, bgra[j] & 0xFF, opacity, samples, i);
        }
        return new Picture(frame.width(), frame.height(), colors, samples);
    }

    private static Picture onCanvas(Picture picture, WebpFile file) {
        if (file.fillsCanvas()) {
            return picture;
        }
        int channels = picture.colors().channels();
        byte[] canvas = new byte[channels * file.canvasWidth() * file.canvasHeight()];
        Arrays.fill(canvas, (byte) (file.transparent() ? 255 : 0));
        for (int y = 0; y < picture.height(); y++) {
            int at =
                    (file.frame().top() + y) * file.canvasWidth() + file.frame().left();
            System.arraycopy(
                    picture.samples(),
                    channels * y * picture.width(),
                    canvas,
                    channels * at,
                    channels * picture.width());
        }
        return new Picture(file.canvasWidth(), file.canvasHeight(), picture.colors(), canvas);
    }
}
