package org.catalogtagger.model.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;

class FramerTest {
    private static final ImageSize SIZE = new ImageSize(30, 40);
    private static final Framing TRIM = new Framing(SIZE, Framing.Fit.TRIM);

    @Test
    void squashingResizesAllOfAPicture() {
        byte[] gray = {0, 100, (byte) 200, (byte) 255};
        assertThat(framed(Framing.squash(new ImageSize(2, 2)), gray, 2, 2)).isEqualTo(gray);
        assertThat(framed(Framing.squash(new ImageSize(1, 1)), gray, 2, 2)).containsExactly((byte) 139);
    }

    @Test
    void aWideProductIsStretchedByTheRootOfWhatIsMissingAndCentred() {
        // 60x20 black on white: four times as wide as 30x40, by proportion.
        byte[] gray = white(100, 100);
        fill(gray, 100, 20, 40, 60, 20, 0);
        byte[] framed = framed(TRIM, gray, 100, 100);
        for (int y = 0; y < 40; y++) {
            int expected = y >= 10 && y < 30 ? 0 : 255;
            for (int x = 0; x < 30; x++) {
                assertThat(framed[y * 30 + x] & 0xFF).as("%d,%d", x, y).isEqualTo(expected);
            }
        }
    }

    @Property(tries = 300)
    void theSizeOfTheGroundMakesNoDifference(
            @ForAll @IntRange(min = 1, max = 80) int width,
            @ForAll @IntRange(min = 1, max = 80) int height,
            @ForAll @IntRange(max = 60) int left,
            @ForAll @IntRange(max = 60) int top,
            @ForAll long seed) {
        byte[] product = new byte[width * height];
        new Random(seed).nextBytes(product);
        // Dark corners, so that the box is the product's whatever its other pixels are.
        product[0] = 0;
        product[product.length - 1] = 0;
        byte[] small = pasted(product, width, height, width + 2, height + 2, 1, 1);
        byte[] large = pasted(product, width, height, width + 130, height + 70, left, Math.min(top, 69));
        assertThat(framed(TRIM, large, width + 130, height + 70)).isEqualTo(framed(TRIM, small, width + 2, height + 2));
    }

    @Property(tries = 300)
    void anyPictureOfAnyShapeFillsTheInput(
            @ForAll @IntRange(min = 1, max = 3000) int width,
            @ForAll @IntRange(min = 1, max = 5) int height,
            @ForAll boolean tall,
            @ForAll long seed) {
        byte[] gray = new byte[width * height];
        new Random(seed).nextBytes(gray);
        assertThat(tall ? framed(TRIM, gray, height, width) : framed(TRIM, gray, width, height))
                .hasSize(SIZE.pixels());
    }

    @Property(tries = 100)
    void oneLevelStaysOneLevel(
            @ForAll @IntRange(min = 1, max = 200) int width,
            @ForAll @IntRange(min = 1, max = 200) int height,
            @ForAll byte level) {
        byte[] gray = new byte[width * height];
        Arrays.fill(gray, level);
        assertThat(framed(TRIM, gray, width, height)).containsOnly(level);
    }

    @Property(tries = 200)
    void oneSideOfTheTargetIsTheInputs(
            @ForAll @IntRange(min = 1, max = 30_000) int width, @ForAll @IntRange(min = 1, max = 30_000) int height) {
        ImageSize target = TRIM.target(width, height);
        assertThat(target.width()).isBetween(1, 30);
        assertThat(target.height()).isBetween(1, 40);
        assertThat(target.width() == 30 || target.height() == 40).isTrue();
    }

    private static byte[] framed(Framing framing, byte[] gray, int width, int height) {
        try (BytePointer levels = new BytePointer(gray);
                Mat image = new Mat(height, width, CV_8UC1, levels)) {
            return new Framer(framing).frame(image);
        }
    }

    private static byte[] pasted(byte[] product, int width, int height, int onWidth, int onHeight, int left, int top) {
        byte[] ground = white(onWidth, onHeight);
        for (int y = 0; y < height; y++) {
            System.arraycopy(product, y * width, ground, (top + y) * onWidth + left, width);
        }
        return ground;
    }

    private static byte[] white(int width, int height) {
        byte[] gray = new byte[width * height];
        Arrays.fill(gray, (byte) 255);
        return gray;
    }

    private static void fill(byte[] gray, int rowLength, int left, int top, int width, int height, int level) {
        for (int y = top; y < top + height; y++) {
            Arrays.fill(gray, y * rowLength + left, y * rowLength + left + width, (byte) level);
        }
    }
}
