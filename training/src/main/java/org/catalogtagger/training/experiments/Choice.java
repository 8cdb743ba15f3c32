package org.catalogtagger.training.experiments;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * The best of some runs.
 *
 * @param best its name
 * @param next the name of the second, if there is one
 * @param onValidation whether it was chosen by images that were kept for that; else by the test part, which flatters it
 * @param lead of the best over the next, if there is one, by what it was chosen by
 */
public record Choice(String best, Optional<String> next, boolean onValidation, Optional<Difference> lead) {
    /** By their validation accuracy, if all have one; those that diverged are out. */
    public static Optional<Choice> among(Collection<String> names, Map<String, Repeats> results) {
        List<String> done = names.stream()
                .filter(results::containsKey)
                .filter(name -> of(name, results).hasNeverDiverged())
                .toList();
        if (done.isEmpty()) {
            return Optional.empty();
        }
        boolean onValidation = done.stream()
                .allMatch(name -> of(name, results).validationAccuracy().isPresent());
        Function<String, Double> accuracy =
                name -> accuracy(of(name, results), onValidation).mean();
        List<String> ordered =
                done.stream().sorted(Comparator.comparing(accuracy).reversed()).toList();
        Optional<String> next = ordered.stream().skip(1).findFirst();
        return Optional.of(new Choice(
                ordered.get(0),
                next,
                onValidation,
                next.map(second -> lead(of(ordered.get(0), results), of(second, results), onValidation))));
    }

    /** How much the best is worth over the next, in words that follow a name; nothing if there is no next. */
    public String leadInWords() {
        return lead.map(over -> {
                    if (over.value() == 0) {
                        return "which is as good";
                    }
                    return over.isAbove()
                            ? "a difference that is more than chance makes"
                            : "a difference that chance makes too";
                })
                .orElse("");
    }

    private static Difference lead(Repeats best, Repeats next, boolean onValidation) {
        Difference lead = Difference.ofShares(
                accuracy(best, onValidation).mean(),
                images(best, onValidation),
                accuracy(next, onValidation).mean(),
                images(next, onValidation));
        List<Double> ofBest = best.accuracies(onValidation);
        List<Double> ofNext = next.accuracies(onValidation);
        return ofBest.size() > 1 && ofNext.size() > 1 ? lead.orWider(Difference.ofMeans(ofBest, ofNext)) : lead;
    }

    private static Spread accuracy(Repeats run, boolean onValidation) {
        return (onValidation ? run.validationAccuracy() : run.testAccuracy()).orElseThrow();
    }

    private static long images(Repeats run, boolean onValidation) {
        return Math.max(1, onValidation ? run.validationImages() : run.testImages());
    }

    private static Repeats of(String name, Map<String, Repeats> results) {
        return Objects.requireNonNull(results.get(name));
    }
}
