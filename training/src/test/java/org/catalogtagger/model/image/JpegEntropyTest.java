package org.catalogtagger.model.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.catalogtagger.model.image.UnreadableImageException.Reason;
import org.catalogtagger.training.sample.ProductShape;
import org.catalogtagger.training.sample.SampleCatalogue;
import org.junit.jupiter.api.Test;

class JpegEntropyTest {
    private static final List<String> SEQUENTIAL = List.of("restarts", "two-scans", "odd-sampling", "rgb", "cmyk");

    @Test
    void walksWholeFilesToTheirEnd() throws Exception {
        List<byte[]> files = new ArrayList<>();
        for (String name : SEQUENTIAL) {
            files.add(resource(name));
        }
        for (ProductShape shape : ProductShape.values()) {
            files.add(SampleCatalogue.jpeg(shape, new Random(7)));
        }
        for (byte[] file : files) {
            assertThat(isWhole(file)).isTrue();
        }
    }

    @Property(tries = 400)
    void seesThatDataAreMissingWhereverAFileIsCutOffAndEnded(
            @ForAll @IntRange(min = 0, max = 5) int number, @ForAll @IntRange(min = 0, max = 1_000_000) int place)
            throws Exception {
        byte[] file = number < SEQUENTIAL.size()
                ? resource(SEQUENTIAL.get(number))
                : SampleCatalogue.jpeg(ProductShape.TIES, new Random(place));
        JpegFile parsed = parse(file);
        JpegScan last = parsed.sequentialScans().get(parsed.sequentialScans().size() - 1);
        // Cut within the last interval, as the markers of others would be seen to be missing by the parser already.
        int from = last.restartInterval() == 0 ? last.dataAt() : lastMarker(file, parsed.dataEnd()) + 2;
        int cut = from + place % (parsed.dataEnd() - from);
        byte[] ended = Arrays.copyOf(file, cut + 2);
        ended[cut] = (byte) 0xFF;
        ended[cut + 1] = (byte) 0xD9;
        assertThatThrownBy(() -> isWhole(ended))
                .isInstanceOf(UnreadableImageException.class)
                .hasMessageContaining("cut off");
    }

    @Test
    void rejectsAFileThatLacksDataBeforeARestartMarker() throws Exception {
        byte[] file = resource("restarts");
        int marker = lastMarker(file, parse(file).dataEnd());
        ByteArrayOutputStream lacking = new ByteArrayOutputStream();
        lacking.write(file, 0, marker - 6);
        lacking.write(file, marker, file.length - marker);
        assertRefused(lacking.toByteArray());
    }

    @Test
    void rejectsAFileThatLacksDataOfItsFirstScan() throws Exception {
        byte[] file = resource("two-scans");
        int second = parse(file).sequentialScans().get(1).dataAt();
        int header = second - 2;
        while ((file[header] & 0xFF) != 0xFF || (file[header + 1] & 0xFF) != 0xDA) {
            header--;
        }
        int first = parse(file).sequentialScans().get(0).dataAt();
        int end = first;
        while ((file[end] & 0xFF) != 0xFF || file[end + 1] == 0) {
            end++;
        }
        ByteArrayOutputStream lacking = new ByteArrayOutputStream();
        lacking.write(file, 0, end - (end - first) / 3);
        lacking.write(file, end, file.length - end);
        assertRefused(lacking.toByteArray());
    }

    @Test
    void cannotTellWhatIsBehindAnIllegalCode() throws Exception {
        byte[] file = SampleCatalogue.jpeg(ProductShape.SHIRTS, new Random(3));
        int data = parse(file).sequentialScans().get(0).dataAt();
        // The longest code of ones is never used.
        for (int i = 0; i < 8; i++) {
            file[data + 40 + i] = (byte) (i % 2 == 0 ? 0xFF : 0);
        }
        assertThat(isWhole(file)).isFalse();
    }

    @Test
    void leavesOutWhatNoDecoderNeeds() throws Exception {
        byte[] jpeg = SampleCatalogue.jpeg(ProductShape.TIES, new Random(1));
        ByteArrayOutputStream larger = new ByteArrayOutputStream();
        larger.write(jpeg, 0, 2);
        for (int marker : new int[] {0xE1, 0xE2, 0xE5, 0xED, 0xFE}) {
            larger.writeBytes(new byte[] {(byte) 0xFF, (byte) marker, 0, 9, 'a', 'n', 'y', 't', 'h', 'i', 'n'});
        }
        larger.write(jpeg, 2, jpeg.length - 2);
        byte[] file = larger.toByteArray();
        assertThat(parse(file).vetted(file, new byte[0])).isEqualTo(parse(jpeg).vetted(jpeg, new byte[0]));
    }

    private static void assertRefused(byte[] file) {
        assertThatThrownBy(() -> new ImageDecoder(ImageSize.NOTEBOOK, ImageLimits.DEFAULT).decode(file))
                .isInstanceOfSatisfying(UnreadableImageException.class, e -> assertThat(e.reason())
                        .isEqualTo(Reason.CORRUPT));
    }

    private static boolean isWhole(byte[] file) throws UnreadableImageException {
        List<JpegScan> scans = parse(file).sequentialScans();
        assertThat(scans).isNotEmpty();
        return JpegEntropy.isWhole(file, scans);
    }

    private static JpegFile parse(byte[] file) throws UnreadableImageException {
        return JpegFile.parse(file, ImageLimits.DEFAULT);
    }

    private static int lastMarker(byte[] file, int before) {
        int at = before - 2;
        while ((file[at] & 0xFF) != 0xFF || (file[at + 1] & 0xF8) != 0xD0) {
            at--;
        }
        return at;
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = JpegEntropyTest.class.getResourceAsStream(name + ".jpg")) {
            return in.readAllBytes();
        }
    }
}
