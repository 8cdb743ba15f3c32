package org.catalogtagger.training.fit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.catalogtagger.model.ImageSize;
import org.junit.jupiter.api.Test;

class AugmenterTest {
    private static final ImageSize SIZE = new ImageSize(3, 2);

    private final SplittableRandom random = new SplittableRandom(1);

    @Test
    void mirrorsAboutHalf() {
        Augmenter augmenter = new Augmenter(new Augmentation(true, 0, 0.0, 0.0), SIZE);
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
    void shiftsInEveryDirectionAndFillsWithTheBorder() {
        Augmenter augmenter = new Augmenter(new Augmentation(false, 1, 0.0, 0.0), SIZE);
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 500; i++) {
            byte[] pixels = {1, 2, 3, 4, 5, 6};
            augmenter.vary(pixels, random);
            seen.add(Arrays.toString(pixels));
        }
        assertThat(seen)
                .hasSize(9)
                .contains("[1, 2, 3, 4, 5, 6]", "[1, 1, 2, 4, 4, 5]", "[2, 3, 3, 5, 6, 6]", "[4, 5, 6, 4, 5, 6]");
    }

    @Test
    void erasesARectangleInSomeImages() {
        ImageSize size = new ImageSize(30, 40);
        Augmenter augmenter = new Augmenter(new Augmentation(false, 0, 0.5, 0.0), size);
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
        Augmenter augmenter = new Augmenter(new Augmentation(false, 0, 0.0, 0.2), SIZE);
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

    @Test
    void leavesImagesAloneIfNothingIsAskedFor() {
        Augmenter augmenter = new Augmenter(new Augmentation(false, 0, 0.0, 0.0), SIZE);
        byte[] pixels = {1, 2, 3, 4, 5, 6};
        augmenter.vary(pixels, random);
        assertThat(pixels).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(augmenter.mixWeight(random)).isEqualTo(1);
    }
}
