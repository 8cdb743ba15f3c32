package org.catalogtagger.model;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.catalogtagger.model.bundle.Brightness;
import org.catalogtagger.model.bundle.Calibration;
import org.catalogtagger.model.bundle.ConfusionMatrix;
import org.catalogtagger.model.bundle.Familiarity;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.model.bundle.ModelDescription;
import org.catalogtagger.model.bundle.ModelDescription.Input;
import org.catalogtagger.model.bundle.ModelDescription.Provenance;
import org.catalogtagger.model.bundle.ModelDescription.TestMetrics;
import org.catalogtagger.model.image.Framing;
import org.catalogtagger.model.image.ImageSize;
import org.catalogtagger.model.image.Normalization;
import org.catalogtagger.model.network.Activation;
import org.catalogtagger.model.network.Architecture;
import org.catalogtagger.model.network.Ensemble;
import org.catalogtagger.model.network.EnsembleArchitecture;
import org.catalogtagger.model.network.Initialization;
import org.catalogtagger.model.network.Network;
import org.catalogtagger.model.network.PyTorch;

/** A small untrained model for tests. */
public final class TinyModel {
    /** Labels of its outputs. */
    public static final List<String> CLASSES = List.of("Shirts", "Ties", "Watches");

    private TinyModel() {}

    /** A bundle with random weights that the seed determines, for images of 60x80. */
    public static ModelBundle save(Path directory, int seed) throws IOException {
        return save(directory, seed, Framing.squash(ImageSize.NOTEBOOK));
    }

    /** The same for images framed otherwise. */
    public static ModelBundle save(Path directory, int seed, Framing framing) throws IOException {
        int inputs = framing.size().samples();
        Architecture architecture = new Architecture(List.of(inputs, 16, 3), Activation.RELU, true, 0.1);
        return save(directory, seed, architecture, framing, CLASSES);
    }

    /** A bundle of any architecture over images of 60x80. */
    public static ModelBundle save(Path directory, int seed, Architecture architecture, List<String> classes)
            throws IOException {
        return save(directory, seed, architecture, Framing.squash(ImageSize.NOTEBOOK), classes);
    }

    /** A bundle of any architecture over images framed for it. */
    static ModelBundle save(Path directory, int seed, Architecture architecture, Framing framing, List<String> classes)
            throws IOException {
        try (NDManager manager = PyTorch.newManager()) {
            PyTorch.engine().setRandomSeed(seed);
            Network network = Network.untrained(architecture, Initialization.TORCH_DEFAULT, manager);
            Normalization normalization = new Normalization.DivideBy255();
            return save(directory, Ensemble.of(network), architecture, framing, normalization, classes, "tiny-" + seed);
        }
    }

    /** A bundle of a given network over images of 60x80. */
    public static ModelBundle save(
            Path directory,
            Network network,
            Architecture architecture,
            Normalization normalization,
            List<String> classes,
            String version)
            throws IOException {
        return save(directory, Ensemble.of(network), architecture, normalization, classes, version);
    }

    /** A bundle of several networks that answer together. */
    public static ModelBundle save(
            Path directory,
            Ensemble networks,
            Architecture architecture,
            Normalization normalization,
            List<String> classes,
            String version)
            throws IOException {
        Framing framing = Framing.squash(ImageSize.NOTEBOOK);
        return save(directory, networks, architecture, framing, normalization, classes, version);
    }

    private static ModelBundle save(
            Path directory,
            Ensemble network,
            Architecture architecture,
            Framing framing,
            Normalization normalization,
            List<String> classes,
            String version)
            throws IOException {
        ConfusionMatrix evaluation = new ConfusionMatrix(classes);
        evaluation.add(0, 0);
        return ModelBundle.save(
                directory,
                network.weights(),
                evaluation,
                sha256 -> describe(
                        new EnsembleArchitecture(architecture, network.members().size()),
                        framing,
                        normalization,
                        classes,
                        evaluation,
                        version,
                        sha256),
                ModelBundle.Companions.NONE);
    }

    private static ModelDescription describe(
            EnsembleArchitecture architecture,
            Framing framing,
            Normalization normalization,
            List<String> classes,
            ConfusionMatrix evaluation,
            String version,
            String weightsSha256) {
        return new ModelDescription(
                ModelDescription.FORMAT_VERSION,
                version,
                Optional.of(architecture.member()),
                Optional.empty(),
                architecture.members(),
                0.0,
                new Input(framing),
                normalization,
                classes,
                new Provenance(
                        Instant.EPOCH,
                        "none",
                        0,
                        1,
                        0.2,
                        "none",
                        Optional.empty(),
                        0,
                        Json.MAPPER.createObjectNode(),
                        Map.of(),
                        weightsSha256),
                new TestMetrics(
                        evaluation.accuracy(),
                        evaluation.macroRecall(),
                        1,
                        Calibration.UNKNOWN,
                        Brightness.UNKNOWN,
                        Familiarity.UNKNOWN));
    }
}
