package org.catalogtagger.training.fit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.catalogtagger.model.image.ImageSize;
import org.junit.jupiter.api.Test;

class AffineWarpTest {
    @Property
    void isWithinALevelOfBilinearInterpolation(
            @ForAll @IntRange(min = 1, max = 40) int width,
            @ForAll @IntRange(min = 1, max = 40) int height,
            @ForAll @DoubleRange(min = -3, max = 3) double xOfX,
            @ForAll @DoubleRange(min = -3, max = 3) double xOfY,
            @ForAll @DoubleRange(min = -60, max = 60) double x0,
            @ForAll @DoubleRange(min = -3, max = 3) double yOfX,
            @ForAll @DoubleRange(min = -3, max = 3) double yOfY,
            @ForAll @DoubleRange(min = -60, max = 60) double y0,
            @ForAll Random random) {
        byte[] before = new byte[width * height];
        random.nextBytes(before);
        byte[] after = before.clone();

        warp(width, height, after, xOfX, xOfY, x0, yOfX, yOfY, y0);

        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                double exact = bilinear(before, width, height, xOfX * x + xOfY * y + x0, yOfX * x + yOfY * y + y0);
                // Weights of 8 bits: up to 1/256 off either way, of up to 255 levels in each direction; half for
                // rounding.
                assertThat((double) (after[y * width + x] & 0xFF)).isBetween(exact - 2.5, exact + 2.5);
            }
        }
    }

    private static void warp(int width, int height, byte[] pixels, double... coefficients) {
        ImageSize size = new ImageSize(width, height);
        double[] c = coefficients;
        new AffineWarp(size).apply(new AffineMap(size, c[0], c[1], c[2], c[3], c[4], c[5]), pixels);
    }

    private static double bilinear(byte[] pixels, int width, int height, double anyX, double anyY) {
        double x = Math.max(0, Math.min(width - 1, anyX));
        double y = Math.max(0, Math.min(height - 1, anyY));
        int left = (int) x;
        int top = (int) y;
        int right = Math.min(left + 1, width - 1);
        int bottom = Math.min(top + 1, height - 1);
        double above =
                level(pixels, top * width + left) * (left + 1 - x) + level(pixels, top * width + right) * (x - left);
        double below = level(pixels, bottom * width + left) * (left + 1 - x)
                + level(pixels, bottom * width + right) * (x - left);
        return above * (top + 1 - y) + below * (y - top);
    }

    private static int level(byte[] pixels, int i) {
        return pixels[i] & 0xFF;
    }

    @Property
    void movesByWholePixelsExactly(
            @ForAll @IntRange(min = -50, max = 50) int right,
            @ForAll @IntRange(min = -50, max = 50) int down,
            @ForAll Random random) {
        int width = 30;
        int height = 40;
        byte[] before = new byte[width * height];
        random.nextBytes(before);
        byte[] after = before.clone();

        warp(width, height, after, -1, 0, width - 1 - right, 0, 1, down);

        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int fromX = Math.max(0, Math.min(width - 1, width - 1 - x - right));
                int fromY = Math.max(0, Math.min(height - 1, y + down));
                assertThat(after[y * width + x]).isEqualTo(before[fromY * width + fromX]);
            }
        }
    }

    @Test
    void takesTheBorderForWhateverIsFarAway() {
        byte[] pixels = {1, 2, 3, 4, 5, 6};
        warp(3, 2, pixels, 1e300, 0, -1e9, 0, -1e300, 1e300);
        // The first column is far to the left, the others far to the right; the first row far down, the second far up.
        assertThat(pixels).containsExactly(4, 6, 6, 1, 3, 3);
    }
}
