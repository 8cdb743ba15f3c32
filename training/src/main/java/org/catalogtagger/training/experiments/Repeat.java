package org.catalogtagger.training.experiments;

import java.util.List;
import org.catalogtagger.training.TrainingRun;
import org.catalogtagger.training.dataset.LabelledImages;
import org.catalogtagger.training.fit.Checkpoint;

/**
 * One of the times that a run is run. They differ in the seed of the starting weights and of the order; the images are
 * divided alike.
 *
 * @param of the run as it is planned
 * @param number from 1, which is the run as it is planned
 */
public record Repeat(TrainingRun of, int number) {
    /** Wider than the seeds that a plan gives its runs, so that no repeat is another run over again. */
    private static final long SEEDS_APART = 1000;

    /** What is run. */
    TrainingRun run() {
        return new TrainingRun(of.name(), of.recipe(), of.split(), of.seed() + SEEDS_APART * (number - 1));
    }

    /** What was otherwise in another run, see {@link Checkpoint.Run#differences}. */
    public List<String> differences(RunResult other, LabelledImages data) {
        return other.run().differences(run().identity(data));
    }

    /** Its directory below that of all results. */
    public String directory() {
        return directory(of.name(), number);
    }

    static String directory(String run, int number) {
        return number == 1 ? run : run + "/repeat-" + number;
    }
}
