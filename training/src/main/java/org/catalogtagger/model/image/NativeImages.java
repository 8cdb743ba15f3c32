package org.catalogtagger.model.image;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.setNumThreads;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_BGR2GRAY;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_BGR2RGB;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_GRAY2RGB;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * What OpenCV does for the decoders: the native part of JPEG and WebP, and framing. It sees only bytes that were vetted in
 * Java, and what it answers is looked at. Its buffers are kept from image to image and freed with the object, so it is not
 * thread-safe.
 */
final class NativeImages {
    static {
        NativeBuffers.configure();
        // One image is far too small to be shared out; the callers are parallel.
        setNumThreads(1);
    }

    private static final int COLOR_CHANNELS = 3;

    private BytePointer input = NativeBuffers.allocate(1 << 16);
    private final Mat decoded = new Mat();

    /** The same with the channels of the model's input, where it has others. */
    private final Mat converted = new Mat();

    private final Colors colors;
    private final Framer framer;

    NativeImages(Framing framing) {
        this.colors = framing.size().colors();
        this.framer = new Framer(framing);
    }

    /**
     * Decodes a vetted file into the picture that {@link #decodedPicture()} and {@link #framedDecoded} give.
     *
     * @param file its bytes, of which the first so many are meant
     * @param flags one of OpenCV's {@code IMREAD_*}
     * @param width which it must have once it is decoded
     * @param height the same
     * @param channels 1, 3 (colours) or 4 (with transparency)
     * @throws UnreadableImageException if OpenCV refuses it, or makes another picture of it
     */
    void decode(byte[] file, int length, int flags, int width, int height, int channels)
            throws UnreadableImageException {
        if (input.capacity() < length) {
            input.close();
            input = NativeBuffers.allocate(Math.max(length, 2 * input.capacity()));
        }
        input.put(file, 0, length);
        wipe(width, height, CV_8UC(channels));
        try (Mat encoded = new Mat(1, length, CV_8UC1, input);
                Mat answer = imdecode(encoded, flags | IMREAD_IGNORE_ORIENTATION, decoded)) {
            if (answer.empty()) {
                throw UnreadableImageException.corrupt("damaged: its decoder refuses it");
            }
        } catch (RuntimeException e) {
            throw new UnreadableImageException(
                    UnreadableImageException.Reason.CORRUPT, "damaged: its decoder refuses it", e);
        }
        if (decoded.cols() != width || decoded.rows() != height || decoded.channels() != channels) {
            throw UnreadableImageException.corrupt("damaged: its decoder makes %dx%d pixels of it, not %dx%d"
                    .formatted(decoded.cols(), decoded.rows(), width, height));
        }
        if (channels == COLOR_CHANNELS) {
            cvtColor(decoded, converted, colors == Colors.GRAY ? COLOR_BGR2GRAY : COLOR_BGR2RGB);
        } else if (channels == 1 && colors == Colors.RGB) {
            cvtColor(decoded, converted, COLOR_GRAY2RGB);
        }
    }

    /** OpenCV leaves unwritten what it cannot decode: there must be nothing of another image there. */
    private void wipe(int width, int height, int type) {
        decoded.create(height, width, type);
        try (BytePointer data = decoded.data()) {
            Pointer.memset(data, 0, (long) width * height * decoded.channels());
        }
    }

    /** The decoded picture's samples as they are, channel by channel within each pixel: blue, green, red, opacity. */
    byte[] decodedSamples() {
        return bytes(decoded);
    }

    /** The gray level of the decoded picture's last pixel. */
    int lastLevel() {
        Mat seen = seen();
        long last = (long) seen.rows() * seen.cols() - 1;
        try (BytePointer data = seen.data()) {
            return colors == Colors.GRAY
                    ? data.get(last) & 0xFF
                    : Colors.luma(
                            data.get(3 * last) & 0xFF, data.get(3 * last + 1) & 0xFF, data.get(3 * last + 2) & 0xFF);
        }
    }

    /** The decoded picture, in the colours of the model's input. */
    Picture decodedPicture() {
        Mat seen = seen();
        return new Picture(seen.cols(), seen.rows(), colors, bytes(seen));
    }

    /** The decoded picture, framed. */
    byte[] framedDecoded() {
        return framer.frame(seen());
    }

    private Mat seen() {
        return decoded.channels() == 1 && colors == Colors.GRAY ? decoded : converted;
    }

    /** A picture in the colours of the model's input, framed. */
    byte[] framed(Picture picture) {
        int type = CV_8UC(picture.colors().channels());
        try (BytePointer samples = new BytePointer(picture.samples());
                Mat image = new Mat(picture.height(), picture.width(), type, samples)) {
            return framer.frame(image);
        }
    }

    private static byte[] bytes(Mat image) {
        byte[] bytes = new byte[image.rows() * image.cols() * image.channels()];
        try (BytePointer data = image.data()) {
            data.get(bytes);
        }
        return bytes;
    }
}
