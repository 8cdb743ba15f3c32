package org.catalogtagger.model.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.catalogtagger.model.image.UnreadableImageException.Reason;
import org.catalogtagger.training.sample.ProductShape;
import org.catalogtagger.training.sample.SampleCatalogue;
import org.junit.jupiter.api.Test;

class ImageDecoderTest {
    private static final ImageSize SIZE = ImageSize.NOTEBOOK;
    private final ImageDecoder decoder = new ImageDecoder(SIZE, ImageLimits.DEFAULT);

    @Test
    void weighsColoursByBt601() throws Exception {
        assertThat(levelOf(Color.RED)).isEqualTo(76);
        assertThat(levelOf(Color.GREEN)).isEqualTo(150);
        assertThat(levelOf(Color.BLUE)).isEqualTo(29);
        assertThat(levelOf(Color.WHITE)).isEqualTo(255);
    }

    @Test
    void colourIsThreePlanesRedGreenAndBlue() throws Exception {
        BufferedImage colours = new BufferedImage(60, 80, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(5);
        int[] packed = new int[4800];
        for (int i = 0; i < packed.length; i++) {
            packed[i] = random.nextInt(1 << 24);
            colours.setRGB(i % 60, i / 60, packed[i]);
        }
        byte[] planes = new ImageDecoder(new ImageSize(60, 80, Colors.RGB), ImageLimits.DEFAULT)
                .decode(TestImages.png(colours));
        assertThat(planes).hasSize(3 * 4800);
        for (int i = 0; i < packed.length; i++) {
            int found = (planes[i] & 0xFF) << 16 | (planes[4800 + i] & 0xFF) << 8 | (planes[9600 + i] & 0xFF);
            assertThat(found).isEqualTo(packed[i]);
        }
    }

    @Test
    void takesGraySamplesAsTheyAre() throws Exception {
        BufferedImage gray = new BufferedImage(60, 80, BufferedImage.TYPE_BYTE_GRAY);
        gray.getRaster().setSample(5, 7, 0, 100);
        byte[] pixels = decoder.decode(TestImages.png(gray));
        assertThat(pixels[7 * 60 + 5]).isEqualTo((byte) 100);
    }

    @Test
    void takesTheHighByteOf16BitGray() throws Exception {
        BufferedImage gray = new BufferedImage(60, 80, BufferedImage.TYPE_USHORT_GRAY);
        gray.getRaster().setSample(0, 0, 0, 51400);
        assertThat(decoder.decode(TestImages.png(gray))[0] & 0xFF).isEqualTo(200);
    }

    @Test
    void readsIndexedColours() throws Exception {
        BufferedImage indexed = TestImages.plain(60, 80, BufferedImage.TYPE_BYTE_INDEXED, Color.RED);
        assertThat(decoder.decode(TestImages.png(indexed))[0] & 0xFF).isEqualTo(76);
    }

    @Test
    void laysTransparencyOverWhite() throws Exception {
        byte[] clear = TestImages.png(new BufferedImage(60, 80, BufferedImage.TYPE_INT_ARGB));
        assertThat(decoder.decode(clear)).containsOnly((byte) 255);
        byte[] half = TestImages.png(TestImages.plain(60, 80, BufferedImage.TYPE_INT_ARGB, new Color(0, 0, 0, 128)));
        assertThat(decoder.decode(half)[0] & 0xFF).isBetween(126, 128);
    }

    /** As the same photograph comes from a shop that wants squares. */
    @Test
    void aCopyOnAWhiteSquareIsFittedToTheSamePicture() throws Exception {
        ImageDecoder fit = new ImageDecoder(new Framing(new ImageSize(30, 40), Framing.Fit.FIT), ImageLimits.DEFAULT);
        for (ProductShape shape : ProductShape.values()) {
            byte[] plain = SampleCatalogue.jpeg(shape, new Random(1));
            for (int side : new int[] {80, 640}) {
                assertThat(meanDifference(fit.decode(onSquare(plain, side)), fit.decode(plain)))
                        .as("%s on a square of %d pixels", shape, side)
                        .isLessThan(3);
            }
        }
    }

    private static byte[] onSquare(byte[] jpeg, int side) throws IOException {
        BufferedImage picture = ImageIO.read(new ByteArrayInputStream(jpeg));
        BufferedImage square = TestImages.plain(side, side, BufferedImage.TYPE_3BYTE_BGR, Color.WHITE);
        Graphics2D graphics = square.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        int width = side * picture.getWidth() / picture.getHeight();
        graphics.drawImage(picture, (side - width) / 2, 0, width, side, null);
        graphics.dispose();
        return TestImages.jpeg(square);
    }

    private static double meanDifference(byte[] one, byte[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += Math.abs((one[i] & 0xFF) - (other[i] & 0xFF));
        }
        return sum / one.length;
    }

    @Test
    void readsCmyk() throws Exception {
        byte[] encoded;
        try (InputStream in = ImageDecoderTest.class.getResourceAsStream("cmyk.jpg")) {
            encoded = in.readAllBytes();
        }
        byte[] pixels = decoder.decode(encoded);
        assertThat(pixels[0] & 0xFF).as("white ground").isGreaterThan(245);
        assertThat(pixels[22 * 60 + 17] & 0xFF).as("red").isBetween(60, 160);
    }

    @Test
    void resizesToTheModelsSize() throws Exception {
        byte[] pixels = decoder.decode(TestImages.png(leftBlackRightWhite(600, 800)));
        assertThat(pixels).hasSize(4800);
        assertThat(pixels[40 * 60 + 10]).isEqualTo((byte) 0);
        assertThat(pixels[40 * 60 + 50]).isEqualTo((byte) 255);
    }

    @Test
    void readsPhotographsOfManyMegapixels() throws Exception {
        BufferedImage large = leftBlackRightWhite(4500, 6000);
        for (byte[] encoded : List.of(TestImages.jpeg(large), TestImages.png(large))) {
            byte[] pixels = decoder.decode(encoded);
            assertThat(pixels[40 * 60 + 10] & 0xFF).isLessThan(3);
            assertThat(pixels[40 * 60 + 50] & 0xFF).isGreaterThan(252);
        }
    }

    @Test
    void averagesFineDetailWhenShrinking() throws Exception {
        BufferedImage checks = new BufferedImage(600, 800, BufferedImage.TYPE_BYTE_GRAY);
        for (int y = 0; y < 800; y++) {
            for (int x = 0; x < 600; x++) {
                checks.getRaster().setSample(x, y, 0, (x + y) % 2 * 255);
            }
        }
        for (byte pixel : decoder.decode(TestImages.png(checks))) {
            assertThat(pixel & 0xFF).isBetween(120, 136);
        }
    }

    @Test
    void enlargesASinglePixel() throws Exception {
        byte[] one = TestImages.png(TestImages.plain(1, 1, BufferedImage.TYPE_3BYTE_BGR, Color.GRAY));
        assertThat(decoder.decode(one)).containsOnly((byte) 128);
    }

    @Test
    void refusesHugeHeadersBeforeTakingMemory() throws Exception {
        // 50,000 x 50,000 x 3 bytes would be 7.5 GB: more than the tests' heap, so decoding could not go unnoticed.
        assertRefused(TestImages.pngClaiming(50_000, 50_000), Reason.TOO_MANY_PIXELS, "50000x50000");
        byte[] jpeg = SampleCatalogue.jpeg(ProductShape.TIES, new Random(1));
        assertRefused(TestImages.jpegClaiming(jpeg, 50_000, 50_000), Reason.TOO_MANY_PIXELS, "50000x50000");
    }

    @Test
    void refusesTooManyBytes() {
        ImageDecoder strict = new ImageDecoder(SIZE, new ImageLimits(100, 1000));
        assertThatThrownBy(() -> strict.decode(new byte[101]))
                .isInstanceOfSatisfying(UnreadableImageException.class, e -> assertThat(e.reason())
                        .isEqualTo(Reason.TOO_MANY_BYTES));
    }

    @Test
    void refusesWhatIsNoImage() {
        assertRefused(new byte[0], Reason.EMPTY, "no bytes");
        assertRefused("hello".getBytes(StandardCharsets.UTF_8), Reason.UNSUPPORTED_FORMAT, "text");
        assertRefused("GIF89a............".getBytes(StandardCharsets.UTF_8), Reason.TOO_MANY_PIXELS, "11822x11822");
    }

    @Test
    void refusesImagesThatAreCutOff() throws Exception {
        byte[] jpeg = SampleCatalogue.jpeg(ProductShape.SHIRTS, new Random(1));
        for (int length : new int[] {3, 100, 400, jpeg.length / 2, jpeg.length - 100}) {
            assertRefused(Arrays.copyOf(jpeg, length), Reason.CORRUPT, "");
        }
        byte[] png = TestImages.png(leftBlackRightWhite(60, 80));
        assertRefused(Arrays.copyOf(png, png.length / 2), Reason.CORRUPT, "");
    }

    @Test
    void survivesDamageAndThenReadsTheNextImage() throws Exception {
        byte[] jpeg = SampleCatalogue.jpeg(ProductShape.WATCHES, new Random(2));
        byte[] whole = decoder.decode(jpeg);
        Random random = new Random(3);
        for (int i = 0; i < 2000; i++) {
            byte[] damaged = jpeg.clone();
            for (int k = 0; k < 3; k++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(decoder.decode(damaged)).hasSize(4800);
            } catch (UnreadableImageException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
        assertThat(decoder.decode(jpeg)).isEqualTo(whole);
    }

    private int levelOf(Color colour) throws UnreadableImageException {
        return decoder.decode(TestImages.png(TestImages.plain(60, 80, BufferedImage.TYPE_INT_RGB, colour)))[0] & 0xFF;
    }

    private static BufferedImage leftBlackRightWhite(int width, int height) {
        BufferedImage image = TestImages.plain(width, height, BufferedImage.TYPE_3BYTE_BGR, Color.BLACK);
        image.getGraphics().fillRect(width / 2, 0, width / 2, height);
        return image;
    }

    private void assertRefused(byte[] encoded, Reason reason, String detail) {
        assertThatThrownBy(() -> decoder.decode(encoded))
                .isInstanceOfSatisfying(UnreadableImageException.class, e -> assertThat(e.reason())
                        .isEqualTo(reason))
                .hasMessageContaining(detail);
    }
}
