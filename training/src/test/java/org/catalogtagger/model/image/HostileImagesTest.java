package org.catalogtagger.model.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.catalogtagger.model.image.UnreadableImageException.Reason;
import org.catalogtagger.training.sample.ProductShape;
import org.catalogtagger.training.sample.SampleCatalogue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Files that once were tagged with another's pixels, or cost seconds and gigabytes. */
class HostileImagesTest {
    private final ImageDecoder decoder = new ImageDecoder(ImageSize.NOTEBOOK, ImageLimits.DEFAULT);

    /** Whose pixels must be seen in no other. */
    @BeforeEach
    void decodeAHandbagFirst() throws Exception {
        decoder.decode(resource("00-base.jpg"));
    }

    @Test
    void rejectsAFileThatHasHeadersAndNoScan() throws Exception {
        assertRefused(resource("07b-headers-then-eoi.jpg"), Reason.CORRUPT);
    }

    @Test
    void rejectsAFileThatLacksItsQuantizationTables() throws Exception {
        assertRefused(resource("01b-no-quant-tables.jpg"), Reason.CORRUPT);
    }

    @Test
    void rejectsAFileWhoseMiddleIsRandom() throws Exception {
        assertRefused(resource("00b-middle-random-baseline.jpg"), Reason.CORRUPT);
    }

    @Test
    void rejectsAFileThatLacksDataBeforeItsEnd() throws Exception {
        byte[] file = resource("01-trunc50-plus-EOI.jpg");
        assertRefused(file, Reason.CORRUPT);
        assertRefused(Arrays.copyOf(file, file.length - 2), Reason.CORRUPT);
    }

    @Test
    void takesAPictureThatReallyEndsInTheGrayOfMissingData() throws Exception {
        byte[] gray = TestImages.jpeg(TestImages.plain(60, 80, 5, new Color(128, 128, 128)));
        assertThat(decoder.decode(gray)).containsOnly((byte) 128);
    }

    @Test
    void turnsAPictureAsItsExifDataSay() throws Exception {
        byte[] upright = decoder.decode(resource("00-base.jpg"));
        byte[] turned = decoder.decode(resource("32-exif6.jpg"));
        double difference = 0;
        for (int i = 0; i < upright.length; i++) {
            difference += Math.abs((upright[i] & 0xFF) - (turned[i] & 0xFF));
        }
        assertThat(difference / upright.length).isLessThan(1);
    }

    @Test
    void seesTheSizeBehindAMarkerWithoutLength() throws Exception {
        byte[] jpeg = TestImages.jpegClaiming(SampleCatalogue.jpeg(ProductShape.TIES, new Random(1)), 20_000, 20_000);
        for (int marker : new int[] {0x01, 0xD0, 0xD7}) {
            assertRefused(inserted(jpeg, 2, 0xFF, marker), Reason.TOO_MANY_PIXELS);
        }
    }

    @Test
    void rejectsAMarkerWhereNoneBelongs() throws Exception {
        byte[] jpeg = SampleCatalogue.jpeg(ProductShape.TIES, new Random(1));
        for (int marker : new int[] {0x01, 0xD0, 0xD8, 0xF0, 0xC8, 0xDC}) {
            assertRefused(inserted(jpeg, 2, 0xFF, marker, 0, 2), Reason.CORRUPT);
        }
    }

    @Test
    void rejectsThousandsOfScans() throws Exception {
        assertThatThrownBy(() -> decoder.decode(resource("jpeg-progressive-2000x2000-1000-scans.jpg")))
                .isInstanceOf(UnreadableImageException.class);
    }

    @Test
    void rejectsAPngOfOneEndlessRowAtOnce() throws Exception {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        byte[] png = png(30_000_000, 1, 16, 6, 240_000_001);
        long before = threads.getCurrentThreadAllocatedBytes();
        assertRefused(png, Reason.TOO_COSTLY);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(64 << 20);
    }

    @Test
    void rejectsAProgressiveJpegOfManyMoreCoefficientsThanPixels() throws Exception {
        byte[] jpeg = TestImages.jpeg(TestImages.plain(64, 64, 5, Color.RED), true);
        int frame = indexOf(jpeg, 0xFF, 0xC2);
        ByteBuffer.wrap(jpeg, frame + 5, 4).putShort((short) 6000).putShort((short) 6000);
        jpeg[frame + 11] = 0x11;
        assertRefused(jpeg, Reason.TOO_COSTLY);
    }

    @Test
    void rejectsAPngWithAWrongChecksumOrMissingRows() throws Exception {
        byte[] png = TestImages.png(TestImages.plain(60, 80, 5, Color.BLUE));
        byte[] changed = png.clone();
        changed[60] ^= 1;
        assertRefused(changed, Reason.CORRUPT);
        assertRefused(png(60, 80, 8, 2, 80 * 181 - 100), Reason.CORRUPT);
        assertRefused(Arrays.copyOf(png, png.length - 12), Reason.CORRUPT);
    }

    @Test
    void passesTagsOverThatItNeedsNot() throws Exception {
        TiffWriter tiff = new TiffWriter().picture(4, 2, 3);
        // Each of a million numbers, all of them in the same bytes.
        for (int tag = 1000; tag < 2000; tag++) {
            tiff.tag(tag, 3, 1 << 20, 0);
        }
        tiff.tag(3000, 99, 1, 0);
        byte[] file = tiff.write(new byte[4 * 2 * 3]);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        assertThat(decoder.decode(file)).containsOnly((byte) 0);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(64 << 20);
    }

    @Test
    void rejectsATiffWithATagBeyondItsEnd() {
        // It may be one that says how the picture is stored, but for its number.
        assertRefused(
                new TiffWriter().picture(4, 2, 3).tag(3000, 3, 1 << 30, 8).write(new byte[4 * 2 * 3]), Reason.CORRUPT);
    }

    @Test
    void rejectsATiffWhosePartsOverlap() {
        // Strips of no-ops that all lie in the same bytes.
        TiffWriter tiff = new TiffWriter().picture(1, 30_000, 1);
        assertRefused(tiff.overlapping(400_000), Reason.CORRUPT);
    }

    @Test
    void takesAFourthSampleThatNothingNamesForOpacity() throws Exception {
        byte[] pixels = new byte[4 * 2 * 4];
        assertThat(decoder.decode(new TiffWriter().picture(4, 2, 4).write(pixels)))
                .as("black that nobody sees, over white")
                .containsOnly((byte) 255);
    }

    @Test
    void rejectsACmykPictureThatLacksDataBeforeItsEnd() throws Exception {
        byte[] whole = resource("cmyk.jpg");
        assertThat(decoder.decode(whole)).hasSize(ImageSize.NOTEBOOK.pixels());
        byte[] half = Arrays.copyOf(whole, whole.length - whole.length / 5);
        half[half.length - 2] = (byte) 0xFF;
        half[half.length - 1] = (byte) 0xD9;
        assertRefused(half, Reason.CORRUPT);
    }

    @Test
    void takesAScanWhoseHeaderIsZero() throws Exception {
        byte[] jpeg = SampleCatalogue.jpeg(ProductShape.TIES, new Random(1));
        byte[] changed = jpeg.clone();
        int scan = indexOf(jpeg, 0xFF, 0xDA);
        int length = ByteBuffer.wrap(jpeg).getShort(scan + 2);
        assertThat(changed[scan + 2 + length - 2]).isEqualTo((byte) 63);
        changed[scan + 2 + length - 2] = 0;
        assertThat(decoder.decode(changed)).isEqualTo(decoder.decode(jpeg));
    }

    @Test
    void averagesWhereOneSideShrinksAndTheOtherGrows() throws Exception {
        BufferedImage stripes = new BufferedImage(600, 70, BufferedImage.TYPE_BYTE_GRAY);
        for (int x = 0; x < 600; x++) {
            for (int y = 0; y < 70; y++) {
                stripes.getRaster().setSample(x, y, 0, x % 2 * 200);
            }
        }
        assertThat(decoder.decode(TestImages.png(stripes))).containsOnly((byte) 100);
    }

    @Test
    void namesTheFormatThatItDoesNotRead() {
        assertNamed("\0\0\0\u001cftypavif\0\0\0\0", "AVIF");
        assertNamed("\0\0\0\u001cftypheic\0\0\0\0", "HEIC");
        assertNamed("<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG");
        assertNamed("<?xml version='1.0'?><svg/>", "SVG");
        assertNamed("%PDF-1.7", "PDF");
        assertNamed("<!DOCTYPE html><html>", "an HTML page");
        assertNamed("<?xml version='1.0'?><a/>", "XML");
        assertNamed("PK\u0003\u0004....", "a ZIP");
        assertNamed("not found", "text");
    }

    @Test
    void readsTheFirstOfSeveralPictures() throws Exception {
        byte[] first = SampleCatalogue.jpeg(ProductShape.TIES, new Random(1));
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(first);
        both.writeBytes(SampleCatalogue.jpeg(ProductShape.SHIRTS, new Random(2)));
        assertThat(decoder.decode(both.toByteArray())).isEqualTo(decoder.decode(first));
    }

    private void assertNamed(String file, String name) {
        assertThatThrownBy(() -> decoder.decode(file.getBytes(StandardCharsets.ISO_8859_1)))
                .isInstanceOfSatisfying(UnreadableImageException.class, e -> assertThat(e.reason())
                        .isEqualTo(Reason.UNSUPPORTED_FORMAT))
                .hasMessageStartingWith(name);
    }

    private void assertRefused(byte[] file, Reason reason) {
        assertThatThrownBy(() -> decoder.decode(file))
                .isInstanceOfSatisfying(
                        UnreadableImageException.class,
                        e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason));
    }

    private static byte[] inserted(byte[] file, int at, int... bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(file, 0, at);
        Arrays.stream(bytes).forEach(out::write);
        out.write(file, at, file.length - at);
        return out.toByteArray();
    }

    private static int indexOf(byte[] file, int first, int second) {
        int at = 0;
        while ((file[at] & 0xFF) != first || (file[at + 1] & 0xFF) != second) {
            at++;
        }
        return at;
    }

    /** A PNG whose rows are so many zeros. */
    private static byte[] png(int width, int height, int depth, int colorType, long zeros) throws IOException {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflated = new DeflaterOutputStream(data, new Deflater(1))) {
            byte[] some = new byte[1 << 16];
            for (long left = zeros; left > 0; left -= some.length) {
                deflated.write(some, 0, (int) Math.min(left, some.length));
            }
        }
        ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height);
        header.put(new byte[] {(byte) depth, (byte) colorType, 0, 0, 0});
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        png.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
        chunk(png, "IHDR", header.array());
        chunk(png, "IDAT", data.toByteArray());
        chunk(png, "IEND", new byte[0]);
        return png.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream png, String name, byte[] content) {
        ByteBuffer chunk = ByteBuffer.allocate(content.length + 12).putInt(content.length);
        chunk.put(name.getBytes(StandardCharsets.US_ASCII)).put(content);
        CRC32 crc = new CRC32();
        crc.update(chunk.array(), 4, content.length + 4);
        png.writeBytes(chunk.putInt((int) crc.getValue()).array());
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = HostileImagesTest.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }
}
