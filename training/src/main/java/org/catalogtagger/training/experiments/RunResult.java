package org.catalogtagger.training.experiments;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.catalogtagger.model.bundle.ConfusionMatrix;
import org.catalogtagger.model.bundle.ConfusionMatrix.ClassAccuracy;
import org.catalogtagger.training.TrainedModel;
import org.catalogtagger.training.dataset.LabelledImages;
import org.catalogtagger.training.fit.Checkpoint;
import org.catalogtagger.training.fit.DivergenceException;
import org.catalogtagger.training.fit.EpochResult;
import org.catalogtagger.training.report.Metrics.Validation;

/**
 * What came out of one run; {@code result.json} in its directory.
 *
 * @param run the settings, the data and the seed
 * @param images that it was given, training and test
 * @param history the epochs of each of its networks, one after the other
 * @param validation on the images that it is chosen by; none if it has none, or diverged
 * @param testAccuracy on the held-out images, 0 to 1; none if it diverged
 * @param testMacroRecall on the held-out images, 0 to 1; none if it diverged
 * @param trainAccuracy on as many of the images that it was fitted to, 0 to 1; none if it diverged
 * @param classes the images of each class, by its name; none if it diverged
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
        Optional<Validation> validation,
        OptionalDouble testAccuracy,
        OptionalDouble testMacroRecall,
        OptionalDouble trainAccuracy,
        Map<String, ClassCounts> classes,
        Optional<String> constantAnswer,
        Optional<String> diverged,
        String device,
        Instant finishedAt) {
    @SuppressWarnings("NullAway") // Jackson gives null for what is not there.
    public RunResult {
        history = List.copyOf(history);
        classes = classes == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(classes));
    }

    /**
     * What came out of a run that ended.
     *
     * @param trainAccuracy on images that it was fitted to
     */
    static RunResult of(TrainedModel model, Checkpoint.Run run, double trainAccuracy, String device) {
        ConfusionMatrix test = model.evaluation().confusion();
        return new RunResult(
                model.run().name(),
                run,
                model.data().images().size(),
                model.fit().history(),
                model.fit().validation().map(Validation::of),
                OptionalDouble.of(test.accuracy()),
                OptionalDouble.of(test.macroRecall()),
                OptionalDouble.of(trainAccuracy),
                classes(model, test),
                test.constantAnswer(),
                Optional.empty(),
                device,
                Instant.now().truncatedTo(ChronoUnit.SECONDS));
    }

    /** What came out of a run whose loss or weights were no finite numbers any more. */
    static RunResult of(
            DivergenceException divergence, String name, LabelledImages data, Checkpoint.Run run, String device) {
        return new RunResult(
                name,
                run,
                data.images().size(),
                divergence.history(),
                Optional.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                Map.of(),
                Optional.empty(),
                Optional.of(String.valueOf(divergence.getMessage())),
                device,
                Instant.now().truncatedTo(ChronoUnit.SECONDS));
    }

    private static Map<String, ClassCounts> classes(TrainedModel model, ConfusionMatrix test) {
        long[] train = new long[model.data().classes().size()];
        model.split().train().forEach(image -> train[image.label()]++);
        Map<String, ClassCounts> classes = new LinkedHashMap<>();
        List<ClassAccuracy> perClass = test.perClass();
        for (int label = 0; label < train.length; label++) {
            ClassAccuracy own = perClass.get(label);
            classes.put(own.label(), new ClassCounts(train[label], own.support(), own.correct()));
        }
        return classes;
    }

    /**
     * An epoch of a run.
     *
     * @param loss the mean of its networks'
     * @param seconds of all of them
     */
    public record Epoch(double loss, double seconds) {}

    /** Its epochs, each of which is one of each of its networks; of one that diverged, of those that came so far. */
    public List<Epoch> epochs() {
        int ofEachNetwork = Math.max(1, plannedEpochs());
        List<Epoch> epochs = new ArrayList<>();
        for (int i = 0; i < Math.min(ofEachNetwork, history.size()); i++) {
            List<EpochResult> ofAllNetworks = new ArrayList<>();
            for (int j = i; j < history.size(); j += ofEachNetwork) {
                ofAllNetworks.add(history.get(j));
            }
            epochs.add(new Epoch(
                    ofAllNetworks.stream()
                            .mapToDouble(EpochResult::loss)
                            .average()
                            .orElseThrow(),
                    ofAllNetworks.stream().mapToDouble(EpochResult::seconds).sum()));
        }
        return epochs;
    }

    /** The loss of each epoch. */
    List<Double> losses() {
        return epochs().stream().map(Epoch::loss).toList();
    }

    /** The seconds of each epoch. */
    List<Double> epochSeconds() {
        return epochs().stream().map(Epoch::seconds).toList();
    }

    /** That each of its networks was to run at most. */
    public int plannedEpochs() {
        return run.recipe().path("epochs").asInt();
    }

    /** What is worth saying beside its figures. */
    String remark() {
        return diverged.or(() -> constantAnswer.map(label -> "learned nothing: answers " + label + " to every image"))
                .orElse("");
    }
}
