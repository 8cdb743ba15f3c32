package org.catalogtagger.training.fit;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.catalogtagger.model.image.ImageSize;

/**
 * Varies one image after another as an {@link Augmentation} says, with buffers that it keeps; not thread-safe.
 *
 * <p>How images can be moved, stretched, turned and mirrored is drawn for each epoch, some hundred ways of it, and each
 * image takes one of those: to work one out costs twice what it costs to apply it. An epoch of 32,924 images of 30x40 takes
 * 0.20 s to prepare, 0.33 with a way worked out for each image, and more with OpenCV's {@code warpAffine}; each tenth of a second
 * costs the network, which needs all cores, 4 % ({@code deploy/bin/bench training-epoch}).
 */
final class Augmenter {
    /** Ways to move an image that are drawn at once: those of 30x40 take 5 MB. */
    private static final int MOST_MAPS = 512;

    private static final int FEWEST_MAPS = 16;
    private static final int PIXELS_OF_MAPS = 1 << 20;

    private static final double SMALLEST_ERASED = 0.02;
    private static final double LARGEST_ERASED = 0.2;
    private static final double FLATTEST = 0.3;

    private final Augmentation settings;
    private final ImageSize size;
    private final AffineWarp warp;
    private List<AffineMap> maps = List.of();

    Augmenter(Augmentation settings, ImageSize size) {
        this.settings = settings;
        this.size = size;
        this.warp = new AffineWarp(size);
    }

    /**
     * Draws how images can be moved, which they are from now on. Before the first image, and with each epoch.
     *
     * @param images that will be varied, about: no more ways are drawn than twice as many
     */
    void start(SplittableRandom random, int images) {
        int count = Math.min(2 * images, Math.max(FEWEST_MAPS, Math.min(MOST_MAPS, PIXELS_OF_MAPS / size.pixels())));
        maps = moves()
                ? IntStream.range(0, count)
                        .mapToObj(i -> draw(settings.flip() && i % 2 == 1, random))
                        .toList()
                : List.of();
    }

    private boolean moves() {
        return settings.flip() || settings.shift() > 0 || settings.scale() > 0 || settings.rotation() > 0;
    }

    /** Changes an image's samples in place. */
    void vary(byte[] samples, SplittableRandom random) {
        if (!maps.isEmpty()) {
            warp.apply(maps.get(random.nextInt(maps.size())), samples);
        }
        if (settings.erase() > 0 && random.nextDouble() < settings.erase()) {
            erase(samples, random);
        }
    }

    /** The weight of an image against the one that it is mixed with, 0 to 1. */
    double mixWeight(SplittableRandom random) {
        return settings.mixup() == 0 ? 1 : beta(settings.mixup(), random);
    }

    /** Moves, stretches and turns about the centre, and mirrors left to right or not. */
    private AffineMap draw(boolean mirrored, SplittableRandom random) {
        double angle = Math.toRadians(symmetric(settings.rotation(), random));
        double stretchX = Math.exp(symmetric(settings.scale(), random));
        double stretchY = Math.exp(symmetric(settings.scale(), random));
        double side = mirrored ? -1 : 1;
        double centreX = (size.width() - 1) / 2.0;
        double centreY = (size.height() - 1) / 2.0;
        double fromX = centreX + symmetric(settings.shift(), random);
        double fromY = centreY + symmetric(settings.shift(), random);
        double xOfX = side * Math.cos(angle) / stretchX;
        double xOfY = side * Math.sin(angle) / stretchX;
        double yOfX = -Math.sin(angle) / stretchY;
        double yOfY = Math.cos(angle) / stretchY;
        double x0 = fromX - xOfX * centreX - xOfY * centreY;
        double y0 = fromY - yOfX * centreX - yOfY * centreY;
        return new AffineMap(size, xOfX, xOfY, x0, yOfX, yOfY, y0);
    }

    private static double symmetric(double most, SplittableRandom random) {
        return most * (2 * random.nextDouble() - 1);
    }

    private void erase(byte[] samples, SplittableRandom random) {
        double area = size.pixels() * random.nextDouble(SMALLEST_ERASED, LARGEST_ERASED);
        double ratio = Math.exp(random.nextDouble(Math.log(FLATTEST), -Math.log(FLATTEST)));
        int width = (int) Math.max(1, Math.min(size.width(), Math.round(Math.sqrt(area * ratio))));
        int height = (int) Math.max(1, Math.min(size.height(), Math.round(Math.sqrt(area / ratio))));
        int left = random.nextInt(size.width() - width + 1);
        int top = random.nextInt(size.height() - height + 1);
        for (int plane = 0; plane < samples.length; plane += size.pixels()) {
            byte level = (byte) random.nextInt(256);
            for (int y = top; y < top + height; y++) {
                int from = plane + y * size.width() + left;
                Arrays.fill(samples, from, from + width, level);
            }
        }
    }

    /**
     * A draw from Beta(a, a): by the method of Jöhnk (1964), which suits the small parameters of mixup, and where a is above 1, so
     * that it would hardly ever accept, as of two gamma variables.
     */
    static double beta(double a, SplittableRandom random) {
        if (a > 1) {
            double x = gamma(a, random);
            return x / (x + gamma(a, random));
        }
        while (true) {
            double one = random.nextDouble();
            double other = random.nextDouble();
            double x = Math.pow(one, 1 / a);
            double y = Math.pow(other, 1 / a);
            if (x + y == 0) {
                // Of a small a both are too small for a double, not so what they are of each other.
                return 1 / (1 + Math.exp((Math.log(other) - Math.log(one)) / a));
            }
            if (x + y <= 1) {
                return x / (x + y);
            }
        }
    }

    /** A draw from Gamma(a, 1), for an a from 1 on: Marsaglia and Tsang, A Simple Method for Generating Gamma Variables, 2000. */
    private static double gamma(double a, SplittableRandom random) {
        double d = a - 1.0 / 3;
        double c = 1 / Math.sqrt(9 * d);
        while (true) {
            double normal = random.nextGaussian();
            double v = Math.pow(1 + c * normal, 3);
            if (v > 0 && Math.log(1 - random.nextDouble()) < normal * normal / 2 + d * (1 - v + Math.log(v))) {
                return d * v;
            }
        }
    }
}
