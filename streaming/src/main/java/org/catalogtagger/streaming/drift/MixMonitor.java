package org.catalogtagger.streaming.drift;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;
import org.apache.commons.statistics.distribution.TDistribution;
import org.catalogtagger.streaming.drift.DriftAlert.Kind;
import org.catalogtagger.streaming.drift.DriftAlert.Status;
import org.jspecify.annotations.Nullable;

/**
 * Watches how tags or images are distributed over categories, without any labels: windows of tags are compared with those
 * before. A window has drifted if it differs from all others by more than they do from each other, whatever makes them
 * differ (runs, the time of day): src/site/drift.md. A change that ends, or stays, is one of those others from then on. What comes
 * first is compared with the test, if that is known. Not thread-safe.
 */
final class MixMonitor {
    /** A moderate change, as the index' users have it (Siddiqi, 2006, Credit Risk Scorecards). */
    private static final double SMALLEST_INDEX = 0.1;

    /** A large one, likewise: between a test and a stream, which have not the same images. */
    private static final double LARGE_INDEX = 0.25;

    /** Of so few images of a test nothing is concluded. */
    private static final double CERTAIN = 1e-6;

    /** Windows without drift that close an alert. */
    private static final int CALM_WINDOWS = 2;

    /** Windows after which a change has stayed. */
    private static final int STAYED = 50;

    private static final String TEST = "test";
    private static final String STAYED_SO = "has stayed so and is usual now";

    private static final int MOST_WINDOWS = 40;
    private static final int FEWEST_WINDOWS = 3;

    /** Windows that are worth as much as the belief that tags are independent. */
    private static final double BELIEF = 4;

    private final Kind kind;
    private final List<Counted> known = new ArrayList<>();
    private final List<Counted> changed = new ArrayList<>();
    private Counted window = new Counted();
    private final Counted tested = new Counted();

    private @Nullable DriftAlert open;
    private int calm;
    private int changedWindows;

    /** Tags by category, and the sum of a value of theirs. */
    static final class Counted {
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

        static Counted sumOf(List<Counted> some) {
            Counted sum = new Counted();
            some.forEach(one -> sum.add(one.counts, one.tags, one.values, one.since));
            return sum;
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

    /** Takes the images of the test, once. */
    void baseline(Map<String, Long> counts, double values) {
        if (tested.tags == 0) {
            tested.add(
                    counts, counts.values().stream().mapToLong(Long::longValue).sum(), values, 0);
        }
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
        window.add(counts, tags, values, eventTime);
        if (window.tags < settings.windowTags()) {
            return Optional.empty();
        }
        Counted closed = window;
        window = new Counted();
        DriftAlert before = open;
        int first = Math.min(MOST_WINDOWS, Math.max(FEWEST_WINDOWS, settings.referenceTags() / settings.windowTags()));
        if (known.size() < first) {
            return before == null
                    ? begin(closed, first, eventTime, modelVersion)
                    : compareWithTest(before, closed, eventTime);
        }
        return compare(closed, eventTime, modelVersion, settings);
    }

    /** Until there are windows that others are compared with; all of these together are compared with the test. */
    private Optional<DriftAlert> begin(Counted closed, int first, long eventTime, String modelVersion) {
        keep(closed, known);
        Counted all = Counted.sumOf(known);
        if (known.size() < first || !isOtherThanTested(all)) {
            return Optional.empty();
        }
        changed.addAll(known);
        known.clear();
        calm = 0;
        changedWindows = changed.size();
        MixComparison found = MixComparison.of(tested.counts, all.counts);
        String evidence = String.format(
                Locale.ROOT,
                "stability index %.3f to the %,d images of the test; of other products that may be usual",
                found.stabilityIndex(),
                tested.tags);
        open = alert(TEST, found, tested, all, evidence, eventTime, modelVersion);
        return Optional.of(open);
    }

    private boolean isOtherThanTested(Counted some) {
        if (tested.tags == 0 || some.tags == 0) {
            return false;
        }
        MixComparison found = MixComparison.of(tested.counts, some.counts);
        // The index of two samples of one distribution has about this mean (Yurdakul, 2018, Statistical Properties of
        // Population Stability Index, section 3).
        double byChance = found.degrees() * (1.0 / tested.tags + 1.0 / some.tags);
        double chance = ChiSquaredDistribution.of(found.degrees()).survivalProbability(found.statistic());
        return found.stabilityIndex() - byChance >= LARGE_INDEX && chance < CERTAIN;
    }

    /** While all that came is other than the test. */
    private Optional<DriftAlert> compareWithTest(DriftAlert before, Counted closed, long eventTime) {
        changedWindows++;
        calm = isOtherThanTested(closed) ? 0 : calm + 1;
        keep(closed, changed);
        if (calm < CALM_WINDOWS && changedWindows < STAYED) {
            return Optional.empty();
        }
        boolean isUsual = calm < CALM_WINDOWS;
        known.addAll(isUsual ? changed : changed.subList(changed.size() - calm, changed.size()));
        changed.clear();
        open = null;
        String why = isUsual ? STAYED_SO : "as in the test";
        return Optional.of(before.closed(value(closed, before.label()), why, closed.tags, eventTime));
    }

    private Optional<DriftAlert> compare(Counted closed, long eventTime, String modelVersion, DriftSettings settings) {
        Counted reference = Counted.sumOf(known);
        MixComparison found = MixComparison.of(reference.counts, closed.counts);
        Usual usual = usual(reference);
        double chance = usual.chance(found);
        boolean drifted = chance < settings.falseAlarmChanceOfWindow() && found.stabilityIndex() >= SMALLEST_INDEX;
        String evidence = String.format(
                Locale.ROOT,
                "stability index %.3f, %.1f times what is usual, p %.1e",
                found.stabilityIndex(),
                Math.exp(found.logPerDegree() - usual.mean()),
                chance);
        DriftAlert before = open;
        if (before == null && !drifted) {
            keep(closed, known);
            return Optional.empty();
        }
        if (before == null) {
            calm = 0;
            changedWindows = 1;
            keep(closed, changed);
            open = alert("tags-before", found, reference, closed, evidence, eventTime, modelVersion);
            return Optional.of(open);
        }
        changedWindows++;
        calm = drifted ? 0 : calm + 1;
        keep(closed, changed);
        if (calm < CALM_WINDOWS && changedWindows < STAYED) {
            return Optional.empty();
        }
        String why = calm < CALM_WINDOWS ? STAYED_SO : evidence;
        changed.forEach(one -> keep(one, known));
        changed.clear();
        open = null;
        return Optional.of(before.closed(value(closed, before.label()), why, closed.tags, eventTime));
    }

    private static void keep(Counted closed, List<Counted> windows) {
        windows.add(closed);
        if (windows.size() > MOST_WINDOWS) {
            windows.remove(0);
        }
    }

    /** How windows differ from the others: the logarithm of chi-squared over its degrees of freedom. */
    private record Usual(double mean, double deviation, double degrees) {
        /** That a window like those before differs as much: Student's t, for how they do is known from some only. */
        double chance(MixComparison found) {
            return TDistribution.of(degrees).survivalProbability((found.logPerDegree() - mean) / deviation);
        }
    }

    private Usual usual(Counted reference) {
        // As each was when it came: those after it, which share runs with it, are not what it is compared with.
        Counted before = new Counted();
        List<Double> logs = new ArrayList<>();
        for (int i = 0; i < known.size(); i++) {
            Counted one = known.get(i);
            if (i + 1 >= FEWEST_WINDOWS) {
                logs.add(MixComparison.of(before.counts, one.counts).logPerDegree());
            }
            before.add(one.counts, one.tags, one.values, one.since);
        }
        double mean = 0;
        for (double log : logs) {
            mean += log / logs.size();
        }
        // The logarithm of a chi-squared variable has about this variance (Bartlett and Kendall, 1946).
        double squares = BELIEF
                * 2
                / MixComparison.of(reference.counts, known.get(0).counts).degrees();
        for (double log : logs) {
            squares += (log - mean) * (log - mean);
        }
        double degrees = BELIEF + logs.size() - 1;
        return new Usual(mean, Math.sqrt(squares / degrees * (1 + 1.0 / logs.size())), degrees);
    }

    private DriftAlert alert(
            String against,
            MixComparison found,
            Counted reference,
            Counted closed,
            String evidence,
            long eventTime,
            String modelVersion) {
        return new DriftAlert(
                Status.OPEN,
                kind,
                kind == Kind.PREDICTIONS ? found.mostChanged() : "",
                "chi-squared",
                against,
                value(reference, found.mostChanged()),
                value(closed, found.mostChanged()),
                evidence,
                closed.tags,
                closed.since,
                closed.since,
                closed.since,
                eventTime,
                modelVersion);
    }

    private double value(Counted counted, String label) {
        return kind == Kind.PREDICTIONS ? counted.share(label) : counted.mean();
    }
}
