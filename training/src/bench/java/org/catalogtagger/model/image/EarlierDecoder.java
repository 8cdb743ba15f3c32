package org.catalogtagger.model.image;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_GRAYSCALE;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * What the decoder was before it vetted what it decodes, as the yardstick: the luma channel alone, by OpenCV without a look
 * at what it answers; beyond four megapixels the JDK's reader, every so manieth pixel.
 */
final class EarlierDecoder {
    private static final long MAX_PIXELS_IN_MEMORY = 4_000_000;

    private final ImageSize size;
    private final NativeImages images;
    private final Mat decoded = new Mat();
    private final BytePointer input = NativeBuffers.allocate(16 << 20);
    private final ImageReader jdk = ImageIO.getImageReadersByFormatName("jpeg").next();

    EarlierDecoder(ImageSize size) {
        this.size = size;
        this.images = new NativeImages(Framing.squash(size));
    }

    byte[] everyday(byte[] jpeg) {
        if (frameAt(jpeg) < 0) {
            throw new IllegalArgumentException("no frame header");
        }
        input.put(jpeg, 0, jpeg.length);
        try (Mat encoded = new Mat(1, jpeg.length, CV_8UC1, input)) {
            imdecode(encoded, IMREAD_GRAYSCALE | IMREAD_IGNORE_ORIENTATION, decoded);
        }
        byte[] levels = new byte[decoded.rows() * decoded.cols()];
        try (BytePointer data = decoded.data()) {
            data.get(levels);
        }
        return levels.length == size.pixels()
                ? levels
                : images.framed(new Picture(decoded.cols(), decoded.rows(), Colors.GRAY, levels));
    }

    byte[] large(byte[] jpeg) throws IOException {
        try (MemoryCacheImageInputStream stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(jpeg))) {
            jdk.setInput(stream, true, true);
            long pixels = (long) jdk.getWidth(0) * jdk.getHeight(0);
            int n = (int) Math.ceil(Math.sqrt((double) pixels / MAX_PIXELS_IN_MEMORY));
            ImageReadParam parameters = jdk.getDefaultReadParam();
            parameters.setSourceSubsampling(n, n, 0, 0);
            BufferedImage image = jdk.read(0, parameters);
            byte[] bgr = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
            byte[] gray = new byte[image.getWidth() * image.getHeight()];
            for (int i = 0, j = 0; i < gray.length; i++, j += 3) {
                gray[i] = (byte) Colors.luma(bgr[j + 2] & 0xFF, bgr[j + 1] & 0xFF, bgr[j] & 0xFF);
            }
            return images.framed(new Picture(image.getWidth(), image.getHeight(), Colors.GRAY, gray));
        }
    }

    private static int frameAt(byte[] jpeg) {
        int at = 2;
        while (at + 10 <= jpeg.length && (jpeg[at] & 0xFF) == 0xFF) {
            int kind = jpeg[at + 1] & 0xFF;
            if (kind == 0xC0 || kind == 0xC2) {
                return at;
            }
            at += 2 + ((jpeg[at + 2] & 0xFF) << 8 | (jpeg[at + 3] & 0xFF));
        }
        return -1;
    }
}
