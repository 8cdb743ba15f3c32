package org.catalogtagger.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.catalogtagger.model.bundle.Brightness;
import org.catalogtagger.model.bundle.Calibration;
import org.catalogtagger.model.bundle.ConfusionMatrix;
import org.catalogtagger.model.bundle.Familiarity;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.model.bundle.ModelDescription;
import org.catalogtagger.model.image.Framing;
import org.catalogtagger.model.image.ImageSize;
import org.catalogtagger.model.image.Normalization;
import org.catalogtagger.model.network.Program;

/** A bundle of a TorchScript program that tells dark images of the notebook's size from bright ones; brightness.py has made it. */
public final class TinyProgram {
    /** Its classes. */
    public static final List<String> CLASSES = List.of("dark", "bright");

    private TinyProgram() {}

    /** An image of one level. */
    public static byte[] image(int level) {
        byte[] pixels = new byte[ImageSize.NOTEBOOK.pixels()];
        Arrays.fill(pixels, (byte) level);
        return pixels;
    }

    /** An image for which it fails. */
    public static byte[] failing() {
        return image(64);
    }

    /** Copies the program. */
    public static Path copy(Path file) throws IOException {
        return copy("brightness.pt", file);
    }

    /** Copies another that takes dark images for bright ones. */
    static Path copyOther(Path file) throws IOException {
        return copy("darkness.pt", file);
    }

    private static Path copy(String name, Path file) throws IOException {
        try (InputStream in = Objects.requireNonNull(TinyProgram.class.getResourceAsStream("network/" + name))) {
            Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
        }
        return file;
    }

    /** Writes a bundle of the version {@code brightness-1}. */
    public static ModelBundle save(Path directory) throws IOException {
        return save(directory, "brightness.pt", Program.Format.TORCHSCRIPT);
    }

    /** The same as an ONNX graph, which does not fail. */
    static ModelBundle saveGraph(Path directory) throws IOException {
        return save(directory, "brightness.onnx", Program.Format.ONNX);
    }

    private static ModelBundle save(Path directory, String name, Program.Format format) throws IOException {
        Path program = copy(name, Files.createTempDirectory("tiny-program").resolve("program"));
        ConfusionMatrix evaluation = new ConfusionMatrix(CLASSES);
        evaluation.add(0, 0);
        try {
            return ModelBundle.saveProgram(
                    directory, program, format, evaluation, sha256 -> describe(format, evaluation, sha256));
        } finally {
            Files.delete(program);
            Files.delete(program.getParent());
        }
    }

    private static ModelDescription describe(Program.Format format, ConfusionMatrix evaluation, String sha256) {
        return new ModelDescription(
                ModelDescription.FORMAT_VERSION,
                "brightness-1",
                Optional.empty(),
                Optional.of(new Program(format, List.of(Program.Plane.AS_IS), Program.Answers.LOGITS)),
                1,
                0.0,
                new ModelDescription.Input(Framing.squash(ImageSize.NOTEBOOK)),
                new Normalization.DivideBy255(),
                CLASSES,
                new ModelDescription.Provenance(
                        Instant.EPOCH,
                        "none",
                        0,
                        1,
                        1,
                        "none",
                        Optional.empty(),
                        0,
                        Json.MAPPER.createObjectNode(),
                        Map.of(),
                        sha256),
                new ModelDescription.TestMetrics(
                        evaluation.accuracy(),
                        evaluation.macroRecall(),
                        1,
                        Calibration.UNKNOWN,
                        Brightness.UNKNOWN,
                        Familiarity.UNKNOWN));
    }
}
