package org.catalogtagger.model.bundle;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.catalogtagger.model.network.MlpArchitecture;
import org.catalogtagger.model.network.MlpArchitecture.NamedShape;
import org.jspecify.annotations.Nullable;

/**
 * A model as a directory: {@value #MODEL}, {@value #WEIGHTS}, {@value #EVALUATION}, and {@value Checksums#FILE} over
 * the three, which {@code sha256sum -c} checks too. No pickle, no Java serialization.
 *
 * @param directory where it lies
 * @param description {@value #MODEL}
 * @param evaluation {@value #EVALUATION}: the test part's confusion matrix, which is the baseline for drift
 */
public record ModelBundle(Path directory, ModelDescription description, ConfusionMatrix evaluation) {
    static final String MODEL = "model.json";
    static final String WEIGHTS = "weights.safetensors";
    static final String EVALUATION = "evaluation.json";
    private static final List<String> FILES = List.of(MODEL, WEIGHTS, EVALUATION);

    /** Writes files that are no part of the model, a report, say, into its directory. */
    @FunctionalInterface
    public interface Companions {
        /** There are none. */
        Companions NONE = (description, directory) -> {};

        /** Writes them. */
        void write(ModelDescription description, Path directory) throws IOException;
    }

    /**
     * Writes a bundle, whole or not at all: into a directory beside, which then takes the place of an earlier one.
     *
     * @param weights named and shaped as {@link MlpArchitecture#arrays()} says
     * @param describe completes the description, given the SHA-256 of the weights
     * @param companions writes what else is to lie in the directory
     * @throws IOException if it cannot be written (disk full, say); an earlier bundle is then intact
     */
    public static ModelBundle save(
            Path directory,
            NDList weights,
            ConfusionMatrix evaluation,
            Function<String, ModelDescription> describe,
            Companions companions)
            throws IOException {
        return AtomicDirectory.replace(directory, temporary -> {
            Path weightsFile = temporary.resolve(WEIGHTS);
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(weightsFile), 1 << 20)) {
                weights.encode(out, NDList.Encoding.SAFETENSORS);
            }
            ModelDescription description = describe.apply(Sha256.of(weightsFile));
            Json.write(temporary.resolve(MODEL), description);
            Json.write(temporary.resolve(EVALUATION), evaluation);
            Checksums.write(temporary, FILES);
            companions.write(description, temporary);
            return new ModelBundle(directory, description, evaluation);
        });
    }

    /** Copies the bundle, without what else lies in its directory, to another, whole or not at all. */
    public void copyTo(Path target) throws IOException {
        Path unused = AtomicDirectory.replace(target, temporary -> {
            for (String file : FILES) {
                Files.copy(directory.resolve(file), temporary.resolve(file));
            }
            return Files.copy(directory.resolve(Checksums.FILE), temporary.resolve(Checksums.FILE));
        });
    }

    /**
     * Reads a bundle's descriptions and verifies all of it: that every file is there and is what was written, and that
     * they agree with each other.
     *
     * @throws BundleException if not, naming the file and the fault
     */
    public static ModelBundle open(Path directory) {
        requireDirectory(directory);
        for (String file : FILES) {
            if (!Files.isRegularFile(directory.resolve(file))) {
                throw new BundleException("the model bundle " + directory + " has no " + file);
            }
        }
        ModelDescription description = read(directory, MODEL, ModelDescription.class);
        ConfusionMatrix evaluation = read(directory, EVALUATION, ConfusionMatrix.class);
        if (!evaluation.classes().equals(description.classes())) {
            throw new BundleException(directory.resolve(EVALUATION) + ": its classes are not those of " + MODEL
                    + "; was the bundle edited?");
        }
        String sum = Checksums.verify(directory, FILES).get(WEIGHTS);
        if (!description.provenance().weightsSha256().equals(sum)) {
            throw new BundleException("%s: its SHA-256 is not the one in %s; do they belong together?"
                    .formatted(directory.resolve(WEIGHTS), MODEL));
        }
        return new ModelBundle(directory, description, evaluation);
    }

    /**
     * The SHA-256 of what a bundle says that it is, a name for the model that lies in the directory now.
     *
     * @throws BundleException if there is none
     */
    public static String digest(Path directory) {
        requireDirectory(directory);
        Path file = directory.resolve(MODEL);
        try {
            return Sha256.of(file);
        } catch (IOException e) {
            throw new BundleException(file + ": cannot be read: " + e, e);
        }
    }

    private static void requireDirectory(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new BundleException("no model bundle at " + directory + ": not a directory");
        }
    }

    /**
     * Reads the weights, which the manager then owns.
     *
     * @return the arrays of {@link MlpArchitecture#arrays()}, checked for names, shapes and type
     * @throws BundleException if they are not the model's
     */
    public NDList readWeights(NDManager manager) {
        Path file = directory.resolve(WEIGHTS);
        NDList weights;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 20)) {
            weights = NDList.decode(manager, in);
        } catch (IOException | RuntimeException e) {
            throw new BundleException(file + ": cannot be read as safetensors: " + e.getMessage(), e);
        }
        List<NamedShape> expected = description.architecture().arrays();
        for (NamedShape array : expected) {
            check(file, array, weights.get(array.name()));
        }
        if (weights.size() != expected.size()) {
            String names = weights.stream()
                    .map(NDArray::getName)
                    .filter(name ->
                            expected.stream().noneMatch(array -> array.name().equals(name)))
                    .collect(Collectors.joining(", "));
            throw new BundleException(file + ": holds arrays that the model has not: " + names);
        }
        return weights;
    }

    private static void check(Path file, NamedShape expected, @Nullable NDArray array) {
        if (array == null) {
            throw new BundleException(file + ": has no array " + expected.name());
        }
        List<Long> shape = Arrays.stream(array.getShape().getShape()).boxed().toList();
        if (!shape.equals(expected.shape()) || array.getDataType() != DataType.FLOAT32) {
            throw new BundleException("%s: %s is %s %s, but %s says %s float32"
                    .formatted(file, expected.name(), shape, array.getDataType(), MODEL, expected.shape()));
        }
    }

    private static <T> T read(Path directory, String file, Class<T> type) {
        Path path = directory.resolve(file);
        try {
            return Json.read(path, type);
        } catch (JsonProcessingException e) {
            throw new BundleException(path + ": " + Json.faultOf(e), e);
        } catch (IOException e) {
            throw new BundleException(path + ": cannot be read: " + e.getMessage(), e);
        }
    }
}
