package org.catalogtagger.training.fit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.catalogtagger.model.bundle.AtomicDirectory;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.model.network.PyTorch;
import org.catalogtagger.training.dataset.SplitSettings;

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
     * @param seed of the fit; the split's if nothing is said
     */
    public record Run(JsonNode recipe, String dataDigest, SplitSettings split, Long seed) {
        public Run {
            seed = seed == null ? split.seed() : seed;
        }

        /** What another run does otherwise: names of the recipe's settings, or {@code images}, {@code split}, {@code seed}. */
        public List<String> differences(Run other) {
            List<String> differences = new ArrayList<>();
            if (!dataDigest.equals(other.dataDigest)) {
                differences.add("images");
            }
            if (!split.equals(other.split)) {
                differences.add("split");
            }
            if (!seed.equals(other.seed)) {
                differences.add("seed");
            }
            Set<String> names = new LinkedHashSet<>();
            recipe.fieldNames().forEachRemaining(names::add);
            other.recipe.fieldNames().forEachRemaining(names::add);
            names.stream()
                    .filter(name -> !recipe.path(name).equals(other.recipe.path(name)))
                    .forEach(differences::add);
            return differences;
        }
    }

    /**
     * How far it is.
     *
     * @param arithmetic what the last bits of the arrays depend on, see {@link PyTorch#arithmetic}
     * @param history the epochs so far, of all members
     */
    record State(Run run, String arithmetic, List<EpochResult> history, Progress progress) {
        static final State NOTHING = new State(
                new Run(NullNode.getInstance(), "", new SplitSettings(0, 0), 0L),
                "",
                List.of(),
                new Progress(0, 0, 0, 0));

        State {
            history = List.copyOf(history);
        }

        /** Whether the network that was being fitted has all its epochs and others follow it: it stays as it is, whatever the recipe says now. */
        boolean isMemberFinished() {
            int members = run.recipe().path("members").asInt(1);
            int epochs = run.recipe().path("epochs").asInt(Integer.MAX_VALUE);
            return progress.member() + 1 < members && progress.memberEpochs() >= epochs;
        }
    }

    /**
     * How far the member is that is being fitted.
     *
     * @param member its index, from 0, which is how many are finished
     * @param memberEpochs it has behind it
     * @param optimizerEpochs that its optimizer remembers
     * @param bestEpoch the one of all whose weights are kept beside the last, 0 if none are
     */
    record Progress(int member, int memberEpochs, int optimizerEpochs, int bestEpoch) {}

    public Path directory() {
        return directory;
    }

    /** Whether there is a state of some run. */
    public boolean exists() {
        try {
            AtomicDirectory.recover(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Files.isRegularFile(directory.resolve(STATE));
    }

    /** The run that states are saved of. */
    Run run() {
        return run;
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
     * Epochs that each of its networks was to run.
     *
     * @throws IOException if there is no readable state
     */
    public int plannedEpochs() throws IOException {
        return readState().run().recipe().path("epochs").asInt();
    }

    /**
     * Whether the saved state is of this very run.
     *
     * @throws IOException if there is no readable state
     */
    public boolean isOfThisRun() throws IOException {
        return readState().run().equals(run);
    }

    /** Deletes the state, if there is one. */
    public void delete() throws IOException {
        AtomicDirectory.delete(directory);
    }

    boolean isDue() {
        return costNanos <= share * (System.nanoTime() - savedNanos);
    }

    void save(List<EpochResult> history, Progress progress, NDList arrays) throws IOException {
        long start = System.nanoTime();
        AtomicDirectory.replace(directory, temporary -> {
            try (OutputStream out =
                    new BufferedOutputStream(Files.newOutputStream(temporary.resolve(ARRAYS)), 1 << 20)) {
                arrays.encode(out, NDList.Encoding.SAFETENSORS);
            }
            Json.write(temporary.resolve(STATE), new State(run, PyTorch.arithmetic(), history, progress));
            return directory;
        });
        savedNanos = System.nanoTime();
        costNanos = savedNanos - start;
    }

    State readState() throws IOException {
        return Json.read(directory.resolve(STATE), State.class);
    }

    /**
     * Copies the saved arrays into those of the same names.
     *
     * @param mayLack left as they are if not all of them were saved
     * @return whether they were
     */
    boolean readArrays(NDList into, NDList mayLack, NDManager manager) throws IOException {
        try (NDManager scope = manager.newSubManager();
                InputStream in = new BufferedInputStream(Files.newInputStream(directory.resolve(ARRAYS)), 1 << 20)) {
            NDList saved = NDList.decode(scope, in);
            for (NDArray array : into) {
                if (!has(saved, array)) {
                    throw new IOException("%s: %s is not an array %s of this run; begin it anew with --restart"
                            .formatted(directory.resolve(ARRAYS), array.getName(), array.getShape()));
                }
            }
            boolean lacksNone = mayLack.stream().allMatch(array -> has(saved, array));
            into.forEach(array -> ArrayCopy.copy(saved.get(array.getName()), array));
            if (lacksNone) {
                mayLack.forEach(array -> ArrayCopy.copy(saved.get(array.getName()), array));
            }
            return lacksNone;
        }
    }

    private static boolean has(NDList saved, NDArray array) {
        NDArray from = saved.get(array.getName());
        return from != null && from.getShape().equals(array.getShape());
    }
}
