package org.catalogtagger.training.fit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.catalogtagger.model.image.Colors;
import org.catalogtagger.model.image.ImageSize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AugmenterTest {
    private static final ImageSize SIZE = new ImageSize(3, 2);

    private final SplittableRandom random = new SplittableRandom(1);

    @Test
    void mirrorsAboutHalf() {
        Augmenter augmenter = started(new Augmentation(true, 0.0, 0.0, 0.0, 0.0, 0.0), SIZE);
        int mirrored = 0;
        for (int i = 0; i < 1000; i++) {
            byte[] pixels = {1, 2, 3, 4, 5, 6};
            augmenter.vary(pixels, random);
            assertThat(pixels).isIn(new byte[] {1, 2, 3, 4, 5, 6}, new byte[] {3, 2, 1, 6, 5, 4});
            mirrored += pixels[0] == 3 ? 1 : 0;
        }
        assertThat(mirrored).isBetween(400, 600);
    }

    @Test
    void shiftsByPartsOfAPixelAndFillsWithTheBorder() {
        Augmenter augmenter = started(new Augmentation(false, 1.0, 0.0, 0.0, 0.0, 0.0), SIZE);
        double sum = 0;
        for (int i = 0; i < 5000; i++) {
            byte[] pixels = {0, 60, 120, 0, 60, 120};
            augmenter.vary(pixels, random);
            // The middle pixel comes from a place up to one pixel beside, on a slope of 60 levels a pixel.
            assertThat(pixels[1]).isBetween((byte) 0, (byte) 120).isEqualTo(pixels[4]);
            assertThat(pixels[0]).isBetween((byte) 0, (byte) 60);
            assertThat(pixels[2]).isBetween((byte) 60, (byte) 120);
            sum += pixels[1];
        }
        assertThat(sum / 5000).isBetween(57.0, 63.0);
    }

    @Test
    void stretchesAndTurnsAboutTheCentre() {
        ImageSize size = new ImageSize(21, 21);
        byte[] square = new byte[size.pixels()];
        for (int y = 5; y <= 15; y++) {
            Arrays.fill(square, 21 * y + 5, 21 * y + 16, (byte) 100);
        }
        Augmenter stretch = started(new Augmentation(false, 0.0, 0.3, 0.0, 0.0, 0.0), size);
        Augmenter turn = started(new Augmentation(false, 0.0, 0.0, 10.0, 0.0, 0.0), size);
        double smallest = Double.MAX_VALUE;
        double largest = 0;
        for (int i = 0; i < 2000; i++) {
            byte[] stretched = square.clone();
            stretch.vary(stretched, random);
            assertThat(stretched[21 * 10 + 10]).isEqualTo((byte) 100);
            smallest = Math.min(smallest, area(stretched));
            largest = Math.max(largest, area(stretched));
            byte[] turned = square.clone();
            turn.vary(turned, random);
            assertThat(area(turned)).isBetween(117.0, 125.0);
            assertThat(turned[21 * 10 + 10]).isEqualTo((byte) 100);
        }
        // The square is 11 pixels wide and high, and either is stretched by up to exp(0.3).
        assertThat(smallest).isBetween(121 / Math.exp(0.6) - 3, 121 / Math.exp(0.5));
        assertThat(largest).isBetween(121 * Math.exp(0.5), 121 * Math.exp(0.6) + 3);
    }

    /** With ways to move images that are many enough to find the extremes among them. */
    private Augmenter started(Augmentation settings, ImageSize size) {
        Augmenter augmenter = new Augmenter(settings, size);
        augmenter.start(random, 2000);
        return augmenter;
    }

    private static double area(byte[] pixels) {
        double sum = 0;
        for (byte pixel : pixels) {
            sum += pixel;
        }
        return sum / 100;
    }

    @Test
    void thePlanesOfAnImageMoveTogether() {
        ImageSize size = new ImageSize(9, 7, Colors.RGB);
        Augmenter augmenter = started(new Augmentation(true, 2.0, 0.2, 10.0, 0.0, 0.0), size);
        for (int i = 0; i < 200; i++) {
            byte[] plane = new byte[size.pixels()];
            for (int pixel = 0; pixel < plane.length; pixel++) {
                plane[pixel] = (byte) random.nextInt(256);
            }
            byte[] samples = new byte[size.samples()];
            for (int at = 0; at < samples.length; at++) {
                samples[at] = plane[at % plane.length];
            }
            augmenter.vary(samples, random);
            byte[] red = Arrays.copyOf(samples, plane.length);
            assertThat(red).isNotEqualTo(plane);
            assertThat(Arrays.copyOfRange(samples, plane.length, 2 * plane.length))
                    .isEqualTo(red);
            assertThat(Arrays.copyOfRange(samples, 2 * plane.length, samples.length))
                    .isEqualTo(red);
        }
    }

    @Test
    void erasesARectangleInSomeImages() {
        ImageSize size = new ImageSize(30, 40);
        Augmenter augmenter = started(new Augmentation(false, 0.0, 0.0, 0.0, 0.5, 0.0), size);
        int erased = 0;
        for (int i = 0; i < 400; i++) {
            byte[] pixels = new byte[size.pixels()];
            Arrays.fill(pixels, (byte) 77);
            augmenter.vary(pixels, random);
            int changed = 0;
            for (byte pixel : pixels) {
                changed += pixel == 77 ? 0 : 1;
            }
            assertThat(changed).isLessThan((int) (0.25 * size.pixels()));
            erased += changed > 0 ? 1 : 0;
        }
        assertThat(erased).isBetween(150, 250);
    }

    @Test
    void mixesByABetaDistribution() {
        Augmenter augmenter = started(new Augmentation(false, 0.0, 0.0, 0.0, 0.0, 0.2), SIZE);
        double sum = 0;
        double squares = 0;
        int draws = 20_000;
        for (int i = 0; i < draws; i++) {
            double weight = augmenter.mixWeight(random);
            assertThat(weight).isBetween(0.0, 1.0);
            sum += weight;
            squares += weight * weight;
        }
        double mean = sum / draws;
        assertThat(mean).isBetween(0.48, 0.52);
        // The variance of Beta(a, a) is 1 / (4 (2 a + 1)).
        assertThat(squares / draws - mean * mean).isBetween(0.17, 0.187);
    }

    /** Jöhnk's method would accept one in 10^11 draws of a 20. */
    @ParameterizedTest
    @ValueSource(doubles = {1e-12, 0.001, 0.2, 0.5, 1, 1.5, 8, 20, 1000})
    void betasVarianceIsThatOfItsParameter(double a) {
        SplittableRandom draws = new SplittableRandom(3);
        double[] weights = DoubleStream.generate(() -> Augmenter.beta(a, draws))
                .limit(20_000)
                .toArray();
        assertThat(DoubleStream.of(weights)).allMatch(weight -> weight >= 0 && weight <= 1);
        double mean = DoubleStream.of(weights).average().orElseThrow();
        double variance = DoubleStream.of(weights)
                .map(w -> (w - mean) * (w - mean))
                .average()
                .orElseThrow();
        assertThat(mean).isBetween(0.485, 0.515);
        assertThat(variance * 4 * (2 * a + 1)).isBetween(0.95, 1.05);
    }

    @Test
    void leavesImagesAloneIfNothingIsAskedFor() {
        Augmenter augmenter = started(new Augmentation(false, 0.0, 0.0, 0.0, 0.0, 0.0), SIZE);
        byte[] pixels = {1, 2, 3, 4, 5, 6};
        augmenter.vary(pixels, random);
        assertThat(pixels).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(augmenter.mixWeight(random)).isEqualTo(1);
    }
}
