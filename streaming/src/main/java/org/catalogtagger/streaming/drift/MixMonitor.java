package org.catalogtagger.streaming.drift;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.commons.statistics.inference.ChiSquareTest;
import org.catalogtagger.streaming.drift.DriftAlert.Kind;
import org.catalogtagger.streaming.drift.DriftAlert.Status;
import org.jspecify.annotations.Nullable;

/**
 * Watches how tags or images are distributed over categories, without any labels: the first ones of a model are the
 * reference, and windows of later ones are compared with it. A window has drifted if a chi-squared test says so, whose
 * error is stated, and the population stability index too, so that a difference that is certain but small is none. Not
 * thread-safe.
 */
final class MixMonitor {
    /** A moderate change, as the index' users have it (Siddiqi, 2006, Credit Risk Scorecards). */
    private static final double SMALLEST_INDEX = 0.1;

    /** The test is a good approximation from here on; rarer categories are thrown together (Cochran, 1954). */
    private static final double SMALLEST_EXPECTATION = 5;

    /** Windows without drift that close an alert. */
    private static final int CALM_WINDOWS = 2;

    private final Kind kind;
    private final Counted reference = new Counted();
    private Counted window = new Counted();
    private @Nullable DriftAlert open;
    private int calm;

    /** Tags by category, and the sum of a value of theirs. */
    private static final class Counted {
        private final Map<String, Long> counts = new HashMap<>();
        private long tags;
        private double values;
        private long since;

        void add(Map<String, Long> more, long moreTags, double moreValues, long eventTime) {
            if (tags == 0) {
                since = eventTime;
            }
            more.forEach((category, count) -> counts.merge(category, count, Long::sum));
            tags += moreTags;
            values += moreValues;
        }

        double mean() {
            return tags == 0 ? 0 : values / tags;
        }

        double share(String category) {
            return tags == 0 ? 0 : (double) counts.getOrDefault(category, 0L) / tags;
        }
    }

    @JsonCreator
    MixMonitor(@JsonProperty("kind") Kind kind) {
        this.kind = kind;
    }

    /** The alert that is open. */
    Optional<DriftAlert> open() {
        return Optional.ofNullable(open);
    }

    /**
     * Takes tags.
     *
     * @param counts by category
     * @param values summed over the tags: what the alert's values are the means of
     */
    Optional<DriftAlert> add(
            Map<String, Long> counts, double values, long eventTime, String modelVersion, DriftSettings settings) {
        long tags = counts.values().stream().mapToLong(Long::longValue).sum();
        if (reference.tags < settings.referenceTags()) {
            reference.add(counts, tags, values, eventTime);
            return Optional.empty();
        }
        window.add(counts, tags, values, eventTime);
        if (window.tags < settings.windowTags()) {
            return Optional.empty();
        }
        Optional<DriftAlert> alert = compare(eventTime, modelVersion, settings);
        window = new Counted();
        return alert;
    }

    private Optional<DriftAlert> compare(long eventTime, String modelVersion, DriftSettings settings) {
        Comparison found = Comparison.of(reference.counts, window.counts);
        boolean drifted =
                found.pValue() < settings.falseAlarmChanceOfWindow() && found.stabilityIndex() >= SMALLEST_INDEX;
        if (open != null) {
            calm = drifted ? 0 : calm + 1;
            if (calm < CALM_WINDOWS) {
                return Optional.empty();
            }
            DriftAlert over = open.closed(value(window, open.label()), found.text(), window.tags, eventTime);
            open = null;
            return Optional.of(over);
        }
        if (!drifted) {
            return Optional.empty();
        }
        calm = 0;
        open = new DriftAlert(
                Status.OPEN,
                kind,
                kind == Kind.PREDICTIONS ? found.mostChanged() : "",
                "chi-squared",
                "first-tags",
                value(reference, found.mostChanged()),
                value(window, found.mostChanged()),
                found.text(),
                window.tags,
                window.since,
                eventTime,
                modelVersion);
        return Optional.of(open);
    }

    private double value(Counted counted, String label) {
        return kind == Kind.PREDICTIONS ? counted.share(label) : counted.mean();
    }

    /**
     * Two distributions.
     *
     * @param pValue of Pearson's chi-squared test of homogeneity
     * @param stabilityIndex the population stability index: the symmetric Kullback-Leibler divergence
     * @param mostChanged the category that contributes most to it
     */
    record Comparison(double pValue, double stabilityIndex, String mostChanged) {
        static Comparison of(Map<String, Long> reference, Map<String, Long> window) {
            long referenceTags = sum(reference);
            long windowTags = sum(window);
            Map<String, long[]> common = new HashMap<>();
            long[] rare = new long[2];
            String mostChanged = "";
            double index = 0;
            double largest = -1;
            TreeSet<String> categories = new TreeSet<>(reference.keySet());
            categories.addAll(window.keySet());
            for (String category : categories) {
                long[] both = {reference.getOrDefault(category, 0L), window.getOrDefault(category, 0L)};
                double expected = (double) windowTags * (both[0] + both[1]) / (referenceTags + windowTags);
                if (expected < SMALLEST_EXPECTATION) {
                    rare[0] += both[0];
                    rare[1] += both[1];
                    continue;
                }
                common.put(category, both);
                double part = part(both, referenceTags, windowTags);
                index += part;
                if (part > largest) {
                    largest = part;
                    mostChanged = category;
                }
            }
            if (rare[0] + rare[1] > 0) {
                common.put("(rare)", rare);
                index += part(rare, referenceTags, windowTags);
            }
            if (common.size() < 2) {
                return new Comparison(1, 0, mostChanged);
            }
            long[][] table = common.values().toArray(long[][]::new);
            return new Comparison(ChiSquareTest.withDefaults().test(table).getPValue(), index, mostChanged);
        }

        /** Half a tag more on both sides: the logarithm of nothing is no evidence. */
        private static double part(long[] both, long referenceTags, long windowTags) {
            double before = (both[0] + 0.5) / referenceTags;
            double now = (both[1] + 0.5) / windowTags;
            return (now - before) * Math.log(now / before);
        }

        private static long sum(Map<String, Long> counts) {
            return counts.values().stream().mapToLong(Long::longValue).sum();
        }

        String text() {
            return String.format(Locale.ROOT, "stability index %.3f, p %.1e", stabilityIndex, pValue);
        }
    }
}
