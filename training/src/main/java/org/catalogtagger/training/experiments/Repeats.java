package org.catalogtagger.training.experiments;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.catalogtagger.training.report.Metrics.Validation;

/**
 * All that came out of one run.
 *
 * @param results one for each time that it was run, at least one
 */
public record Repeats(List<RunResult> results) {
    public Repeats {
        results = List.copyOf(results);
    }

    RunResult first() {
        return results.get(0);
    }

    /** Whether each time ended with a model. */
    boolean hasNeverDiverged() {
        return results.stream().allMatch(result -> result.testAccuracy().isPresent());
    }

    /** One for each time, 0 to 1: on the validation part, or on the test part. */
    List<Double> accuracies(boolean onValidation) {
        return results.stream()
                .flatMap(result -> (onValidation
                                ? asDouble(result.validation().map(Validation::accuracy))
                                : result.testAccuracy())
                        .stream().boxed())
                .toList();
    }

    /** None if it has no validation part, or diverged each time. */
    public Optional<Spread> validationAccuracy() {
        return spread(result -> asDouble(result.validation().map(Validation::accuracy)));
    }

    /** None if it diverged each time. */
    public Optional<Spread> testAccuracy() {
        return spread(RunResult::testAccuracy);
    }

    /** None if it diverged each time. */
    public Optional<Spread> macroRecall() {
        return spread(RunResult::testMacroRecall);
    }

    /** None if it diverged each time. */
    public Optional<Spread> trainAccuracy() {
        return spread(RunResult::trainAccuracy);
    }

    /** Of the last epoch. */
    public Optional<Spread> loss() {
        return spread(
                result -> result.losses().stream().mapToDouble(loss -> loss).reduce((earlier, later) -> later));
    }

    /** That ran. */
    public Optional<Spread> epochs() {
        return spread(result -> OptionalDouble.of(result.epochs().size()));
    }

    /** Of all epochs of one run. */
    public Optional<Spread> seconds() {
        return spread(result -> OptionalDouble.of(
                result.epochSeconds().stream().mapToDouble(seconds -> seconds).sum()));
    }

    /** The share of a class' test images that were labelled right, 0 to 1, if it has any. */
    public Optional<Spread> accuracyOf(String label) {
        return spread(result -> asDouble(Optional.ofNullable(result.classes().get(label))
                .filter(counts -> counts.test() > 0)
                .map(ClassCounts::accuracy)));
    }

    /** How many were held out, 0 if no run says. */
    long testImages() {
        return results.stream()
                .map(result -> result.classes().values().stream()
                        .mapToLong(ClassCounts::test)
                        .sum())
                .max(Long::compare)
                .orElse(0L);
    }

    /** How many it is chosen by, 0 if none are. */
    long validationImages() {
        return results.stream()
                .flatMap(result -> result.validation().stream())
                .mapToLong(Validation::images)
                .max()
                .orElse(0);
    }

    /** Seconds of each epoch. */
    List<Double> epochSeconds() {
        return results.stream()
                .map(RunResult::epochSeconds)
                .flatMap(Collection::stream)
                .toList();
    }

    /** What is worth saying beside the figures. */
    String remark() {
        Map<String, Long> counts = results.stream()
                .map(RunResult::remark)
                .filter(remark -> !remark.isEmpty())
                .collect(Collectors.groupingBy(remark -> remark, LinkedHashMap::new, Collectors.counting()));
        return counts.entrySet().stream()
                .map(remark -> remark.getValue() == results.size()
                        ? remark.getKey()
                        : "%s (%d of %d)".formatted(remark.getKey(), remark.getValue(), results.size()))
                .collect(Collectors.joining("; "));
    }

    private Optional<Spread> spread(Function<RunResult, OptionalDouble> figure) {
        return Spread.of(results.stream()
                .flatMap(result -> figure.apply(result).stream().boxed())
                .toList());
    }

    private static OptionalDouble asDouble(Optional<Double> value) {
        return value.map(OptionalDouble::of).orElse(OptionalDouble.empty());
    }
}
