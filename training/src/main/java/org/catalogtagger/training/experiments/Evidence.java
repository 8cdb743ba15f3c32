package org.catalogtagger.training.experiments;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/**
 * What claims on a run are judged by, whether it was published or measured here.
 *
 * @param name of the run
 * @param testImages held out, 0 if nobody says how many
 * @param testAccuracies one for each time that it was run, 0 to 1
 * @param losses of each epoch, a list for each time that it was run
 * @param epochSeconds the median epoch, one for each time that it was run
 * @param devices that it ran on, if that is known
 * @param learnedNothing whether it answers one class to every image
 * @param diverged whether its loss was no finite number, each time
 * @param lacks why nothing can be told by it, if so
 */
record Evidence(
        String name,
        long testImages,
        List<Double> testAccuracies,
        List<List<Double>> losses,
        List<Double> epochSeconds,
        Set<String> devices,
        boolean learnedNothing,
        boolean diverged,
        Optional<String> lacks) {
    Evidence {
        testAccuracies = List.copyOf(testAccuracies);
        losses = List.copyOf(losses);
        epochSeconds = List.copyOf(epochSeconds);
        devices = Set.copyOf(devices);
    }

    /** What was published of a run, in a plan that may say how many images of which class were held out. */
    static Evidence published(Plan plan, Plan.PlannedRun run) {
        Published published = run.published().orElse(Published.NOTHING);
        List<ClassCounts> classes = List.copyOf(plan.publishedClasses().values());
        long images = classes.stream().mapToLong(ClassCounts::test).sum();
        long largest = classes.stream().mapToLong(ClassCounts::test).max().orElse(0);
        // Nobody published what it answered, but only one answer is right on just as many images as a class has.
        boolean learnedNothing = images > 0
                && published.testAccuracy().isPresent()
                && Math.round(published.testAccuracy().getAsDouble() * images) == largest;
        return new Evidence(
                run.name(),
                images,
                published.testAccuracy().stream().boxed().toList(),
                published.losses().isEmpty() ? List.of() : List.of(published.losses()),
                published.seconds().isEmpty() ? List.of() : List.of(Measure.median(published.seconds())),
                Set.of(),
                learnedNothing,
                false,
                Optional.empty());
    }

    /**
     * What was measured of a run here.
     *
     * @param plannedEpochs what the plan says; of another number nothing can be told
     */
    static Evidence measured(String name, int plannedEpochs, Optional<Repeats> repeats) {
        List<RunResult> results = repeats.map(Repeats::results).orElse(List.of());
        List<Double> accuracies = new ArrayList<>();
        results.forEach(result -> result.testAccuracy().ifPresent(accuracies::add));
        return new Evidence(
                name,
                repeats.map(Repeats::testImages).orElse(0L),
                accuracies,
                results.stream().map(RunResult::losses).toList(),
                results.stream()
                        .map(result -> Measure.median(result.epochSeconds()))
                        .toList(),
                results.stream().map(RunResult::device).collect(Collectors.toSet()),
                !results.isEmpty()
                        && results.stream()
                                .allMatch(result -> result.constantAnswer().isPresent()),
                !results.isEmpty()
                        && results.stream().allMatch(result -> result.diverged().isPresent()),
                lacks(name, plannedEpochs, results));
    }

    private static Optional<String> lacks(String name, int plannedEpochs, List<RunResult> results) {
        if (results.isEmpty()) {
            return Optional.of(name + " is not run yet");
        }
        int epochs = results.get(0).plannedEpochs();
        long diverged =
                results.stream().filter(result -> result.diverged().isPresent()).count();
        if (diverged > 0 && diverged < results.size()) {
            return Optional.of("%s diverged in %d of %d".formatted(name, diverged, results.size()));
        }
        return epochs != plannedEpochs
                ? Optional.of("%s ran %d of %d epochs".formatted(name, epochs, plannedEpochs))
                : Optional.empty();
    }

    /** Of the last epoch, one for each time that it was run. */
    List<Double> lastLosses() {
        return losses.stream()
                .filter(history -> !history.isEmpty())
                .map(history -> history.get(history.size() - 1))
                .toList();
    }

    /** How many epochs each time had at least. */
    private int fewestEpochs() {
        return losses.stream().mapToInt(List::size).min().orElse(0);
    }

    /** The mean of each epoch, as far as all came. */
    List<Double> meanLosses() {
        return means(fewestEpochs(), (history, i) -> history.get(i));
    }

    /** The mean of each of the last epochs, of those that came to fewer than others too; of so many, or as far as all came. */
    List<Double> meanLastLosses(int most) {
        int epochs = Math.min(most, fewestEpochs());
        return means(epochs, (history, i) -> history.get(history.size() - epochs + i));
    }

    private List<Double> means(int epochs, BiFunction<List<Double>, Integer, Double> loss) {
        List<Double> means = new ArrayList<>();
        for (int i = 0; i < epochs; i++) {
            int epoch = i;
            means.add(losses.stream()
                    .mapToDouble(history -> loss.apply(history, epoch))
                    .average()
                    .orElseThrow());
        }
        return means;
    }
}
