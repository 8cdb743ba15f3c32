package org.catalogtagger.training.experiments;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.catalogtagger.model.bundle.AtomicDirectory;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.model.network.PyTorch;
import org.catalogtagger.training.TrainedModel;
import org.catalogtagger.training.TrainingRun;
import org.catalogtagger.training.dataset.LabelledImages;
import org.catalogtagger.training.fit.Checkpoint;
import org.catalogtagger.training.fit.DivergenceException;
import org.catalogtagger.training.fit.FitListener;
import org.catalogtagger.training.report.TrainingReport;

/**
 * Runs a plan, each run in a directory of its own below {@code out}: what is done is not done again, what was interrupted
 * goes on where it was. Beside the result lies the report; the weights are not kept.
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

    /** What lies in a repeat's directory: of this very run, or of one that was otherwise. */
    public Optional<RunResult> found(String directory) throws IOException {
        Path file = out.resolve(directory).resolve(RESULT);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Json.read(file, RunResult.class));
        } catch (JsonProcessingException e) {
            // Whoever wrote it was killed: it is run again.
            return Optional.empty();
        }
    }

    /** The result of a repeat, if that very one is done: with the same settings, images, split and seed. */
    public Optional<RunResult> result(Repeat repeat, LabelledImages data) throws IOException {
        return found(repeat.directory())
                .filter(result -> result.run().equals(repeat.run().identity(data)));
    }

    /**
     * What is done of a run, or begun, that is more than it would be now: has more epochs, or is of more images.
     *
     * @return in words
     */
    public Optional<String> longerThan(TrainingRun run, LabelledImages data) throws IOException {
        int epochs = run.recipe().epochs();
        int images = data.images().size();
        Repeat repeat = new Repeat(run, 1);
        for (int number = 1; Files.isDirectory(out.resolve(repeat.directory())); number++) {
            Optional<RunResult> found = found(repeat.directory())
                    .filter(result -> result.plannedEpochs() > epochs || result.images() > images);
            if (found.isPresent()) {
                return Optional.of(String.format(
                        Locale.ROOT,
                        "%d epochs on %,d images",
                        found.get().plannedEpochs(),
                        found.get().images()));
            }
            Checkpoint checkpoint = checkpoint(repeat, data);
            if (checkpoint.exists() && checkpoint.plannedEpochs() > epochs) {
                return Optional.of("%d of %d epochs".formatted(checkpoint.epochs(), checkpoint.plannedEpochs()));
            }
            repeat = new Repeat(run, number + 1);
        }
        return Optional.empty();
    }

    private Checkpoint checkpoint(Repeat repeat, LabelledImages data) {
        return new Checkpoint(
                out.resolve(repeat.directory()).resolve(CHECKPOINT),
                repeat.run().identity(data));
    }

    /** The results so far of some runs, by their names, in their order; of each the repeats up to the first that is not done. */
    public Map<String, Repeats> results(Collection<TrainingRun> runs, LabelledImages data) throws IOException {
        Map<String, Repeats> all = new LinkedHashMap<>();
        for (TrainingRun run : runs) {
            List<RunResult> results = new ArrayList<>();
            Optional<RunResult> result = result(new Repeat(run, 1), data);
            while (result.isPresent()) {
                results.add(result.get());
                result = result(new Repeat(run, results.size() + 1), data);
            }
            if (!results.isEmpty()) {
                all.put(run.name(), new Repeats(results));
            }
        }
        return all;
    }

    /**
     * Runs one repeat, from its checkpoint if it has one of the very same.
     *
     * @throws IOException if its directory cannot be written
     */
    public RunResult run(Repeat repeat, LabelledImages data, FitListener listener) throws IOException {
        TrainingRun run = repeat.run();
        Path directory = Files.createDirectories(out.resolve(repeat.directory()));
        Checkpoint.Run identity = run.identity(data);
        Checkpoint checkpoint = checkpoint(repeat, data);
        AtomicDirectory.removeAbandoned(checkpoint.directory());
        AtomicDirectory.removeAbandoned(directory.resolve(TrainingReport.DIRECTORY));
        if (checkpoint.exists() && !checkpoint.isOfThisRun()) {
            checkpoint.delete();
        }
        String where = device.isGpu() ? "gpu:" + device.getDeviceId() : "cpu";
        Path report = directory.resolve(TrainingReport.DIRECTORY);
        RunResult result;
        try (NDManager manager = PyTorch.newManager(device)) {
            TrainedModel model = run.train(data, manager, listener, Optional.of(checkpoint));
            // Until it is written what was run before has its report, if this is interrupted or the disk is full.
            AtomicDirectory.replace(report, temporary -> {
                TrainingReport.write(model, temporary);
                return temporary;
            });
            double trainAccuracy = model.evaluateTraining(model.split().test().size(), manager)
                    .confusion()
                    .accuracy();
            result = RunResult.of(model, identity, trainAccuracy, where);
        } catch (DivergenceException e) {
            AtomicDirectory.deleteRecursively(report);
            result = RunResult.of(e, run.name(), data, identity, where);
        }
        Json.write(directory.resolve(RESULT), result);
        checkpoint.delete();
        return result;
    }
}
