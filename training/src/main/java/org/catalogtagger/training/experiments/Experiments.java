package org.catalogtagger.training.experiments;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.catalogtagger.model.bundle.ConfusionMatrix;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.model.network.PyTorch;
import org.catalogtagger.training.TrainedModel;
import org.catalogtagger.training.TrainingRun;
import org.catalogtagger.training.dataset.LabelledImages;
import org.catalogtagger.training.fit.Checkpoint;
import org.catalogtagger.training.fit.DivergenceException;
import org.catalogtagger.training.fit.FitListener;

/**
 * Runs a plan, each run in a directory of its own below {@code out}: what is done is not done again, what was interrupted
 * goes on where it was.
 */
public final class Experiments {
    private static final String RESULT = "result.json";
    private static final String CHECKPOINT = "checkpoint";

    private final Path out;
    private final Device device;

    public Experiments(Path out, Device device) {
        this.out = out;
        this.device = device;
    }

    /** What lies there under a run's name: of this very run, or of one that was otherwise. */
    public Optional<RunResult> found(String name) throws IOException {
        Path file = out.resolve(name).resolve(RESULT);
        return Files.isRegularFile(file) ? Optional.of(Json.read(file, RunResult.class)) : Optional.empty();
    }

    /** The result of a run, if that very run is done: with the same settings, images, split and seed. */
    public Optional<RunResult> result(TrainingRun run, LabelledImages data) throws IOException {
        return found(run.name()).filter(result -> result.run().equals(run.identity(data)));
    }

    /** The results so far of some runs, by their names, in their order. */
    public Map<String, RunResult> results(Collection<TrainingRun> runs, LabelledImages data) throws IOException {
        Map<String, RunResult> results = new LinkedHashMap<>();
        for (TrainingRun run : runs) {
            result(run, data).ifPresent(result -> results.put(run.name(), result));
        }
        return results;
    }

    /**
     * Runs one run, from its checkpoint if it has one of the very same run.
     *
     * @throws IOException if its directory cannot be written
     */
    public RunResult run(TrainingRun run, LabelledImages data, FitListener listener) throws IOException {
        Path directory = Files.createDirectories(out.resolve(run.name()));
        Checkpoint.Run identity = run.identity(data);
        Checkpoint checkpoint = new Checkpoint(directory.resolve(CHECKPOINT), identity);
        if (checkpoint.exists() && !checkpoint.isOfThisRun()) {
            checkpoint.delete();
        }
        RunResult result;
        try (NDManager manager = PyTorch.newManager(device)) {
            TrainedModel model = run.train(data, manager, listener, Optional.of(checkpoint));
            ConfusionMatrix test = model.evaluation().confusion();
            result = new RunResult(
                    run.name(),
                    identity,
                    data.images().size(),
                    model.fit().history(),
                    OptionalDouble.of(test.accuracy()),
                    OptionalDouble.of(test.macroRecall()),
                    OptionalDouble.of(
                            model.evaluateTraining(model.split().test().size(), manager)
                                    .confusion()
                                    .accuracy()),
                    test.constantAnswer(),
                    Optional.empty(),
                    device.isGpu() ? "gpu:" + device.getDeviceId() : "cpu",
                    Instant.now().truncatedTo(ChronoUnit.SECONDS));
        } catch (DivergenceException e) {
            result = new RunResult(
                    run.name(),
                    identity,
                    data.images().size(),
                    e.history(),
                    OptionalDouble.empty(),
                    OptionalDouble.empty(),
                    OptionalDouble.empty(),
                    Optional.empty(),
                    Optional.of(String.valueOf(e.getMessage())),
                    device.isGpu() ? "gpu:" + device.getDeviceId() : "cpu",
                    Instant.now().truncatedTo(ChronoUnit.SECONDS));
        }
        Json.write(directory.resolve(RESULT), result);
        checkpoint.delete();
        return result;
    }
}
