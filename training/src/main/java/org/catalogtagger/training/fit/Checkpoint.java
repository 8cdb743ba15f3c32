package org.catalogtagger.training.fit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.catalogtagger.model.bundle.AtomicDirectory;
import org.catalogtagger.model.bundle.Json;

/**
 * An unfinished run on disk, as it was at the end of an epoch: a directory with {@value #STATE} and {@value #ARRAYS},
 * which the next save replaces whole.
 */
public final class Checkpoint {
    private static final String STATE = "checkpoint.json";
    private static final String ARRAYS = "arrays.safetensors";

    /** The share of the time that saving may take: a small network's epochs are too short to save each. */
    private static final double SHARE = 0.02;

    private final Path directory;
    private final Run run;
    private final double share;
    private long costNanos;
    private long savedNanos = System.nanoTime();

    /** A place for the states of a run. */
    public Checkpoint(Path directory, Run run) {
        this(directory, run, SHARE);
    }

    Checkpoint(Path directory, Run run, double share) {
        this.directory = directory;
        this.run = run;
        this.share = share;
    }

    /**
     * What a run is: the same again gives the same weights.
     *
     * @param recipe as JSON
     * @param dataDigest of the images
     */
    public record Run(JsonNode recipe, String dataDigest, double testFraction, long seed) {
        /** Settings that may differ from those of the state that a run goes on from: no array depends on them. */
        public static final Set<String> MAY_CHANGE = Set.of(
                "optimizer",
                "schedule",
                "epochs",
                "dropout",
                "labelSmoothing",
                "classBalance",
                "logitAdjustment",
                "augmentation");

        /** What another run does otherwise: names of the recipe's settings, or {@code images}, {@code split}. */
        public List<String> differences(Run other) {
            List<String> differences = new ArrayList<>();
            if (!dataDigest.equals(other.dataDigest)) {
                differences.add("images");
            }
            if (testFraction != other.testFraction || seed != other.seed) {
                differences.add("split");
            }
            recipe.fieldNames().forEachRemaining(name -> {
                if (!recipe.get(name).equals(other.recipe.get(name))) {
                    differences.add(name);
                }
            });
            return differences;
        }
    }

    /**
     * How far it is.
     *
     * @param history the epochs so far
     * @param bestEpoch the one whose weights are kept beside the last, 0 if none are
     */
    record State(Run run, List<EpochResult> history, int bestEpoch) {
        State {
            history = List.copyOf(history);
        }
    }

    public Path directory() {
        return directory;
    }

    /** Whether there is a state of some run. */
    public boolean exists() {
        return Files.isRegularFile(directory.resolve(STATE));
    }

    /**
     * Epochs that the saved state has behind it.
     *
     * @throws IOException if there is no readable state
     */
    public int epochs() throws IOException {
        return readState().history().size();
    }

    /**
     * The saved state's run.
     *
     * @throws IOException if there is no readable state
     */
    public Run savedRun() throws IOException {
        return readState().run();
    }

    /** Deletes the state, if there is one. */
    public void delete() throws IOException {
        AtomicDirectory.deleteRecursively(directory);
    }

    boolean isDue() {
        return costNanos <= share * (System.nanoTime() - savedNanos);
    }

    void save(List<EpochResult> history, int bestEpoch, NDList arrays) throws IOException {
        long start = System.nanoTime();
        AtomicDirectory.replace(directory, temporary -> {
            try (OutputStream out =
                    new BufferedOutputStream(Files.newOutputStream(temporary.resolve(ARRAYS)), 1 << 20)) {
                arrays.encode(out, NDList.Encoding.SAFETENSORS);
            }
            Json.write(temporary.resolve(STATE), new State(run, history, bestEpoch));
            return directory;
        });
        savedNanos = System.nanoTime();
        costNanos = savedNanos - start;
    }

    State readState() throws IOException {
        return Json.read(directory.resolve(STATE), State.class);
    }

    /** Copies the saved arrays into those of the same names. */
    void readArrays(NDList into, NDManager manager) throws IOException {
        try (NDManager scope = manager.newSubManager();
                InputStream in = new BufferedInputStream(Files.newInputStream(directory.resolve(ARRAYS)), 1 << 20)) {
            NDList saved = NDList.decode(scope, in);
            for (NDArray array : into) {
                NDArray from = saved.get(array.getName());
                if (from == null || !from.getShape().equals(array.getShape())) {
                    throw new IOException("%s: %s is not an array %s of this run; begin it anew with --restart"
                            .formatted(directory.resolve(ARRAYS), array.getName(), array.getShape()));
                }
                ArrayCopy.copy(from, array);
            }
        }
    }
}
