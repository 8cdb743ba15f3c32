package org.catalogtagger.model.bundle;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.catalogtagger.model.network.Program;

/**
 * The files of a bundle, one after the other, on their way from or to a place that knows no directories which appear
 * whole. There the sums are written last and read first: where they are, all the others are.
 */
public final class BundleFiles {
    /** The file of the sums, which stands for all that a bundle is. */
    public static final String SUMS = Checksums.FILE;

    /** The most bytes that {@link #SUMS} can have. */
    public static final long MAX_SUMS_BYTES = Checksums.MAX_BYTES;

    private BundleFiles() {}

    /** Where the files come from. */
    @FunctionalInterface
    public interface Source {
        /**
         * Copies a file.
         *
         * @param file its name in the bundle
         * @param to a file that is not there yet
         * @param limit bytes; a larger file is none of a bundle's
         * @throws BundleException if it is larger, not there, or cannot be copied
         */
        void copy(String file, Path to, long limit);
    }

    /**
     * Brings a bundle into a directory. What comes first says how much the next may be: of a place that holds something
     * else no more is copied than a bundle's descriptions can need. {@link ModelBundle#open} verifies what came.
     *
     * @param accept told of the model before its largest file is copied; may throw
     * @throws BundleException if it is no bundle, or cannot be copied
     */
    public static void fetch(Source source, Consumer<ModelDescription> accept, Path directory) {
        source.copy(SUMS, directory.resolve(SUMS), MAX_SUMS_BYTES);
        Checksums sums = Checksums.read(directory);
        Path model = directory.resolve(ModelBundle.MODEL);
        source.copy(ModelBundle.MODEL, model, BundleJson.MAX_MODEL_BYTES);
        BundleJson<ModelDescription> read = BundleJson.model(model);
        sums.verify(model, read.sha256());
        ModelDescription description = read.value();
        accept.accept(description);
        source.copy(
                ModelBundle.EVALUATION,
                directory.resolve(ModelBundle.EVALUATION),
                BundleJson.maxEvaluationBytes(description.classes().size()));
        String network = ModelBundle.networkFile(description);
        source.copy(
                network,
                directory.resolve(network),
                description
                        .ensemble()
                        .map(ensemble -> WeightsFile.maxBytes(ensemble.arrays()))
                        .orElse(ModelBundle.MAX_PROGRAM_BYTES));
    }

    /** Their names, in the order in which they are to be written. */
    public static List<String> inOrderOfWriting(ModelDescription description) {
        return List.of(ModelBundle.networkFile(description), ModelBundle.EVALUATION, ModelBundle.MODEL, SUMS);
    }

    /** Whether a bundle may have a file of that name. */
    public static boolean isOurs(String name) {
        return Set.of(ModelBundle.MODEL, ModelBundle.EVALUATION, ModelBundle.WEIGHTS, SUMS)
                        .contains(name)
                || Stream.of(Program.Format.values())
                        .anyMatch(format -> format.file().equals(name));
    }
}
