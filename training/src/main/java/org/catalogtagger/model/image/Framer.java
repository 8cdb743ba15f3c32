package org.catalogtagger.model.image;

import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;

import java.util.Arrays;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Size;

/** Brings pictures to the model's input as a {@link Framing} says. Keeps a buffer, so it is not thread-safe. */
final class Framer {
    private final Framing framing;
    private final Mat between = new Mat();
    private final Mat resized = new Mat();

    Framer(Framing framing) {
        this.framing = framing;
    }

    /**
     * Frames a picture.
     *
     * @param image gray levels, rows without gaps
     * @return gray levels of the input's size, row by row, unsigned bytes
     */
    byte[] frame(Mat image) {
        if (framing.takesWhole(image.cols(), image.rows())) {
            return sized(image, framing.size());
        }
        return Ground.of(levels(image), image.cols(), image.rows())
                .map(ground -> placed(image, ground))
                .orElseGet(() -> sized(image, framing.size()));
    }

    private byte[] placed(Mat image, Ground ground) {
        Framing.Placement placement = framing.place(ground, image.cols(), image.rows());
        try (Rect box = new Rect(placement.left(), placement.top(), placement.width(), placement.height());
                Mat part = new Mat(image, box)) {
            return padded(sized(part, placement.target()), placement.target(), (byte) ground.level());
        }
    }

    private byte[] padded(byte[] product, ImageSize from, byte level) {
        ImageSize to = framing.size();
        if (from.equals(to)) {
            return product;
        }
        byte[] padded = new byte[to.pixels()];
        Arrays.fill(padded, level);
        int left = (to.width() - from.width()) / 2;
        int top = (to.height() - from.height()) / 2;
        for (int y = 0; y < from.height(); y++) {
            System.arraycopy(product, y * from.width(), padded, (top + y) * to.width() + left, from.width());
        }
        return padded;
    }

    /** Averages over areas where it shrinks, so that fine detail does not alias. */
    private byte[] sized(Mat image, ImageSize size) {
        if (image.cols() == size.width() && image.rows() == size.height()) {
            // A box' rows have gaps between them.
            image.copyTo(resized);
            return levels(resized);
        }
        int width = Math.min(image.cols(), size.width());
        int height = Math.min(image.rows(), size.height());
        boolean grows = width < size.width() || height < size.height();
        Mat smaller = image;
        if (width < image.cols() || height < image.rows()) {
            // Where the other side is to grow, OpenCV would not average at all.
            smaller = grows ? between : resized;
            resize(image, smaller, width, height, INTER_AREA);
        }
        if (grows) {
            resize(smaller, resized, size.width(), size.height(), INTER_LINEAR);
        }
        return levels(resized);
    }

    private static void resize(Mat from, Mat to, int width, int height, int interpolation) {
        try (Size target = new Size(width, height)) {
            opencv_imgproc.resize(from, to, target, 0, 0, interpolation);
        }
    }

    private static byte[] levels(Mat image) {
        byte[] levels = new byte[Math.multiplyExact(image.cols(), image.rows())];
        try (BytePointer data = image.data()) {
            data.get(levels);
        }
        return levels;
    }
}
