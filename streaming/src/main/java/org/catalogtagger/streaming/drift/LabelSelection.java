package org.catalogtagger.streaming.drift;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;
import org.catalogtagger.streaming.accuracy.AccuracyCounts;
import org.catalogtagger.streaming.drift.DriftAlert.Kind;
import org.catalogtagger.streaming.drift.DriftAlert.Status;
import org.catalogtagger.streaming.drift.LabelCohorts.Ready;
import org.jspecify.annotations.Nullable;

/**
 * Where only some tags are labelled, looks whether they are a random sample: whether they are as sure as all are. Those that
 * are chosen say nothing of the accuracy of all, and are not counted for it. Not thread-safe.
 */
final class LabelSelection {
    /** From here on nobody can have chosen much. */
    static final double NEARLY_ALL = 0.9;

    private static final long BLOCK = 200;

    /** By so many tags, and as many before, it is known whether nearly all have a label. */
    private static final double CENSUS = 200;

    private static final int MOST_WAITING = 5000;
    private static final double CERTAIN = 1e-6;
    private static final double SMALLEST_EXPECTATION = 5;
    private static final int CALM_BLOCKS = 3;

    private final List<Ready> waiting = new ArrayList<>();
    private final double[] labelled = new double[AccuracyCounts.BINS];
    private final double[] tagged = new double[AccuracyCounts.BINS];
    private @Nullable DriftAlert open;
    private int calm;

    /** Whether that labels are chosen is known to whom it may concern: until they are a random sample it is not told again. */
    private boolean accepted;

    /** Of those that wait. */
    private long labels;

    /** Whether tags that were drawn for an audit are labelled too. */
    private boolean hasAudits;

    /** Of the last tags that had or may have a label: how many these are, and how many have one. */
    private double expected;

    private double labelledOfExpected;

    Optional<DriftAlert> open() {
        return Optional.ofNullable(open);
    }

    /** Says that tags that were drawn for an audit are labelled too. Others may be a random sample nevertheless. */
    void audited(Ready ready) {
        hasAudits |= ready.tags().hasLabels();
    }

    /**
     * Takes tags that were not drawn for an audit, and lets those labels through that tell the accuracy of all: each for itself where
     * nearly all tags have one, whatever they declare; else those that declare with what probability they were chosen, and the others where they
     * are a random sample. Beside declared ones others are none: they are what is left.
     *
     * @param through takes those
     */
    Optional<DriftAlert> add(Ready ready, List<Ready> through, long time, String modelVersion) {
        LabelledTags tags = ready.tags();
        expected += tags.expected();
        labelledOfExpected += tags.labelled();
        if (expected > 2 * CENSUS) {
            expected /= 2;
            labelledOfExpected /= 2;
        }
        if (open == null && !accepted && waiting.isEmpty() && isCensus()) {
            through.add(new Ready(ready.time(), tags.eachForItself()));
            return Optional.empty();
        }
        if (tags.hasLabels()) {
            waiting.add(ready);
            labels += tags.labelled();
        }
        for (int i = 0; i < labelled.length; i++) {
            labelled[i] += tags.labelledByConfidence()[i];
            tagged[i] += tags.taggedByConfidence()[i];
        }
        return labels >= BLOCK || waiting.size() >= MOST_WAITING
                ? judge(through, time, modelVersion)
                : Optional.empty();
    }

    /** Of one tag alone nothing is concluded: one that is chosen is all of them. */
    private boolean isCensus() {
        return labelledOfExpected >= NEARLY_ALL * expected;
    }

    private Optional<DriftAlert> judge(List<Ready> through, long time, String modelVersion) {
        double chance = chanceIfRandom(labelled, tagged);
        double share = sum(labelled) / Math.max(1, sum(tagged));
        boolean isCensus = isCensus();
        boolean hasDeclared =
                waiting.stream().anyMatch(some -> !some.tags().declared().isEmpty());
        boolean isChosen = !isCensus && chance < CERTAIN && share < NEARLY_ALL;
        DriftAlert changed = null;
        if (isChosen && open == null && !accepted) {
            open = alert(chance, share, hasDeclared || hasAudits, time, modelVersion);
            changed = open;
        } else if (!isChosen && open != null && calm + 1 >= CALM_BLOCKS) {
            changed = open.closed(
                    meanBin(labelled),
                    String.format(Locale.ROOT, "as sure as all are, p %.1e", chance),
                    Math.round(sum(labelled)),
                    time);
            open = null;
        }
        calm = isChosen ? 0 : calm + 1;
        accepted &= calm < CALM_BLOCKS;
        boolean isSample = !isChosen && open == null && !accepted && changed == null && !hasDeclared;
        for (Ready some : waiting) {
            if (isCensus) {
                through.add(new Ready(some.time(), some.tags().eachForItself()));
            } else if (hasDeclared) {
                through.add(new Ready(some.time(), some.tags().declaredOnly()));
            } else if (isSample) {
                through.add(some);
            }
        }
        waiting.clear();
        labels = 0;
        Arrays.fill(labelled, 0);
        Arrays.fill(tagged, 0);
        hasAudits = false;
        return Optional.ofNullable(changed);
    }

    /** Tells no more of labels that are chosen. They are not counted nevertheless: they say as little of all tags as before. */
    Optional<DriftAlert> accept(long time) {
        DriftAlert alert = open;
        if (alert == null) {
            return Optional.empty();
        }
        open = null;
        accepted = true;
        return Optional.of(alert.accepted(alert.currentValue(), alert.observations(), time));
    }

    private DriftAlert alert(double chance, double share, boolean isWatchedOtherwise, long time, String modelVersion) {
        long since = waiting.get(0).time();
        return new DriftAlert(
                Status.OPEN,
                Kind.LABEL_SELECTION,
                "",
                "chi-squared",
                "all-tags",
                meanBin(tagged),
                meanBin(labelled),
                String.format(
                        Locale.ROOT,
                        "labels of %.1f %% of the tags, which are no random ones, p %.1e: accuracy is %s",
                        100 * share,
                        chance,
                        isWatchedOtherwise
                                ? "watched by audits and by labels of known probability alone"
                                : "not watched"),
                Math.round(sum(labelled)),
                since,
                since,
                since,
                time,
                modelVersion);
    }

    /** Pearson's chi-squared test of labelled tags against the others; neighbours are thrown together until enough are expected. */
    static double chanceIfRandom(double[] labelled, double[] tagged) {
        double all = sum(tagged);
        double share = sum(labelled) / Math.max(1, all);
        if (!(share > 0 && share < 1)) {
            return 1;
        }
        double statistic = 0;
        int groups = 0;
        double some = 0;
        double ofAll = 0;
        for (int i = 0; i < labelled.length; i++) {
            some += labelled[i];
            ofAll += tagged[i];
            double rest = 0;
            for (int j = i + 1; j < labelled.length; j++) {
                rest += tagged[j];
            }
            double smaller = Math.min(share, 1 - share);
            boolean isEnough =
                    ofAll * smaller >= SMALLEST_EXPECTATION && (rest == 0 || rest * smaller >= SMALLEST_EXPECTATION);
            if (isEnough || i == labelled.length - 1) {
                double off = some - ofAll * share;
                statistic += ofAll == 0 ? 0 : off * off / (ofAll * share * (1 - share));
                groups += ofAll == 0 ? 0 : 1;
                some = 0;
                ofAll = 0;
            }
        }
        return groups < 2 ? 1 : ChiSquaredDistribution.of(groups - 1).survivalProbability(statistic);
    }

    /** The mean confidence, each as if in the middle of its bin. */
    private static double meanBin(double[] counts) {
        double sum = 0;
        for (int i = 0; i < counts.length; i++) {
            sum += counts[i] * (i + 0.5) / counts.length;
        }
        return sum / Math.max(1, sum(counts));
    }

    private static double sum(double[] counts) {
        double sum = 0;
        for (double count : counts) {
            sum += count;
        }
        return sum;
    }
}
