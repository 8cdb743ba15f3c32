package org.catalogtagger.model.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC;

import java.util.Arrays;
import java.util.List;
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
    private static final Framing FIT = new Framing(SIZE, Framing.Fit.FIT);

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
            @ForAll Framing.Fit fit,
            @ForAll long seed) {
        byte[] gray = new byte[width * height];
        new Random(seed).nextBytes(gray);
        Framing framing = new Framing(SIZE, fit);
        assertThat(tall ? framed(framing, gray, height, width) : framed(framing, gray, width, height))
                .hasSize(SIZE.pixels());
    }

    @Property(tries = 100)
    void oneLevelStaysOneLevel(
            @ForAll @IntRange(min = 1, max = 200) int width,
            @ForAll @IntRange(min = 1, max = 200) int height,
            @ForAll Framing.Fit fit,
            @ForAll byte level) {
        byte[] gray = new byte[width * height];
        Arrays.fill(gray, level);
        assertThat(framed(new Framing(SIZE, fit), gray, width, height)).containsOnly(level);
    }

    @Property(tries = 300)
    void whatIsPlacedLiesWithinPictureAndInput(
            @ForAll @IntRange(min = 1, max = 300) int width,
            @ForAll @IntRange(min = 1, max = 300) int height,
            @ForAll boolean trim,
            @ForAll long seed) {
        Random random = new Random(seed);
        int left = random.nextInt(width);
        int top = random.nextInt(height);
        int right = left + 1 + random.nextInt(width - left);
        int bottom = top + 1 + random.nextInt(height - top);
        Ground ground = new Ground(List.of(255), left, top, right, bottom);
        Framing.Placement placement = (trim ? TRIM : FIT).place(ground, width, height);
        assertThat(placement.left()).isBetween(0, left);
        assertThat(placement.top()).isBetween(0, top);
        assertThat(placement.left() + placement.width()).isBetween(right, width);
        assertThat(placement.top() + placement.height()).isBetween(bottom, height);
        ImageSize target = placement.target();
        assertThat(target.width()).isBetween(1, 30);
        assertThat(target.height()).isBetween(1, 40);
        assertThat(target.width() == 30 || target.height() == 40).isTrue();
        if (!trim) {
            // A pixel of the input is as wide as it is high in the picture, but for rounding to whole pixels.
            double exact = (double) placement.width() * target.height() / placement.height();
            double rounding = 1 + exact * (0.51 / placement.height() + 0.51 / target.height());
            assertThat((double) target.width()).isCloseTo(exact, within(rounding));
        }
    }

    @Property(tries = 300)
    void aGroundOfAnotherShapeAroundAPictureMakesNoDifferenceToTheFit(
            @ForAll @IntRange(min = 1, max = 6) int scale,
            @ForAll @IntRange(max = 90) int around,
            @ForAll boolean beside,
            @ForAll long seed) {
        int width = 30 * scale;
        int height = 40 * scale;
        Random random = new Random(seed);
        byte[] picture = white(width, height);
        for (int i = random.nextInt(20); i >= 0; i--) {
            int left = 1 + random.nextInt(width - 2);
            int top = 1 + random.nextInt(height - 2);
            fill(
                    picture,
                    width,
                    left,
                    top,
                    1 + random.nextInt(width - 1 - left),
                    1 + random.nextInt(height - 1 - top),
                    random.nextInt(200));
        }
        byte[] pasted = beside
                ? pasted(picture, width, height, width + 2 * around, height, around, 0)
                : pasted(picture, width, height, width, height + 2 * around, 0, around);
        byte[] framed = beside
                ? framed(FIT, pasted, width + 2 * around, height)
                : framed(FIT, pasted, width, height + 2 * around);
        assertThat(framed).isEqualTo(framed(FIT, picture, width, height));
    }

    @Test
    void aProductThatIsWiderThanTheInputsProportionsGetsGroundAboveAndBelow() {
        // 60x12 black in a white picture of 60x20, of which each two pixels either way become one of 30x10.
        byte[] gray = white(60, 20);
        fill(gray, 60, 0, 4, 60, 12, 0);
        byte[] framed = framed(FIT, gray, 60, 20);
        for (int y = 0; y < 40; y++) {
            assertThat(framed[y * 30 + 15] & 0xFF).as("row %d", y).isEqualTo(y >= 17 && y < 23 ? 0 : 255);
        }
    }

    @Test
    void aPictureWithoutUniformGroundIsResizedWhole() {
        byte[] gray = new byte[40 * 40];
        for (int i = 0; i < gray.length; i++) {
            gray[i] = (byte) (i % 2 == 0 ? i * 7 : 255 - i);
        }
        byte[] squashed = framed(Framing.squash(SIZE), gray, 40, 40);
        assertThat(framed(FIT, gray, 40, 40)).isEqualTo(squashed);
        assertThat(framed(TRIM, gray, 40, 40)).isEqualTo(squashed);
    }

    @Test
    void aProductBesideTheMiddleIsShownWhole() {
        byte[] gray = white(120, 40);
        fill(gray, 120, 100, 10, 15, 20, 0);
        byte[] framed = framed(FIT, gray, 120, 40);
        int dark = 0;
        for (byte level : framed) {
            dark += level == 0 ? 1 : 0;
        }
        assertThat(dark).isEqualTo(15 * 20);
    }

    @Property(tries = 200)
    void aGrayPictureInColoursIsFramedAsTheGrayOneInEachPlane(
            @ForAll @IntRange(min = 1, max = 120) int width,
            @ForAll @IntRange(min = 1, max = 120) int height,
            @ForAll Framing.Fit fit,
            @ForAll long seed) {
        Random random = new Random(seed);
        byte[] gray = white(width, height);
        for (int i = random.nextInt(width * height); i >= 0; i--) {
            gray[random.nextInt(gray.length)] = (byte) random.nextInt(256);
        }
        byte[] inColours = new byte[3 * gray.length];
        for (int i = 0; i < gray.length; i++) {
            Colors.RGB.put(gray[i] & 0xFF, inColours, i);
        }
        byte[] framed = framed(new Framing(SIZE, fit), gray, width, height);
        byte[] planes = framed(new Framing(new ImageSize(30, 40, Colors.RGB), fit), inColours, width, height);
        for (int plane = 0; plane < 3; plane++) {
            assertThat(Arrays.copyOfRange(planes, plane * framed.length, (plane + 1) * framed.length))
                    .isEqualTo(framed);
        }
    }

    @Test
    void theGroundsColourFillsWhatIsLeft() {
        // A red product on a blue ground, wider than the input's proportions.
        byte[] samples = new byte[3 * 60 * 20];
        for (int pixel = 0; pixel < 60 * 20; pixel++) {
            boolean product = pixel / 60 >= 4 && pixel / 60 < 16;
            Colors.RGB.put(product ? 200 : 10, 20, product ? 30 : 220, samples, pixel);
        }
        byte[] planes = framed(new Framing(new ImageSize(30, 40, Colors.RGB), Framing.Fit.FIT), samples, 60, 20);
        int corner = 0;
        int centre = 20 * 30 + 15;
        for (int plane = 0; plane < 3; plane++) {
            assertThat(planes[plane * 1200 + corner] & 0xFF).isEqualTo(new int[] {10, 20, 220}[plane]);
            assertThat(planes[plane * 1200 + centre] & 0xFF).isEqualTo(new int[] {200, 20, 30}[plane]);
        }
    }

    private static byte[] framed(Framing framing, byte[] samples, int width, int height) {
        int type = CV_8UC(framing.size().colors().channels());
        try (BytePointer data = new BytePointer(samples);
                Mat image = new Mat(height, width, type, data)) {
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
