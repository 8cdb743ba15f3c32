package org.catalogtagger.model.bundle;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Bundles that were edited by someone who corrects their sums too. */
public final class TestBundles {
    private static final List<String> FILES = List.of("model.json", "weights.safetensors", "evaluation.json");

    private TestBundles() {}

    /** Edits {@code model.json} or {@code evaluation.json}. */
    public static void editJson(Path bundle, String file, Consumer<ObjectNode> edit) throws IOException {
        ObjectNode json = Json.read(bundle.resolve(file), ObjectNode.class);
        edit.accept(json);
        Json.write(bundle.resolve(file), json);
        Checksums.write(bundle, FILES);
    }

    /** Edits {@code weights.safetensors}. */
    public static void editWeights(Path bundle, UnaryOperator<byte[]> edit) throws IOException {
        Path weights = bundle.resolve("weights.safetensors");
        Files.write(weights, edit.apply(Files.readAllBytes(weights)));
        editJson(bundle, "model.json", model -> ((ObjectNode) model.get("provenance"))
                .put("weightsSha256", sha256(weights)));
    }

    /** Sets one value of one array. */
    public static void setWeight(Path bundle, String array, int index, float value) throws IOException {
        editWeights(bundle, file -> {
            int offset = header(file).path(array).path("data_offsets").path(0).asInt();
            littleEndian(file).putFloat(Long.BYTES + headerLength(file) + offset + Float.BYTES * index, value);
            return file;
        });
    }

    /** Sets every value of every array. */
    public static void setWeights(Path bundle, float value) throws IOException {
        editWeights(bundle, file -> {
            ByteBuffer bytes = littleEndian(file);
            for (int at = Long.BYTES + headerLength(file); at < file.length; at += Float.BYTES) {
                bytes.putFloat(at, value);
            }
            return file;
        });
    }

    /** Writes all weights in half as many bits, as training in mixed precision leaves them. */
    public static void toBfloat16(Path bundle) throws IOException {
        editWeights(bundle, file -> {
            ObjectNode header = header(file);
            header.remove("__metadata__");
            header.properties().forEach(array -> {
                ObjectNode entry = (ObjectNode) array.getValue();
                entry.put("dtype", "BF16");
                long begin = entry.path("data_offsets").path(0).asLong() / 2;
                long end = entry.path("data_offsets").path(1).asLong() / 2;
                entry.putArray("data_offsets").add(begin).add(end);
            });
            byte[] data = data(file);
            byte[] upperHalves = new byte[data.length / 2];
            for (int i = 0; i < upperHalves.length; i++) {
                upperHalves[i] = data[i / 2 * 4 + 2 + i % 2];
            }
            return safetensors(header.toString(), upperHalves);
        });
    }

    /** A file of the format: the header's length in 8 bytes, little-endian, the header, the data. */
    public static byte[] safetensors(String header, byte[] data) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        return littleEndian(new byte[Long.BYTES + json.length + data.length])
                .putLong(json.length)
                .put(json)
                .put(data)
                .array();
    }

    static ObjectNode header(byte[] safetensors) {
        try {
            return (ObjectNode) Json.MAPPER.readTree(
                    new String(safetensors, Long.BYTES, headerLength(safetensors), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] data(byte[] safetensors) {
        int begin = Long.BYTES + headerLength(safetensors);
        return ByteBuffer.allocate(safetensors.length - begin)
                .put(safetensors, begin, safetensors.length - begin)
                .array();
    }

    private static int headerLength(byte[] safetensors) {
        return (int) littleEndian(safetensors).getLong();
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static String sha256(Path file) {
        try {
            return Sha256.of(file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
