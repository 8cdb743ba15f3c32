package org.catalogtagger.model.image;

import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;

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
     * @param image samples pixel by pixel, rows without gaps
     * @return samples of the input's size, plane by plane, unsigned bytes
     */
    byte[] frame(Mat image) {
        return planes(framed(image));
    }

    private byte[] framed(Mat image) {
        if (framing.takesWhole(image.cols(), image.rows())) {
            return sized(image, framing.size());
        }
        // Not a copy: pictures may be large.
        return Ground.of(
                        image.createBuffer(),
                        image.cols(),
                        image.rows(),
                        framing.size().colors())
                .map(ground -> placed(image, ground))
                .orElseGet(() -> sized(image, framing.size()));
    }

    private byte[] placed(Mat image, Ground ground) {
        Framing.Placement placement = framing.place(ground, image.cols(), image.rows());
        try (Rect box = new Rect(placement.left(), placement.top(), placement.width(), placement.height());
                Mat part = new Mat(image, box)) {
            return padded(sized(part, placement.target()), placement.target(), ground);
        }
    }

    private byte[] padded(byte[] product, ImageSize from, Ground ground) {
        ImageSize to = framing.size();
        if (from.equals(to)) {
            return product;
        }
        byte[] padded = new byte[to.samples()];
        int channels = to.colors().channels();
        for (int i = 0; i < padded.length; i++) {
            padded[i] = ground.levels().get(i % channels).byteValue();
        }
        int left = (to.width() - from.width()) / 2;
        int top = (to.height() - from.height()) / 2;
        for (int y = 0; y < from.height(); y++) {
            int at = (top + y) * to.width() + left;
            System.arraycopy(product, channels * y * from.width(), padded, channels * at, channels * from.width());
        }
        return padded;
    }

    /** Averages over areas where it shrinks, so that fine detail does not alias. */
    private byte[] sized(Mat image, ImageSize size) {
        if (image.cols() == size.width() && image.rows() == size.height()) {
            // A box' rows have gaps between them.
            image.copyTo(resized);
            return samples(resized);
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
        return samples(resized);
    }

    private static void resize(Mat from, Mat to, int width, int height, int interpolation) {
        try (Size target = new Size(width, height)) {
            opencv_imgproc.resize(from, to, target, 0, 0, interpolation);
        }
    }

    private byte[] samples(Mat image) {
        int channels = framing.size().colors().channels();
        byte[] samples = new byte[Math.multiplyExact(channels, Math.multiplyExact(image.cols(), image.rows()))];
        try (BytePointer data = image.data()) {
            data.get(samples);
        }
        return samples;
    }

    /** From samples pixel by pixel. */
    private byte[] planes(byte[] samples) {
        int channels = framing.size().colors().channels();
        if (channels == 1) {
            return samples;
        }
        int pixels = framing.size().pixels();
        byte[] planes = new byte[samples.length];
        for (int i = 0, pixel = 0; pixel < pixels; pixel++) {
            for (int channel = 0; channel < channels; channel++) {
                planes[channel * pixels + pixel] = samples[i++];
            }
        }
        return planes;
    }
}
