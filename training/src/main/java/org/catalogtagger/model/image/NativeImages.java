package org.catalogtagger.model.image;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.setNumThreads;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_GRAYSCALE;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;

import java.util.Optional;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * What OpenCV does for the decoder: JPEG at libjpeg-turbo's pace, and framing. Its buffers are kept from image to image
 * and freed with the object, so it is not thread-safe.
 */
final class NativeImages {
    static {
        NativeBuffers.configure();
        // One image is far too small to be shared out; the callers are parallel.
        setNumThreads(1);
    }

    private BytePointer input = NativeBuffers.allocate(1 << 16);
    private final Mat decoded = new Mat();
    private final Framer framer;

    NativeImages(Framing framing) {
        this.framer = new Framer(framing);
    }

    /**
     * The luma channel of a JPEG, read without going through colours, in the stored orientation, framed.
     *
     * @param jpeg vetted by {@link JpegHeader}: OpenCV itself would read a dozen formats
     * @return the gray levels; empty if libjpeg calls the file damaged
     */
    Optional<byte[]> decodeJpeg(byte[] jpeg) {
        if (input.capacity() < jpeg.length) {
            input.close();
            input = NativeBuffers.allocate(jpeg.length);
        }
        input.put(jpeg, 0, jpeg.length);
        try (Mat encoded = new Mat(1, jpeg.length, CV_8UC1, input)) {
            imdecode(encoded, IMREAD_GRAYSCALE | IMREAD_IGNORE_ORIENTATION, decoded);
        }
        return decoded.empty() ? Optional.empty() : Optional.of(framer.frame(decoded));
    }

    /** Frames gray levels. */
    byte[] framed(byte[] gray, int width, int height) {
        try (BytePointer levels = new BytePointer(gray);
                Mat image = new Mat(height, width, CV_8UC1, levels)) {
            return framer.frame(image);
        }
    }
}
