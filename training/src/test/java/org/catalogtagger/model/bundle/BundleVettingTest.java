package org.catalogtagger.model.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.catalogtagger.model.Classifier;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.model.network.Activation;
import org.catalogtagger.model.network.Architecture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bundles whose sums are right, and which must not be loaded all the same. */
class BundleVettingTest {
    @TempDir
    private Path folder;

    private Path bundle;

    @BeforeEach
    void saveABundle() throws IOException {
        bundle = folder.resolve("model");
        TinyModel.save(bundle, 1);
    }

    @Test
    void refusesBfloat16BeforeNativeCodeSeesIt() throws IOException {
        TestBundles.toBfloat16(bundle);
        assertRefused("layer1.weight is bfloat16");
    }

    @ParameterizedTest
    @CsvSource({
        "layer1.weight, NaN",
        "layer1.weight, Infinity",
        "layer2.bias, -Infinity",
        "layer2.weight, 3e38",
        "layer1.bias, -1.1e6",
        "norm1.weight, NaN",
        "norm1.running_mean, 1e13",
        "norm1.running_var, -0.001",
        "norm1.running_var, NaN",
        "norm1.running_var, 1e25"
    })
    void refusesWeightsThatNoModelHas(String array, float value) throws IOException {
        TestBundles.setWeight(bundle, array, 2, value);
        assertRefused(array + " holds " + value + " as its value number 3");
    }

    @Test
    void refusesSoundWeightsWhoseAnswersOverflowTogether() throws IOException {
        Architecture deep = new Architecture(List.of(4800, 64, 64, 64, 64, 64, 64, 64, 3), Activation.RELU, false, 0);
        TinyModel.save(bundle, 1, deep, TinyModel.CLASSES);
        TestBundles.setWeights(bundle, 1e6f);
        assertThat(ModelBundle.open(bundle)).isNotNull();
        assertThatThrownBy(() -> Classifier.load(bundle))
                .isInstanceOf(BundleException.class)
                .hasMessageContaining("black image sum to NaN");
    }

    @ParameterizedTest(name = "{0} = {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            /modelVersion                        | null            | modelVersion must be 1 to 200 visible characters
            /modelVersion                        | ""              | modelVersion must be
            /modelVersion                        | " tiny"         | modelVersion must be
            /modelVersion                        | "ti\\u0000ny"   | modelVersion must be
            /modelVersion                        | "ti\\r\\nny: 1" | modelVersion must be
            /modelVersion                        | "ti\\u202eny"   | modelVersion must be
            /classes/0                           | null            | a class must be
            /classes/1                           | " "             | a class must be
            /classes/1                           | "Watches"       | a class is named twice
            /classes                             | null            | classes is null
            /classes                             | 7               | line
            /architecture                        | null            | architecture is null
            /architecture/layerSizes             | null            | layerSizes must be 2 to 101 numbers
            /architecture/layerSizes/1           | 1000000000      | layerSizes must be numbers from 1 to 1,048,576
            /architecture/layerSizes/1           | 1000000         | a layer of 4,800 by 1,000,000 has 4,800,000,000 weights
            /architecture/layerSizes/1           | 0               | layerSizes must be
            /architecture/layerSizes/1           | -16             | layerSizes must be
            /architecture/layerSizes/1           | null            | layerSizes must be
            /architecture/layerSizes/1           | 16.5            | line
            /architecture/layerSizes/1           | 99999999999     | line
            /architecture/activation             | null            | activation is null
            /architecture/activation             | "gelu"          | line
            /architecture/dropout                | 1.5             | dropout must be
            /architecture/dropout                | "NaN"           | dropout must be
            /input                               | null            | input is null
            /input/width                         | 2147483647      | does not fill the first layer's 4800 inputs
            /input/width                         | -60             | does not fill
            /input/width                         | 0               | does not fill
            /input/channels                      | 3               | does not fill
            /input/channels                      | 2               | channels must be 1, gray, or 3
            /normalization                       | null            | normalization is null
            /normalization/kind                  | "whiten"        | whiten
            /normalization                       | {"kind": "standardize", "mean": [1], "standardDeviation": [0]} | sample 0 has mean 1.0 and standard deviation 0.0
            /normalization                       | {"kind": "standardize", "mean": [1], "standardDeviation": [-1]} | standard deviation -1.0
            /normalization                       | {"kind": "standardize", "mean": [1], "standardDeviation": [1e-40]} | standard deviation
            /normalization                       | {"kind": "standardize", "mean": ["NaN"], "standardDeviation": [1]} | mean NaN
            /normalization                       | {"kind": "standardize", "mean": [1e38], "standardDeviation": [1]} | mean 1.0E38
            /normalization                       | {"kind": "standardize", "mean": null, "standardDeviation": [1]} | is null
            /normalization                       | {"kind": "standardize", "mean": [1], "standardDeviation": [1]} | not one for each sample
            /provenance                          | null            | provenance is null
            /provenance/weightsSha256            | null            | weightsSha256 is null
            /provenance/weightsSha256            | "abc"           | do they belong together?
            /provenance/testFraction             | 1e308           | testFraction must be
            /testMetrics                         | null            | testMetrics is null
            /testMetrics/accuracy                | -0.1            | accuracy must be
            /testMetrics/accuracy                | "NaN"           | accuracy must be
            /testMetrics/macroRecall             | 1e999           | macroRecall must be
            /testMetrics/calibration/expectedCalibrationError | "Infinity" | a calibration has
            /testMetrics/calibration/bins        | null            | bins is null
            /testMetrics/calibration/bins        | [{"from": 0, "to": 1, "images": -1, "confidence": 0, "accuracy": 0}] | a calibration's bin
            /formatVersion                       | null            | line
            /formatVersion                       | 2               | format version 2, but this Catalog Tagger reads version 1; use a release that reads 2
            /formatVersion                       | 1.5             | line
            """)
    void refusesADescriptionThatNoModelHas(String pointer, String value, String fault) throws IOException {
        set("model.json", pointer, Json.MAPPER.readTree(value));
        assertRefused(fault);
    }

    @ParameterizedTest(name = "{0} = {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            /classes/0             | "Hats"              | its classes are not those of model.json
            /classes               | null                | classes is null
            /confusionMatrix       | null                | confusionMatrix is null
            /confusionMatrix       | []                  | must be 3 rows
            /confusionMatrix/1     | null                | must be 3 rows
            /confusionMatrix/1     | [1, 2]              | must be 3 rows
            /confusionMatrix/1/1   | -1                  | counts from 0
            /confusionMatrix/1/1   | 9223372036854775807 | counts from 0
            /confusionMatrix/1/1   | 1e99                | line
            /confusionMatrix/1/1   | 0.5                 | line
            """)
    void refusesAnEvaluationThatNoTestGives(String pointer, String value, String fault) throws IOException {
        set("evaluation.json", pointer, Json.MAPPER.readTree(value));
        assertRefused(fault);
    }

    @Test
    void refusesAnOverlongVersionOrClassWithoutRepeatingAllOfIt() throws IOException {
        set("model.json", "/modelVersion", Json.MAPPER.valueToTree("v".repeat(1_000_000)));
        assertRefused("modelVersion must be");
        set("model.json", "/modelVersion", Json.MAPPER.valueToTree("v"));
        set("model.json", "/classes/0", Json.MAPPER.valueToTree("c".repeat(201)));
        assertRefused("(201 characters)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.json", "evaluation.json"})
    void refusesWhatIsNoJson(String file) throws IOException {
        for (String text : List.of("", "null", "[]", "{", "{\"classes\": 1, \"classes\": 1}", "[".repeat(100_000))) {
            Files.writeString(bundle.resolve(file), text);
            assertRefused(file);
        }
    }

    @Test
    void passesOverFieldsThatALaterVersionAdds() throws IOException {
        TestBundles.editJson(bundle, "model.json", model -> {
            for (String object : List.of("architecture", "input", "normalization", "provenance", "testMetrics")) {
                ((ObjectNode) model.get(object)).putObject("later").put("x", 1);
            }
            model.putArray("later").addNull();
        });
        TestBundles.editJson(bundle, "evaluation.json", evaluation -> evaluation.put("later", 1));
        try (Classifier classifier = Classifier.load(bundle)) {
            assertThat(classifier.classes()).isEqualTo(TinyModel.CLASSES);
        }
    }

    @Test
    void takesNamesOfAnyScript() throws IOException {
        List<String> classes = List.of("Täschchen & Co.", "کیف‌ها", "手袋 👜");
        TinyModel.save(bundle, 1, new Architecture(List.of(4800, 3), Activation.RELU, false, 0), classes);
        set("model.json", "/modelVersion", Json.MAPPER.valueToTree("mein Rezept (2)-0a1b2c3d4e5f"));
        assertThat(ModelBundle.open(bundle).description().classes()).isEqualTo(classes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.json", "evaluation.json", "weights.safetensors", "SHA256SUMS"})
    void looksAtTheSizeBeforeItReads(String file) throws IOException {
        try (RandomAccessFile large = new RandomAccessFile(bundle.resolve(file).toFile(), "rw")) {
            large.setLength(3L << 30);
        }
        assertRefused(file);
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.json", "evaluation.json", "weights.safetensors", "SHA256SUMS"})
    void opensNoDirectoryDeviceOrPipe(String file) throws Exception {
        Path path = bundle.resolve(file);
        Files.delete(path);
        Files.createDirectory(path);
        assertRefused(file + ": is no regular file");
        Files.delete(path);
        Files.createSymbolicLink(path, Path.of("/dev/zero"));
        assertRefused(file + ": is no regular file");
        Files.delete(path);
        assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor())
                .isZero();
        assertRefused(file + ": is no regular file");
        Files.delete(path);
        Files.createSymbolicLink(path, path);
        assertRefused(file);
    }

    @Test
    void followsLinksToRegularFiles() throws IOException {
        Path weights = bundle.resolve("weights.safetensors");
        Files.move(weights, folder.resolve("elsewhere"));
        Files.createSymbolicLink(weights, folder.resolve("elsewhere"));
        assertThat(ModelBundle.open(bundle)).isNotNull();
    }

    @Test
    void refusesWeightsThatWereReplacedSinceTheBundleWasOpened() throws IOException {
        ModelBundle opened = ModelBundle.open(bundle);
        TinyModel.save(bundle, 2);
        assertThatThrownBy(() -> Classifier.load(opened))
                .isInstanceOf(BundleException.class)
                .hasMessageContaining("do they belong together?");
    }

    @Test
    void anyTruncationOfAnyFileIsRefused() throws IOException {
        Random random = new Random(1);
        for (String file : List.of("model.json", "evaluation.json", "weights.safetensors", "SHA256SUMS")) {
            byte[] whole = Files.readAllBytes(bundle.resolve(file));
            for (int i = 0; i < 20; i++) {
                Files.write(
                        bundle.resolve(file),
                        Arrays.copyOf(whole, random.nextInt(whole.length - (file.equals("SHA256SUMS") ? 90 : 1))));
                assertRefused(bundle.toString());
            }
            Files.write(bundle.resolve(file), whole);
        }
        assertThat(ModelBundle.open(bundle)).isNotNull();
    }

    private void assertRefused(String fault) {
        assertThatThrownBy(() -> ModelBundle.open(bundle)).satisfies(e -> {
            assertThat(e).isInstanceOf(BundleException.class).hasMessageContaining(bundle.toString());
            assertThat(e.getMessage()).contains(fault).doesNotContain("\n").hasSizeLessThan(1010);
        });
    }

    private void set(String file, String pointer, JsonNode value) throws IOException {
        TestBundles.editJson(bundle, file, json -> {
            int last = pointer.lastIndexOf('/');
            JsonNode parent = json.at(pointer.substring(0, last));
            String name = pointer.substring(last + 1);
            JsonNode set = value == null ? NullNode.instance : value;
            if (parent instanceof ArrayNode array) {
                array.set(Integer.parseInt(name), set);
            } else {
                ((ObjectNode) parent).set(name, set);
            }
        });
    }
}
