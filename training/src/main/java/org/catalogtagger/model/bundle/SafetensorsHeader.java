package org.catalogtagger.model.bundle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.catalogtagger.model.network.Architecture.NamedShape;

/**
 * What a safetensors file says that it holds, checked against the arrays that it is to hold before any of them is read
 * (the format: github.com/huggingface/safetensors, "Format").
 *
 * @param arrays in the order of their data, which they fill from its first byte to its last
 */
record SafetensorsHeader(List<NamedShape> arrays) {
    private static final String METADATA = "__metadata__";

    private static final Map<String, String> TYPES = Map.of(
            "F16", "float16",
            "BF16", "bfloat16",
            "F32", "float32",
            "F64", "float64",
            "I8", "int8",
            "U8", "uint8",
            "I32", "int32",
            "I64", "int64",
            "BOOL", "bool");

    private static final ObjectReader STRICT = Json.MAPPER
            .reader()
            .with(StreamReadFeature.STRICT_DUPLICATE_DETECTION.mappedFeature())
            .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private record Placed(NamedShape array, long begin, long end) {}

    /**
     * Reads a header.
     *
     * @param header its bytes, those after its length
     * @param dataBytes in the file after the header
     * @param expected the arrays of the model, all of float32
     * @throws IllegalArgumentException if it is no such header or describes other arrays, naming the first that differs
     */
    static SafetensorsHeader parse(byte[] header, long dataBytes, List<NamedShape> expected) {
        JsonNode arrays = json(header);
        requireMetadata(arrays.path(METADATA));
        List<Placed> placed = new ArrayList<>();
        for (NamedShape array : expected) {
            placed.add(place(array, arrays.path(array.name())));
        }
        requireNoOther(arrays, expected);
        placed.sort(Comparator.comparingLong(Placed::begin));
        requireFilled(placed, dataBytes);
        return new SafetensorsHeader(placed.stream().map(Placed::array).toList());
    }

    private static JsonNode json(byte[] header) {
        if (header.length == 0 || header[0] != '{') {
            throw new IllegalArgumentException("is no safetensors file: its header does not begin with {");
        }
        try {
            // Decoded first: Jackson would take other encodings than the format's for JSON too.
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(header))
                    .toString();
            return STRICT.readTree(text);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("its header is not UTF-8", e);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("its header is no JSON: " + Json.faultOf(e), e);
        }
    }

    private static void requireMetadata(JsonNode metadata) {
        boolean fits = metadata.isMissingNode() || metadata.isObject();
        for (JsonNode value : metadata) {
            fits &= value.isTextual();
        }
        if (!fits) {
            throw new IllegalArgumentException(METADATA + " in its header must be an object of strings");
        }
    }

    private static Placed place(NamedShape expected, JsonNode found) {
        String name = expected.name();
        if (found.isMissingNode()) {
            throw new IllegalArgumentException("has no array " + name);
        }
        String type = found.path("dtype").asText();
        if (!found.path("dtype").isTextual() || !type.equals("F32")) {
            throw new IllegalArgumentException(
                    "%s is %s, but a bundle holds float32; convert the weights and save again"
                            .formatted(name, TYPES.getOrDefault(type, "of the type '" + type + "'")));
        }
        List<Long> shape = longs(name + ": shape", found.path("shape"));
        if (!shape.equals(expected.shape())) {
            throw new IllegalArgumentException(
                    "%s is %s, but %s says %s".formatted(name, shape, ModelBundle.MODEL, expected.shape()));
        }
        List<Long> offsets = longs(name + ": data_offsets", found.path("data_offsets"));
        long bytes = Math.multiplyExact(expected.elements(), Float.BYTES);
        // Compared so that no sum or difference can overflow.
        if (offsets.size() != 2
                || offsets.get(0) > Long.MAX_VALUE - bytes
                || offsets.get(0) + bytes != offsets.get(1)) {
            throw new IllegalArgumentException(
                    "%s has data_offsets %s, which are not %,d bytes".formatted(name, offsets, bytes));
        }
        return new Placed(expected, offsets.get(0), offsets.get(1));
    }

    private static List<Long> longs(String what, JsonNode array) {
        List<Long> numbers = new ArrayList<>();
        boolean fits = array.isArray() && array.size() <= 8;
        for (JsonNode number : fits ? array : Json.MAPPER.createArrayNode()) {
            fits &= number.isIntegralNumber() && number.canConvertToLong() && number.asLong() >= 0;
            numbers.add(number.asLong());
        }
        if (!fits) {
            throw new IllegalArgumentException(
                    what + " must be an array of a few whole numbers from 0 to 2^63 - 1, not " + abbreviated(array));
        }
        return numbers;
    }

    private static String abbreviated(JsonNode json) {
        String text = json.isMissingNode() ? "absent" : json.toString();
        return text.length() <= 100 ? text : text.substring(0, 100) + "…";
    }

    private static void requireNoOther(JsonNode arrays, List<NamedShape> expected) {
        Set<String> names =
                new HashSet<>(expected.stream().map(NamedShape::name).toList());
        names.add(METADATA);
        for (Map.Entry<String, JsonNode> array : arrays.properties()) {
            if (!names.contains(array.getKey())) {
                throw new IllegalArgumentException("holds an array that the model has not: " + array.getKey());
            }
        }
    }

    private static void requireFilled(List<Placed> placed, long dataBytes) {
        long next = 0;
        for (Placed each : placed) {
            if (each.begin() != next) {
                throw new IllegalArgumentException(
                        "%s begins at byte %,d of the data, but the array before it ends at %,d"
                                .formatted(each.array().name(), each.begin(), next));
            }
            next = each.end();
        }
        if (next != dataBytes) {
            throw new IllegalArgumentException(
                    "has %,d bytes of data, but its arrays fill %,d; was it cut off?".formatted(dataBytes, next));
        }
    }
}
