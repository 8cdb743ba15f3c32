package org.catalogtagger.model.bundle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.catalogtagger.model.network.Architecture.NamedShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsHeaderTest {
    private static final List<NamedShape> ARRAYS = List.of(
            new NamedShape("layer1.weight", List.of(2L, 3L), true), new NamedShape("layer1.bias", List.of(2L), true));
    private static final long DATA = 32;

    private static final String WEIGHT =
            "\"layer1.weight\": {\"dtype\": \"F32\", \"shape\": [2, 3], \"data_offsets\": [8, 32]}";
    private static final String BIAS =
            "\"layer1.bias\": {\"dtype\": \"F32\", \"shape\": [2], \"data_offsets\": [0, 8]}";
    private static final String GOOD = "{" + WEIGHT + ", " + BIAS + "}";

    @Test
    void givesTheArraysInTheOrderOfTheirData() {
        assertThat(parse(GOOD).arrays()).extracting(NamedShape::name).containsExactly("layer1.bias", "layer1.weight");
    }

    @Test
    void takesWhatTheFormatAllowsBesides() {
        assertThat(parse("{\"__metadata__\": {\"format\": \"pt\"}, " + WEIGHT + ", " + BIAS + "}   ")
                        .arrays())
                .hasSize(2);
        assertThat(parse(GOOD.replace("\"dtype\"", "\"later\": {\"x\": null}, \"dtype\""))
                        .arrays())
                .hasSize(2);
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            "F32", "shape": [2, 3]     | "BF16", "shape": [2, 3]              | layer1.weight is bfloat16
            "F32", "shape": [2, 3]     | "F64", "shape": [2, 3]               | layer1.weight is float64
            "F32", "shape": [2, 3]     | "F7", "shape": [2, 3]                | layer1.weight is of the type 'F7'
            "F32", "shape": [2, 3]     | null, "shape": [2, 3]                | layer1.weight is of the type
            "F32", "shape": [2, 3]     | 32, "shape": [2, 3]                  | layer1.weight is of the type
            "dtype": "F32", "shape": [2, 3] | "shape": [2, 3]                 | layer1.weight is of the type
            [2, 3]                     | [3, 2]                               | layer1.weight is [3, 2], but model.json says [2, 3]
            [2, 3]                     | [6]                                  | layer1.weight is [6]
            [2, 3]                     | []                                   | layer1.weight is []
            [2, 3]                     | [-2, -3]                             | layer1.weight: shape must be
            [2, 3]                     | [2.0, 3]                             | layer1.weight: shape must be
            [2, 3]                     | ["2", 3]                             | layer1.weight: shape must be
            [2, 3]                     | [4294967296, 4294967296]             | layer1.weight is [4294967296
            [2, 3]                     | [99999999999999999999999]            | layer1.weight: shape must be
            [2, 3]                     | {"0": 2, "1": 3}                     | layer1.weight: shape must be
            [2, 3]                     | [1, 1, 1, 1, 1, 1, 1, 2, 3]          | layer1.weight: shape must be
            [2, 3]                     | null                                 | layer1.weight: shape must be
            [8, 32]                    | [8, 31]                              | layer1.weight has data_offsets [8, 31]
            [8, 32]                    | [32, 8]                              | layer1.weight has data_offsets [32, 8]
            [8, 32]                    | [-8, 16]                             | layer1.weight: data_offsets must be
            [8, 32]                    | [8]                                  | layer1.weight has data_offsets [8]
            [8, 32]                    | [8, 32, 56]                          | layer1.weight has data_offsets
            [8, 32]                    | [9223372036854775800, 9223372036854775807] | layer1.weight has data_offsets
            [8, 32]                    | [4, 28]                              | begins at byte 4 of the data, but the array before it ends at 8
            [8, 32]                    | [12, 36]                             | begins at byte 12 of the data, but the array before it ends at 8
            [8, 32]                    | [0, 24]                              | begins at byte 0 of the data, but the array before it ends at
            "data_offsets": [0, 8]     | "data_offsets": [0, 8], "dtype": "F32" | is no JSON
            "layer1.bias"              | "layer1.weight"                      | is no JSON
            "layer1.bias"              | "layer1.Bias"                        | has no array layer1.bias
            "layer1.bias":             | "layer1.bias": null, "x":            | layer1.bias is of the type
            "layer1.bias":             | "extra": {}, "layer1.bias":          | has not: extra
            "layer1.bias":             | "__metadata__": [], "layer1.bias":   | __metadata__
            "layer1.bias":             | "__metadata__": null, "layer1.bias": | __metadata__
            "layer1.bias":             | "__metadata__": {"a": 1}, "layer1.bias": | __metadata__
            {"layer1.weight"           | [{"layer1.weight"                    | does not begin with {
            """)
    void namesWhatIsWrong(String from, String to, String fault) {
        assertThat(GOOD).contains(from);
        assertThatThrownBy(() -> parse(GOOD.replace(from, to)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(fault);
    }

    @Test
    void refusesDataThatNoArrayFills() {
        assertThatThrownBy(() -> SafetensorsHeader.parse(GOOD.getBytes(UTF_8), DATA + 1, ARRAYS))
                .hasMessageContaining("has 33 bytes of data, but its arrays fill 32");
        assertThatThrownBy(() -> SafetensorsHeader.parse(GOOD.getBytes(UTF_8), DATA - 1, ARRAYS))
                .hasMessageContaining("has 31 bytes of data");
    }

    @Test
    void refusesWhatIsNoJsonInUtf8() {
        for (byte[] bytes : List.of(
                new byte[0],
                " {}".getBytes(UTF_8),
                GOOD.getBytes(UTF_16LE),
                "{\"\u00e4\": {}}".getBytes(ISO_8859_1),
                (GOOD + "{}").getBytes(UTF_8),
                "{\"a\":".repeat(5000).getBytes(UTF_8))) {
            assertThatThrownBy(() -> SafetensorsHeader.parse(bytes, DATA, ARRAYS))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("header");
        }
    }

    private static SafetensorsHeader parse(String header) {
        return SafetensorsHeader.parse(header.getBytes(UTF_8), DATA, ARRAYS);
    }
}
