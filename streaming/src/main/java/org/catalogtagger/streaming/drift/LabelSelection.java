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
    private static final int MOST_WAITING = 5000;
    private static final double CERTAIN = 1e-6;
    private static final double SMALLEST_EXPECTATION = 5;
    private static final int CALM_BLOCKS = 3;

    private final List<Ready> waiting = new ArrayList<>();
    private final double[] labelled = new double[AccuracyCounts.BINS];
    private final double[] tagged = new double[AccuracyCounts.BINS];
    private @Nullable DriftAlert open;
    private int calm;

    /** Labels of known probability that come beside. */
    private boolean hasAudits;

    private boolean hasDeclared;

    Optional<DriftAlert> open() {
        return Optional.ofNullable(open);
    }

    /**
     * Says that labels come whose probability is known. Beside those of an audit others may be a random sample too. Beside declared ones
     * they are not: they are what is left.
     */
    void sampled(Ready ready) {
        hasAudits |= !ready.tags().byTruth().isEmpty();
        hasDeclared |= !ready.tags().declared().isEmpty();
    }

    /**
     * Takes tags of which it is not known how they were chosen, and lets those through that are no choice.
     *
     * @param through takes those
     */
    Optional<DriftAlert> add(Ready ready, List<Ready> through, long time, String modelVersion) {
        if (sum(labelled) == 0
                && sum(ready.tags().labelledByConfidence())
                        >= NEARLY_ALL * sum(ready.tags().taggedByConfidence())) {
            // Corrections too: they have no tags of their own.
            through.add(ready);
            return Optional.empty();
        }
        if (ready.tags().hasLabels()) {
            waiting.add(ready);
        }
        for (int i = 0; i < labelled.length; i++) {
            labelled[i] += ready.tags().labelledByConfidence()[i];
            tagged[i] += ready.tags().taggedByConfidence()[i];
        }
        return sum(labelled) >= BLOCK || waiting.size() >= MOST_WAITING
                ? judge(through, time, modelVersion)
                : Optional.empty();
    }

    private Optional<DriftAlert> judge(List<Ready> through, long time, String modelVersion) {
        double chance = chanceIfRandom(labelled, tagged);
        double share = sum(labelled) / Math.max(1, sum(tagged));
        boolean isChosen = chance < CERTAIN && share < NEARLY_ALL;
        DriftAlert changed = null;
        if (isChosen) {
            calm = 0;
            if (open == null) {
                open = alert(chance, share, time, modelVersion);
                changed = open;
            }
        } else {
            calm++;
            if (open == null) {
                if (!hasDeclared) {
                    through.addAll(waiting);
                }
            } else if (calm >= CALM_BLOCKS) {
                changed = open.closed(
                        meanBin(labelled),
                        String.format(Locale.ROOT, "as sure as all are, p %.1e", chance),
                        Math.round(sum(labelled)),
                        time);
                open = null;
            }
        }
        waiting.clear();
        Arrays.fill(labelled, 0);
        Arrays.fill(tagged, 0);
        hasAudits = false;
        hasDeclared = false;
        return Optional.ofNullable(changed);
    }

    private DriftAlert alert(double chance, double share, long time, String modelVersion) {
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
                        hasAudits || hasDeclared
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

    private static long sum(long[] counts) {
        long sum = 0;
        for (long count : counts) {
            sum += count;
        }
        return sum;
    }
}
