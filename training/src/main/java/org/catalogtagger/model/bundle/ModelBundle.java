package org.catalogtagger.model.bundle;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.catalogtagger.model.network.Architecture.NamedShape;
import org.catalogtagger.model.network.EnsembleArchitecture;
import org.catalogtagger.model.network.Program;
import org.catalogtagger.model.network.ProgramNetwork;
import org.catalogtagger.model.network.UnusableProgramException;

/**
 * A model as a directory: {@value #MODEL}, {@value #WEIGHTS} or a program, {@value #EVALUATION}, and {@value Checksums#FILE}
 * over the three, which {@code sha256sum -c} checks too. No pickle but what a program may have in itself, no Java serialization.
 *
 * @param directory where it lies
 * @param description {@value #MODEL}
 * @param evaluation {@value #EVALUATION}: the test part's confusion matrix, which is the baseline for drift
 */
public record ModelBundle(Path directory, ModelDescription description, ConfusionMatrix evaluation) {
    static final String MODEL = "model.json";
    static final String WEIGHTS = "weights.safetensors";
    static final String EVALUATION = "evaluation.json";

    /** Weights and all. */
    public static final long MAX_PROGRAM_BYTES = Integer.MAX_VALUE;

    /** Whoever writes fewer digits means the same. */
    private static final double ROUNDING = 1e-4;

    /** What is read at a time. */
    private static final int CHUNK = 1 << 20;

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
     * @param weights named and shaped as {@link EnsembleArchitecture#arrays()} says
     * @param describe completes the description, given the SHA-256 of the weights
     * @param companions writes what else is to lie in the directory
     * @throws IOException if it cannot be written (disk full, say); an earlier bundle is then intact
     * @throws BundleException if it could not be opened, for its weights are too large, say; likewise
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
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(weightsFile), CHUNK)) {
                weights.encode(out, NDList.Encoding.SAFETENSORS);
            }
            ModelDescription description = describe.apply(Sha256.of(weightsFile));
            writeAround(temporary, description, evaluation);
            companions.write(description, temporary);
            requireSound(temporary, directory);
            return new ModelBundle(directory, description, evaluation);
        });
    }

    /**
     * Writes a bundle of a program likewise.
     *
     * @param program a file, which is copied
     * @param format of it
     * @param describe completes the description, given the SHA-256 of the copy
     */
    public static ModelBundle saveProgram(
            Path directory,
            Path program,
            Program.Format format,
            ConfusionMatrix evaluation,
            Function<String, ModelDescription> describe)
            throws IOException {
        return AtomicDirectory.replace(directory, temporary -> {
            Path copy = copy(program, temporary.resolve(format.file()));
            ModelDescription description = describe.apply(Sha256.of(copy));
            writeAround(temporary, description, evaluation);
            requireSound(temporary, directory);
            return new ModelBundle(directory, description, evaluation);
        });
    }

    /** With the permissions that the umask gives, not those of the file: it may be for its owner only, or not to be written. */
    private static Path copy(Path file, Path to) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            long unused = Files.copy(in, to);
        }
        return to;
    }

    /** What nobody could open does not take the place of an earlier one. */
    private static void requireSound(Path written, Path directory) {
        try {
            ModelBundle unused = open(written);
        } catch (BundleException e) {
            throw new BundleException(
                    "not written: " + String.valueOf(e.getMessage()).replace(written.toString(), directory.toString()),
                    e);
        }
    }

    private static void writeAround(Path temporary, ModelDescription description, ConfusionMatrix evaluation)
            throws IOException {
        Json.write(temporary.resolve(MODEL), description);
        Json.write(temporary.resolve(EVALUATION), evaluation);
        Checksums.write(temporary, files(description));
    }

    private static List<String> files(ModelDescription description) {
        return List.of(MODEL, networkFile(description), EVALUATION);
    }

    /** The file with what was fitted. */
    static String networkFile(ModelDescription description) {
        return description.program().map(program -> program.format().file()).orElse(WEIGHTS);
    }

    /** Copies the bundle, without what else lies in its directory, to another, whole or not at all. */
    public void copyTo(Path target) throws IOException {
        Path unused = AtomicDirectory.replace(target, temporary -> {
            for (String file : files(description)) {
                copy(directory.resolve(file), temporary.resolve(file));
            }
            return copy(directory.resolve(Checksums.FILE), temporary.resolve(Checksums.FILE));
        });
    }

    /**
     * Reads a bundle's descriptions and verifies all of it: that every file is there and is what was written, that they
     * agree with each other, and that every number in them, weights and all, is one that a model can have. Of a file that
     * is too large no more than its size is looked at; what is hashed are the bytes that are used.
     *
     * @throws BundleException if not, naming the file and the fault
     */
    public static ModelBundle open(Path directory) {
        requireDirectory(directory);
        for (String file : List.of(MODEL, EVALUATION)) {
            long unused = BundleFile.requireRegular(directory.resolve(file));
        }
        Checksums sums = Checksums.read(directory);
        BundleJson<ModelDescription> model = BundleJson.model(directory.resolve(MODEL));
        ModelDescription description = model.value();
        long size = BundleFile.requireRegular(directory.resolve(networkFile(description)));
        BundleJson<ConfusionMatrix> evaluation = BundleJson.evaluation(
                directory.resolve(EVALUATION), description.classes().size());
        if (!evaluation.value().classes().equals(description.classes())) {
            throw new BundleException(directory.resolve(EVALUATION) + ": its classes are not those of " + MODEL
                    + "; was the bundle edited?");
        }
        requireSameFigure(
                directory,
                "accuracy",
                evaluation.value().accuracy(),
                description.testMetrics().accuracy());
        requireSameFigure(
                directory,
                "macro recall",
                evaluation.value().macroRecall(),
                description.testMetrics().macroRecall());
        WeightsFile.Contents weights = description
                .ensemble()
                .map(ensemble ->
                        WeightsFile.read(directory.resolve(WEIGHTS), ensemble.arrays(), array -> Optional.empty()))
                .orElseGet(() -> readProgram(directory.resolve(networkFile(description)), size));
        sums.verify(directory.resolve(MODEL), model.sha256());
        sums.verify(directory.resolve(EVALUATION), evaluation.sha256());
        sums.verify(weights.file(), weights.sha256());
        ModelBundle bundle = new ModelBundle(directory, description, evaluation.value());
        bundle.requireOurs(weights);
        return bundle;
    }

    /** Drift is told by the one file, and people by the other. */
    private static void requireSameFigure(Path directory, String what, double tested, double said) {
        if (Math.abs(tested - said) > ROUNDING) {
            throw new BundleException(String.format(
                    Locale.ROOT,
                    "%s: its %s is %.4f, and %s says %.4f; do they belong together?",
                    directory.resolve(EVALUATION),
                    what,
                    tested,
                    MODEL,
                    said));
        }
    }

    /**
     * The SHA-256 of what a bundle says that it is, a name for the model that lies in the directory now.
     *
     * @throws BundleException if there is none
     */
    public static String digest(Path directory) {
        requireDirectory(directory);
        return new Sha256()
                .update(BundleFile.read(directory.resolve(MODEL), BundleJson.MAX_MODEL_BYTES))
                .hex();
    }

    private static void requireDirectory(Path directory) {
        try {
            AtomicDirectory.recover(directory);
        } catch (IOException e) {
            throw new BundleException(
                    "no model bundle at %s: whoever wrote one was killed, and the one before cannot be brought back (%s)"
                            .formatted(directory, e.getMessage()),
                    e);
        }
        if (!Files.isDirectory(directory)) {
            throw new BundleException("no model bundle at " + directory + ": not a directory");
        }
    }

    private void requireOurs(WeightsFile.Contents weights) {
        if (!description.provenance().weightsSha256().equals(weights.sha256())) {
            throw new BundleException(
                    "%s: its SHA-256 is not the one in %s; do they belong together?".formatted(weights.file(), MODEL));
        }
        weights.requireSound();
    }

    /**
     * Reads the weights, which the manager then owns, whatever comes of it.
     *
     * @return the arrays of {@link EnsembleArchitecture#arrays()}, as they were when the bundle was opened
     * @throws BundleException if they are not the model's any more
     */
    public NDList readWeights(NDManager manager) {
        NDList weights = new NDList();
        WeightsFile.Contents contents = WeightsFile.read(
                directory.resolve(WEIGHTS), description.ensemble().orElseThrow().arrays(), array -> {
                    NDArray into = newArray(manager, array);
                    weights.add(into);
                    // The array's own memory: through NDArray.set it would be there twice.
                    return Optional.of(into.toByteBuffer(true));
                });
        requireOurs(contents);
        return weights;
    }

    /**
     * Loads the program, which the manager then owns, whatever comes of it.
     *
     * @throws BundleException if it is not the program any more that the bundle was opened with, or none
     */
    public ProgramNetwork readProgram(NDManager manager) {
        Path file = directory.resolve(networkFile(description));
        Sha256 sha256 = new Sha256();
        try (InputStream in = sha256.through(new BufferedInputStream(Files.newInputStream(file), CHUNK))) {
            ProgramNetwork loaded = description
                    .program()
                    .orElseThrow()
                    .load(in, description.input().size(), description.classes().size(), manager);
            // Its reader may not need the last of it.
            in.transferTo(OutputStream.nullOutputStream());
            requireOurs(new WeightsFile.Contents(file, sha256.hex(), Optional.empty()));
            return loaded;
        } catch (IOException e) {
            throw BundleFile.unreadable(file, e);
        } catch (UnusableProgramException e) {
            throw new BundleException(file + ": " + e.getMessage(), e);
        }
    }

    private static WeightsFile.Contents readProgram(Path file, long size) {
        if (size > MAX_PROGRAM_BYTES) {
            throw new BundleException("%s: %,d bytes, more than the %,d that a program may have"
                    .formatted(file, size, MAX_PROGRAM_BYTES));
        }
        try {
            return new WeightsFile.Contents(file, Sha256.of(file), Optional.empty());
        } catch (IOException e) {
            throw BundleFile.unreadable(file, e);
        }
    }

    private static NDArray newArray(NDManager manager, NamedShape array) {
        long[] shape = array.shape().stream().mapToLong(Long::longValue).toArray();
        NDArray created = manager.create(new Shape(shape), DataType.FLOAT32);
        created.setName(array.name());
        return created;
    }
}
