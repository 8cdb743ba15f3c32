package org.catalogtagger.training.fit;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.catalogtagger.model.ImageSize;

/** Varies one image after another as an {@link Augmentation} says. */
final class Augmenter {
    private static final double SMALLEST_ERASED = 0.02;
    private static final double LARGEST_ERASED = 0.2;
    private static final double FLATTEST = 0.3;

    private final Augmentation settings;
    private final ImageSize size;
    private final byte[] shifted;

    Augmenter(Augmentation settings, ImageSize size) {
        this.settings = settings;
        this.size = size;
        this.shifted = new byte[size.pixels()];
    }

    /** Changes an image's gray levels in place. */
    void vary(byte[] pixels, SplittableRandom random) {
        if (settings.flip() && random.nextBoolean()) {
            mirror(pixels);
        }
        if (settings.shift() > 0) {
            int span = 2 * settings.shift() + 1;
            shift(pixels, random.nextInt(span) - settings.shift(), random.nextInt(span) - settings.shift());
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

    private void shift(byte[] pixels, int dx, int dy) {
        int width = size.width();
        int height = size.height();
        for (int y = 0; y < height; y++) {
            int from = Math.max(0, Math.min(height - 1, y - dy)) * width;
            for (int x = 0; x < width; x++) {
                shifted[y * width + x] = pixels[from + Math.max(0, Math.min(width - 1, x - dx))];
            }
        }
        System.arraycopy(shifted, 0, pixels, 0, pixels.length);
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
}
