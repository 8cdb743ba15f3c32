package org.catalogtagger.training.experiments;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.catalogtagger.training.experiments.Judgement.Verdict;

/** What a run is better by than another. */
public enum Measure {
    /** The higher, the better. */
    @JsonProperty("test-accuracy")
    TEST_ACCURACY {
        @Override
        Judgement compareSound(Evidence better, Evidence other) {
            List<Double> one = better.testAccuracies();
            List<Double> two = other.testAccuracies();
            if (one.isEmpty() || two.isEmpty()) {
                return Judgement.unknown("no test accuracy of " + (one.isEmpty() ? better : other).name());
            }
            Spread first = Spread.of(one).orElseThrow();
            Spread second = Spread.of(two).orElseThrow();
            if (better.testImages() == 0 || other.testImages() == 0) {
                return Judgement.unknown("nobody says of how many test images");
            }
            Difference difference =
                    Difference.ofShares(first.mean(), better.testImages(), second.mean(), other.testImages());
            if (one.size() > 1 && two.size() > 1) {
                difference = difference.orWider(Difference.ofMeans(one, two));
            }
            return new Judgement(
                    verdict(difference.isAbove(), difference.isBelow()),
                    List.of(String.format(
                            Locale.ROOT,
                            "%s %s, %s %s: %+.1f points (95 %%: %+.1f to %+.1f)",
                            better.name(),
                            first.percent(1),
                            other.name(),
                            second.percent(1),
                            100 * difference.value(),
                            100 * Math.max(-1, difference.lower()),
                            100 * Math.min(1, difference.upper()))));
        }
    },

    /** Of the last epoch: the lower, the better. */
    @JsonProperty("loss")
    LOSS {
        @Override
        Judgement compareSound(Evidence better, Evidence other) {
            return fewer(better, other, Evidence::lastLosses, "loss", "%.3f");
        }
    },

    /** Of the median epoch: the fewer, the better. */
    @JsonProperty("seconds")
    SECONDS {
        @Override
        Judgement compareSound(Evidence better, Evidence other) {
            Set<String> devices = new TreeSet<>(better.devices());
            devices.addAll(other.devices());
            return devices.size() > 1
                    ? Judgement.unknown("they ran on " + String.join(" and ", devices))
                    : fewer(better, other, Evidence::epochSeconds, "seconds", "%.1f s");
        }
    };

    /**
     * By a figure of which less is better, one for each time that a run was done. Without repeats it tells nothing: epochs of one
     * run share its chance and its machine. The notebook's two runs of the same settings are 2.4 s apart, each epoch of the
     * one slower than all of the other.
     */
    private static Judgement fewer(
            Evidence better, Evidence other, Function<Evidence, List<Double>> figure, String name, String format) {
        List<Double> one = figure.apply(better);
        List<Double> two = figure.apply(other);
        if (one.isEmpty() || two.isEmpty()) {
            return Judgement.unknown("no %s of %s".formatted(name, (one.isEmpty() ? better : other).name()));
        }
        String figures = String.format(
                Locale.ROOT,
                "%s " + format + ", %s " + format,
                better.name(),
                Spread.of(one).orElseThrow().mean(),
                other.name(),
                Spread.of(two).orElseThrow().mean());
        if (one.size() < 2 || two.size() < 2) {
            return Judgement.unknown(figures + "; without repeats nobody knows what chance makes");
        }
        Difference difference = Difference.ofMeans(one, two);
        return new Judgement(
                verdict(difference.isBelow(), difference.isAbove()),
                List.of(String.format(
                        Locale.ROOT,
                        "%s: %+.3f (95 %%: %+.3f to %+.3f)",
                        figures,
                        difference.value(),
                        difference.lower(),
                        difference.upper())));
    }

    /** Whether one run is better than another. */
    Judgement compare(Evidence better, Evidence other) {
        for (Evidence each : List.of(better, other)) {
            if (each.lacks().isPresent()) {
                return Judgement.unknown(each.lacks().get());
            }
        }
        if (better.diverged() || (other.diverged() && this == SECONDS)) {
            Evidence gone = better.diverged() ? better : other;
            return this == SECONDS
                    ? Judgement.unknown(gone.name() + " diverged")
                    : Judgement.of(false, gone.name() + " diverged");
        }
        return other.diverged() ? Judgement.of(true, other.name() + " diverged") : compareSound(better, other);
    }

    /** The same of two runs of which neither diverged. */
    abstract Judgement compareSound(Evidence better, Evidence other);

    /** The middle one of some values, 0 of none. */
    static double median(List<Double> values) {
        double[] sorted = array(values);
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        if (sorted.length == 0) {
            return 0;
        }
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    private static Verdict verdict(boolean better, boolean worse) {
        if (better) {
            return Verdict.HOLDS;
        }
        return worse ? Verdict.DOES_NOT_HOLD : Verdict.CANNOT_BE_TOLD;
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
