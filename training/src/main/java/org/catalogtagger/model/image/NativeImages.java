package org.catalogtagger.model.image;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.setNumThreads;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_BGR2GRAY;
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
    private final Mat gray = new Mat();
    private final Framer framer;

    NativeImages(Framing framing) {
        this.framer = new Framer(framing);
    }

    /**
     * Decodes a vetted file into the picture that {@link #decodedLevels()} and {@link #framedDecoded} give.
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
            cvtColor(decoded, gray, COLOR_BGR2GRAY);
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
        try (BytePointer data = levels().data()) {
            return data.get((long) decoded.rows() * decoded.cols() - 1) & 0xFF;
        }
    }

    /** The decoded picture's gray levels. */
    GrayPicture decodedLevels() {
        Mat levels = levels();
        return new GrayPicture(levels.cols(), levels.rows(), bytes(levels));
    }

    /** The decoded picture's gray levels, framed. */
    byte[] framedDecoded() {
        return framer.frame(levels());
    }

    private Mat levels() {
        return decoded.channels() < COLOR_CHANNELS ? decoded : gray;
    }

    /** Gray levels, framed. */
    byte[] framed(GrayPicture picture) {
        try (BytePointer levels = new BytePointer(picture.levels());
                Mat image = new Mat(picture.height(), picture.width(), CV_8UC1, levels)) {
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
