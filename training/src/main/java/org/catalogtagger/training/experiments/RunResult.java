package org.catalogtagger.training.experiments;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.catalogtagger.training.fit.Checkpoint;
import org.catalogtagger.training.fit.EpochResult;

/**
 * What came out of one run; {@code result.json} in its directory.
 *
 * @param run the settings, the data and the seed
 * @param images that it was given, training and test
 * @param history its epochs
 * @param testAccuracy on the held-out images, 0 to 1; none if it diverged
 * @param testMacroRecall on the held-out images, 0 to 1; none if it diverged
 * @param trainAccuracy on as many of the training images, 0 to 1; none if it diverged
 * @param constantAnswer the class that it answers to every held-out image, if there is one: it has learned nothing
 * @param diverged what happened, if the loss became infinite or NaN
 * @param device that it ran on
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record RunResult(
        String name,
        Checkpoint.Run run,
        int images,
        List<EpochResult> history,
        OptionalDouble testAccuracy,
        OptionalDouble testMacroRecall,
        OptionalDouble trainAccuracy,
        Optional<String> constantAnswer,
        Optional<String> diverged,
        String device,
        Instant finishedAt) {
    public RunResult {
        history = List.copyOf(history);
    }

    /** Seconds of its epochs. */
    double seconds() {
        return history.stream().mapToDouble(EpochResult::seconds).sum();
    }

    /** What is worth saying beside its figures. */
    String remark() {
        return diverged.or(() -> constantAnswer.map(label -> "learned nothing: answers " + label + " to every image"))
                .orElse("");
    }
}
