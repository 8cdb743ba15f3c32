package org.catalogtagger.model.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import org.catalogtagger.model.network.Activation;
import org.catalogtagger.model.network.Architecture;
import org.catalogtagger.model.network.Architecture.NamedShape;

/** Whatever is done to a file of weights, it is refused or read as what its bytes say. */
class WeightsFilePropertyTest {
    private static final List<NamedShape> ARRAYS =
            new Architecture(List.of(6, 4, 2), Activation.RELU, true, 0).arrays();

    private static final Path FILE = newFile();

    private static Path newFile() {
        try {
            return Files.createTempFile("weights", ".safetensors");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterContainer
    static void deleteIt() throws IOException {
        Files.delete(FILE);
    }

    /** Some bytes are replaced by others, more or fewer; and the length of the header is corrected, or not. */
    record Edit(int at, int removed, byte[] inserted, boolean correctsLength) {
        byte[] of(byte[] bytes) {
            int begin = Math.floorMod(at, bytes.length);
            int end = Math.min(bytes.length, begin + removed);
            ByteArrayOutputStream edited = new ByteArrayOutputStream();
            edited.write(bytes, 0, begin);
            edited.writeBytes(inserted);
            edited.write(bytes, end, bytes.length - end);
            byte[] result = edited.toByteArray();
            if (correctsLength && begin >= Long.BYTES && result.length > Long.BYTES) {
                result[0] += (byte) (result.length - bytes.length);
            }
            return result;
        }
    }

    @Property(tries = 1000)
    void anyEditIsRefusedOrLeavesTheArraysWhereTheHeaderSays(@ForAll("edits") List<Edit> edits) throws IOException {
        byte[] original = original();
        byte[] edited = original;
        for (Edit edit : edits) {
            edited = edited.length == 0 ? edited : edit.of(edited);
        }
        Files.write(FILE, edited);
        Map<String, byte[]> read = new HashMap<>();
        try {
            WeightsFile.Contents contents = WeightsFile.read(FILE, ARRAYS, array -> {
                byte[] memory = new byte[(int) array.elements() * Float.BYTES];
                read.put(array.name(), memory);
                return Optional.of(ByteBuffer.wrap(memory));
            });
            assertThat(contents.sha256()).isEqualTo(new Sha256().update(edited).hex());
        } catch (BundleException e) {
            assertThat(e).hasMessageContaining(FILE.toString());
            return;
        }
        byte[] data = TestBundles.data(edited);
        for (NamedShape array : ARRAYS) {
            int begin = TestBundles.header(edited)
                    .path(array.name())
                    .path("data_offsets")
                    .path(0)
                    .asInt();
            byte[] expected = Arrays.copyOfRange(data, begin, begin + (int) array.elements() * Float.BYTES);
            assertThat(read.get(array.name())).isEqualTo(expected);
        }
    }

    @Provide
    Arbitrary<List<Edit>> edits() {
        Arbitrary<byte[]> json = Arbitraries.strings()
                .withChars("{}[]\",: -0123456789F\\ue")
                .ofMaxLength(4)
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
        Arbitrary<byte[]> any = Arbitraries.bytes().array(byte[].class).ofMaxSize(4);
        Arbitrary<Integer> places = Arbitraries.oneOf(
                Arbitraries.integers().between(0, original().length - 1),
                Arbitraries.integers().between(0, original().length - TestBundles.data(original()).length));
        Arbitrary<Integer> removed = Arbitraries.frequencyOf(
                Tuple.of(9, Arbitraries.integers().between(0, 4)),
                Tuple.of(1, Arbitraries.integers().between(0, 2000)));
        return Combinators.combine(places, removed, Arbitraries.oneOf(json, any), Arbitraries.of(true, false))
                .as(Edit::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(3);
    }

    private static byte[] original() {
        StringBuilder header = new StringBuilder("{");
        int offset = 0;
        for (NamedShape array : ARRAYS) {
            int end = offset + (int) array.elements() * Float.BYTES;
            header.append("%s\"%s\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                    .formatted(offset == 0 ? "" : ",", array.name(), array.shape(), offset, end));
            offset = end;
        }
        byte[] data = new byte[offset];
        new Random(1).nextBytes(data);
        return TestBundles.safetensors(header.append('}').toString(), data);
    }
}
