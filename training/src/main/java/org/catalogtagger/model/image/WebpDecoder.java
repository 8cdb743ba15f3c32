package org.catalogtagger.model.image;

import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_UNCHANGED;

import java.util.Arrays;

/** Decodes a WebP's first picture by libwebp, on its canvas, transparency over white. */
final class WebpDecoder {
    private final NativeImages images;

    WebpDecoder(NativeImages images) {
        this.images = images;
    }

    /** Decodes a file to upright gray levels, framed. */
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
        GrayPicture picture = frame.hasOpacity() ? overWhite(frame) : images.decodedLevels();
        return images.framed(file.orientation().upright(onCanvas(picture, file)));
    }

    private GrayPicture overWhite(WebpFile.Frame frame) {
        byte[] bgra = images.decodedSamples();
        byte[] levels = new byte[frame.width() * frame.height()];
        for (int i = 0, j = 0; i < levels.length; i++, j += 4) {
            int level = Luma.of(bgra[j + 2] & 0xFF, bgra[j + 1] & 0xFF, bgra[j] & 0xFF);
            levels[i] = (byte) (frame.transparent() ? Luma.overWhite(level, bgra[j + 3] & 0xFF) : level);
        }
        return new GrayPicture(frame.width(), frame.height(), levels);
    }

    private static GrayPicture onCanvas(GrayPicture picture, WebpFile file) {
        if (file.fillsCanvas()) {
            return picture;
        }
        byte[] canvas = new byte[file.canvasWidth() * file.canvasHeight()];
        Arrays.fill(canvas, (byte) (file.transparent() ? 255 : 0));
        for (int y = 0; y < picture.height(); y++) {
            int at =
                    (file.frame().top() + y) * file.canvasWidth() + file.frame().left();
            System.arraycopy(picture.levels(), y * picture.width(), canvas, at, picture.width());
        }
        return new GrayPicture(file.canvasWidth(), file.canvasHeight(), canvas);
    }
}
