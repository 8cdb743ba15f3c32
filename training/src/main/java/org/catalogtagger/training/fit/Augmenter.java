package org.catalogtagger.training.fit;

import static org.bytedeco.opencv.global.opencv_core.BORDER_REPLICATE;
import static org.bytedeco.opencv.global.opencv_core.CV_64FC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.WARP_INVERSE_MAP;
import static org.bytedeco.opencv.global.opencv_imgproc.warpAffine;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;
import org.catalogtagger.model.image.ImageSize;

/** Varies one image after another as an {@link Augmentation} says, with buffers that it keeps; not thread-safe. */
final class Augmenter implements AutoCloseable {
    private static final double SMALLEST_ERASED = 0.02;
    private static final double LARGEST_ERASED = 0.2;
    private static final double FLATTEST = 0.3;

    private final Augmentation settings;
    private final ImageSize size;
    private final BytePointer levels;
    private final Mat image;
    private final DoublePointer sources = new DoublePointer(6);
    private final Mat map = new Mat(2, 3, CV_64FC1, sources);
    private final Mat warped = new Mat();
    private final Size dimensions;
    private final Scalar unused = new Scalar();

    Augmenter(Augmentation settings, ImageSize size) {
        this.settings = settings;
        this.size = size;
        this.levels = new BytePointer(size.pixels());
        this.image = new Mat(size.height(), size.width(), CV_8UC1, levels);
        this.dimensions = new Size(size.width(), size.height());
    }

    /** Changes an image's gray levels in place. */
    void vary(byte[] pixels, SplittableRandom random) {
        if (settings.flip() && random.nextBoolean()) {
            mirror(pixels);
        }
        if (settings.shift() > 0 || settings.scale() > 0 || settings.rotation() > 0) {
            warp(pixels, random);
        }
        if (settings.erase() > 0 && random.nextDouble() < settings.erase()) {
            erase(pixels, random);
        }
    }

    /** The weight of an image against the one that it is mixed with, 0 to 1. */
    double mixWeight(SplittableRandom random) {
        return settings.mixup() == 0 ? 1 : beta(settings.mixup(), random);
    }

    private void mirror(byte[] pixels) {
        for (int row = 0; row < pixels.length; row += size.width()) {
            for (int left = row, right = row + size.width() - 1; left < right; left++, right--) {
                byte level = pixels[left];
                pixels[left] = pixels[right];
                pixels[right] = level;
            }
        }
    }

    /** Moves, stretches and turns about the centre. */
    private void warp(byte[] pixels, SplittableRandom random) {
        double angle = Math.toRadians(symmetric(settings.rotation(), random));
        double stretchX = Math.exp(symmetric(settings.scale(), random));
        double stretchY = Math.exp(symmetric(settings.scale(), random));
        double centreX = (size.width() - 1) / 2.0;
        double centreY = (size.height() - 1) / 2.0;
        double fromX = centreX + symmetric(settings.shift(), random);
        double fromY = centreY + symmetric(settings.shift(), random);
        double xOfX = Math.cos(angle) / stretchX;
        double xOfY = Math.sin(angle) / stretchX;
        double yOfX = -Math.sin(angle) / stretchY;
        double yOfY = Math.cos(angle) / stretchY;
        sources.put(xOfX, xOfY, fromX - xOfX * centreX - xOfY * centreY);
        sources.position(3).put(yOfX, yOfY, fromY - yOfX * centreX - yOfY * centreY);
        sources.position(0);
        levels.put(pixels);
        warpAffine(image, warped, map, dimensions, INTER_LINEAR | WARP_INVERSE_MAP, BORDER_REPLICATE, unused);
        try (BytePointer result = warped.data()) {
            result.get(pixels);
        }
    }

    private static double symmetric(double most, SplittableRandom random) {
        return most * (2 * random.nextDouble() - 1);
    }

    private void erase(byte[] pixels, SplittableRandom random) {
        double area = size.pixels() * random.nextDouble(SMALLEST_ERASED, LARGEST_ERASED);
        double ratio = Math.exp(random.nextDouble(Math.log(FLATTEST), -Math.log(FLATTEST)));
        int width = (int) Math.max(1, Math.min(size.width(), Math.round(Math.sqrt(area * ratio))));
        int height = (int) Math.max(1, Math.min(size.height(), Math.round(Math.sqrt(area / ratio))));
        int left = random.nextInt(size.width() - width + 1);
        int top = random.nextInt(size.height() - height + 1);
        byte gray = (byte) random.nextInt(256);
        for (int y = top; y < top + height; y++) {
            Arrays.fill(pixels, y * size.width() + left, y * size.width() + left + width, gray);
        }
    }

    /** A draw from Beta(a, a) by the method of Jöhnk (1964), which suits the small parameters of mixup. */
    private static double beta(double a, SplittableRandom random) {
        while (true) {
            double x = Math.pow(random.nextDouble(), 1 / a);
            double y = Math.pow(random.nextDouble(), 1 / a);
            if (x + y <= 1 && x + y > 0) {
                return x / (x + y);
            }
        }
    }

    @Override
    public void close() {
        List.of(levels, image, sources, map, warped, dimensions, unused).forEach(Pointer::close);
    }
}
