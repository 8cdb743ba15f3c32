package org.catalogtagger.model.image;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.setNumThreads;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_GRAYSCALE;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import java.util.Optional;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * What OpenCV does for the decoder: JPEG at libjpeg-turbo's pace, and resizing. Its buffers are kept from image to image
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
    private final Mat resized = new Mat();

    /**
     * The luma channel of a JPEG, read without going through colours, in the stored orientation, resized.
     *
     * @param jpeg vetted by {@link JpegHeader}: OpenCV itself would read a dozen formats
     * @return the gray levels; empty if libjpeg calls the file damaged
     */
    Optional<byte[]> decodeJpeg(byte[] jpeg, ImageSize size) {
        if (input.capacity() < jpeg.length) {
            input.close();
            input = NativeBuffers.allocate(jpeg.length);
        }
        input.put(jpeg, 0, jpeg.length);
        try (Mat encoded = new Mat(1, jpeg.length, CV_8UC1, input)) {
            imdecode(encoded, IMREAD_GRAYSCALE | IMREAD_IGNORE_ORIENTATION, decoded);
        }
        return decoded.empty() ? Optional.empty() : Optional.of(sized(decoded, size));
    }

    /** Resizes gray levels. */
    byte[] resized(byte[] gray, int width, int height, ImageSize size) {
        try (BytePointer levels = new BytePointer(gray);
                Mat image = new Mat(height, width, CV_8UC1, levels)) {
            return sized(image, size);
        }
    }

    /** Averages over areas where it shrinks, so that fine detail does not alias. */
    private byte[] sized(Mat image, ImageSize size) {
        if (image.cols() == size.width() && image.rows() == size.height()) {
            return levels(image, size);
        }
        boolean shrinks = image.cols() > size.width() || image.rows() > size.height();
        try (Size target = new Size(size.width(), size.height())) {
            resize(image, resized, target, 0, 0, shrinks ? INTER_AREA : INTER_LINEAR);
        }
        return levels(resized, size);
    }

    private static byte[] levels(Mat image, ImageSize size) {
        byte[] levels = new byte[size.pixels()];
        try (BytePointer data = image.data()) {
            data.get(levels);
        }
        return levels;
    }
}
