package org.catalogtagger.model.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.catalogtagger.model.Classifier;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.model.image.ImageSize;
import org.catalogtagger.model.image.Normalization;
import org.catalogtagger.model.network.Activation;
import org.catalogtagger.model.network.Architecture;
import org.catalogtagger.model.network.Convolution;
import org.catalogtagger.model.network.Convolutions;
import org.catalogtagger.model.network.Ensemble;
import org.catalogtagger.model.network.Initialization;
import org.catalogtagger.model.network.Network;
import org.catalogtagger.model.network.PyTorch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelBundleTest {
    @TempDir
    private Path folder;

    private Path bundle;

    @BeforeEach
    void saveABundle() throws IOException {
        bundle = folder.resolve("model");
        TinyModel.save(bundle, 1);
    }

    /** Whoever may read the folder is to read what is put there, however private the original is. */
    @Test
    void aCopyHasThePermissionsOfANewFile() throws IOException {
        Files.setPosixFilePermissions(
                bundle.resolve("weights.safetensors"), PosixFilePermissions.fromString("r--------"));
        ModelBundle.open(bundle).copyTo(folder.resolve("copy"));
        Path fresh = Files.createFile(folder.resolve("fresh"));
        assertThat(Files.getPosixFilePermissions(folder.resolve("copy/weights.safetensors")))
                .isEqualTo(Files.getPosixFilePermissions(fresh));
    }

    static List<Architecture> architectures() {
        Convolutions convolutions =
                new Convolutions(1, 80, 60, List.of(new Convolution(4, 5, 2, 2), new Convolution(6, 3, 1, 4)));
        return List.of(
                new Architecture(List.of(4800, 16, 3), Activation.TANH, true, 0.1),
                new Architecture(
                        Optional.of(convolutions), List.of(convolutions.features(), 3), Activation.RELU, true, 0.1),
                new Architecture(
                        Optional.of(convolutions), List.of(convolutions.features(), 8, 3), Activation.RELU, false, 0));
    }

    @ParameterizedTest
    @MethodSource("architectures")
    void givesTheSameProbabilitiesAfterSavingAndLoading(Architecture architecture) throws IOException {
        List<byte[]> images = List.of(randomImage(1), randomImage(2));
        try (NDManager manager = PyTorch.newManager()) {
            Network network = Network.untrained(architecture, Initialization.TORCH_DEFAULT, manager);
            ModelBundle saved = TinyModel.save(
                    folder.resolve("other"),
                    network,
                    architecture,
                    new Normalization.DivideBy255(),
                    TinyModel.CLASSES,
                    "other");
            try (Classifier live = new Classifier(
                            manager,
                            Ensemble.of(network),
                            TinyModel.CLASSES,
                            new Normalization.DivideBy255(),
                            ImageSize.NOTEBOOK,
                            0);
                    Classifier loaded = Classifier.load(saved.directory())) {
                assertAlike(probabilities(loaded, images), probabilities(live, images));
            }
        }
    }

    @Test
    void aBundleListsItsMembers() throws IOException {
        Architecture architecture = new Architecture(List.of(4800, 16, 3), Activation.RELU, true, 0);
        List<byte[]> images = List.of(randomImage(1), randomImage(2));
        try (NDManager manager = PyTorch.newManager()) {
            Ensemble ensemble = new Ensemble(List.of(
                    Network.untrained(architecture, Initialization.TORCH_DEFAULT, manager),
                    Network.untrained(architecture, Initialization.TORCH_DEFAULT, manager)));
            ModelBundle saved = TinyModel.save(
                    folder.resolve("two"),
                    ensemble,
                    architecture,
                    new Normalization.DivideBy255(),
                    TinyModel.CLASSES,
                    "two");
            try (Classifier live = new Classifier(
                            manager,
                            ensemble,
                            TinyModel.CLASSES,
                            new Normalization.DivideBy255(),
                            ImageSize.NOTEBOOK,
                            0);
                    Classifier loaded = Classifier.load(saved.directory())) {
                assertAlike(probabilities(loaded, images), probabilities(live, images));
            }
            assertThat(Files.size(saved.directory().resolve("weights.safetensors")))
                    .isCloseTo(2 * Files.size(bundle.resolve("weights.safetensors")), withinPercentage(1));
        }
        TestBundles.editJson(folder.resolve("two"), "model.json", model -> model.put("members", 3));
        assertThatThrownBy(() -> ModelBundle.open(folder.resolve("two")))
                .hasMessageContaining("has no array member3.layer1.weight");
        TestBundles.editJson(folder.resolve("two"), "model.json", model -> model.put("members", 1));
        assertThatThrownBy(() -> ModelBundle.open(folder.resolve("two"))).hasMessageContaining("layer1.weight");
    }

    @Test
    void refusesToMirrorBelowWhatIsNoShare() throws IOException {
        for (double share : new double[] {-0.1, 1.5}) {
            TestBundles.editJson(bundle, "model.json", model -> model.put("mirrorBelow", share));
            assertThatThrownBy(() -> ModelBundle.open(bundle))
                    .hasMessageContaining("mirrorBelow must be from 0 to 1, not " + share);
        }
        TestBundles.editJson(bundle, "model.json", model -> model.remove("mirrorBelow"));
        assertThat(ModelBundle.open(bundle).description().mirrorBelow()).isZero();
    }

    /** By the format's own definition: 8 bytes little-endian header length, JSON header, raw little-endian data. */
    @Test
    void weightsAreSafetensorsOfTorchLinearsShapes() throws IOException {
        byte[] file = Files.readAllBytes(bundle.resolve("weights.safetensors"));
        long headerLength = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
        JsonNode header = Json.MAPPER.readTree(new String(file, 8, (int) headerLength, StandardCharsets.UTF_8));
        ((ObjectNode) header).remove("__metadata__");

        Map<String, List<Integer>> shapes = new HashMap<>();
        long dataLength = file.length - 8 - headerLength;
        long covered = 0;
        for (Map.Entry<String, JsonNode> array : header.properties()) {
            assertThat(array.getValue().path("dtype").asText()).isEqualTo("F32");
            shapes.put(array.getKey(), Json.MAPPER.convertValue(array.getValue().get("shape"), intList()));
            long from = array.getValue().path("data_offsets").get(0).asLong();
            long to = array.getValue().path("data_offsets").get(1).asLong();
            assertThat(from).isBetween(0L, to);
            assertThat(to).isLessThanOrEqualTo(dataLength);
            covered += to - from;
        }
        assertThat(covered).isEqualTo(dataLength);
        assertThat(shapes)
                .containsEntry("layer1.weight", List.of(16, 4800))
                .containsEntry("layer1.bias", List.of(16))
                .containsEntry("layer2.weight", List.of(3, 16))
                .containsEntry("norm1.running_var", List.of(16))
                .hasSize(8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.json", "weights.safetensors", "evaluation.json"})
    void namesTheFileWithAFlippedByte(String file) throws IOException {
        byte[] bytes = Files.readAllBytes(bundle.resolve(file));
        Random random = new Random(file.hashCode());
        for (int i = 0; i < 50; i++) {
            byte[] flipped = bytes.clone();
            flipped[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            Files.write(bundle.resolve(file), flipped);
            assertThatThrownBy(() -> Classifier.load(bundle))
                    .isInstanceOf(BundleException.class)
                    .hasMessageContaining(bundle.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.json", "weights.safetensors", "evaluation.json", "SHA256SUMS"})
    void namesTheMissingFile(String file) throws IOException {
        Files.delete(bundle.resolve(file));
        assertThatThrownBy(() -> ModelBundle.open(bundle))
                .isInstanceOf(BundleException.class)
                .hasMessageContaining("has no " + file);
    }

    @Test
    void namesAWrongClassCount() throws IOException {
        ObjectNode model = Json.read(bundle.resolve("model.json"), ObjectNode.class);
        ((ArrayNode) model.get("classes")).remove(0);
        Json.write(bundle.resolve("model.json"), model);
        assertThatThrownBy(() -> ModelBundle.open(bundle))
                .isInstanceOf(BundleException.class)
                .hasMessageContaining("2 classes but the last layer has 3 units");
    }

    @Test
    void refusesTheTestOfAnotherModel() throws IOException {
        ConfusionMatrix other = new ConfusionMatrix(TinyModel.CLASSES);
        other.add(0, 0);
        other.add(1, 2);
        Json.write(bundle.resolve("evaluation.json"), other);
        Checksums.write(bundle, List.of("model.json", "weights.safetensors", "evaluation.json"));
        assertThatThrownBy(() -> ModelBundle.open(bundle))
                .isInstanceOf(BundleException.class)
                .hasMessage(bundle.resolve("evaluation.json")
                        + ": its accuracy is 0.5000, and model.json says 1.0000; do they belong together?");
    }

    @Test
    void refusesWeightsOfAnotherModel() throws IOException {
        TinyModel.save(
                folder.resolve("wide"),
                2,
                new Architecture(List.of(4800, 32, 3), Activation.RELU, true, 0.1),
                TinyModel.CLASSES);
        Files.copy(
                folder.resolve("wide/weights.safetensors"),
                bundle.resolve("weights.safetensors"),
                StandardCopyOption.REPLACE_EXISTING);
        Checksums.write(bundle, List.of("model.json", "weights.safetensors", "evaluation.json"));
        assertThatThrownBy(() -> ModelBundle.open(bundle))
                .hasMessageContaining("layer1.weight is [32, 4800]")
                .hasMessageContaining("[16, 4800]");
    }

    @Test
    void refusesWeightsOfAnotherTraining() throws IOException {
        TinyModel.save(folder.resolve("other"), 2);
        Files.copy(
                folder.resolve("other/weights.safetensors"),
                bundle.resolve("weights.safetensors"),
                StandardCopyOption.REPLACE_EXISTING);
        Checksums.write(bundle, List.of("model.json", "weights.safetensors", "evaluation.json"));
        assertThatThrownBy(() -> ModelBundle.open(bundle)).hasMessageContaining("do they belong together?");
    }

    @Test
    void refusesABundleOfAnotherFormat() throws IOException {
        ObjectNode model = Json.read(bundle.resolve("model.json"), ObjectNode.class);
        Json.write(bundle.resolve("model.json"), model.put("formatVersion", 99));
        assertThatThrownBy(() -> ModelBundle.open(bundle)).hasMessageContaining("format version 99");
    }

    @Test
    void leavesTheEarlierBundleIntactWhenSavingFails() throws IOException {
        try (NDManager manager = PyTorch.newManager()) {
            Network network = Network.untrained(
                    new Architecture(List.of(4800, 3), Activation.RELU, false, 0), Initialization.ZEROS, manager);
            assertThatThrownBy(() -> ModelBundle.save(
                            bundle,
                            network.weights(),
                            new ConfusionMatrix(TinyModel.CLASSES),
                            sha256 -> {
                                throw new IllegalStateException("disk full");
                            },
                            ModelBundle.Companions.NONE))
                    .hasMessage("disk full");
        }
        assertThat(ModelBundle.open(bundle).description().modelVersion()).isEqualTo("tiny-1");
        try (var left = Files.list(folder)) {
            assertThat(left).containsExactly(bundle);
        }
    }

    @Test
    void replacesAnEarlierBundle() throws IOException {
        TinyModel.save(bundle, 2);
        assertThat(ModelBundle.open(bundle).description().modelVersion()).isEqualTo("tiny-2");
        try (var left = Files.list(folder)) {
            assertThat(left).containsExactly(bundle);
        }
    }

    private static JavaType intList() {
        return Json.MAPPER.getTypeFactory().constructCollectionType(List.class, Integer.class);
    }

    private static byte[] randomImage(long seed) {
        byte[] pixels = new byte[4800];
        new Random(seed).nextBytes(pixels);
        return pixels;
    }

    /** One that is loaded rounds elsewhere: it has batch norm within other layers. */
    private static void assertAlike(List<Float> loaded, List<Float> live) {
        assertThat(loaded).hasSameSizeAs(live);
        for (int i = 0; i < live.size(); i++) {
            assertThat(loaded.get(i)).isCloseTo(live.get(i), within(1e-6f));
        }
    }

    private static List<Float> probabilities(Classifier classifier, List<byte[]> images) {
        return classifier.classify(images).stream()
                .flatMap(p -> IntStream.range(0, 3).mapToObj(p::probability))
                .toList();
    }
}
