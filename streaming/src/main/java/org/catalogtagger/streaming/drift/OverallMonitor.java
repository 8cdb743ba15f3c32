package org.catalogtagger.streaming.drift;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonMerge;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongPredicate;
import org.catalogtagger.streaming.drift.DriftAlert.Kind;
import org.catalogtagger.streaming.drift.DriftAlert.Status;
import org.catalogtagger.streaming.drift.FallSearch.Fall;
import org.catalogtagger.streaming.drift.TagHistory.Entry;
import org.jspecify.annotations.Nullable;

/**
 * Watches whether tags are right less often than is to be expected of their groups, so that a run of a difficult group is no
 * fall. The groups are classes, or tags of like confidence. The evidence for a fall of all groups by as many logits is the product of
 * the likelihood ratios of each tag, given all before it (prequential: Dawid, 1984, Present Position and Potential Developments,
 * section 5). Not thread-safe.
 */
final class OverallMonitor {
    private static final int FALLS = FalseAlarms.falls();

    /** Evidence of an entry: for each fall, the divergence of each fall, and the tags to be expected right. */
    private static final int EXPECTED = 2 * FALLS;

    /** Not state, nor is what follows: the owner knows both. */
    @JsonIgnore
    private final Kind kind;

    @JsonIgnore
    private final String ofGroups;

    private final TagHistory history = new TagHistory();

    @JsonMerge
    private final Dispersion dispersion = new Dispersion(Dispersion.OF_ACCURACY);

    private final Dispersion.Series blocks = new Dispersion.Series();
    private double learned;
    private @Nullable DriftAlert open;

    /**
     * One that has seen nothing.
     *
     * @param kind of its alerts
     * @param ofGroups of what something is to be expected, for people
     */
    OverallMonitor(Kind kind, String ofGroups) {
        this.kind = kind;
        this.ofGroups = ofGroups;
    }

    /** Tags of one group, and what was known of it before them. */
    record OfGroup(double tags, double right, BetaShare before) {
        /** How much more likely a fall makes them than none: the natural logarithm. */
        private double logEvidence(double logits) {
            BetaShare fallen = before.fallen(logits);
            if (tags > 0 && right >= 0 && right <= tags) {
                return fallen.logLikelihoodOver(before, tags, right);
            }
            return right * Math.log(fallen.mean() / before.mean())
                    + (tags - right) * Math.log((1 - fallen.mean()) / (1 - before.mean()));
        }
    }

    Optional<DriftAlert> open() {
        return Optional.ofNullable(open);
    }

    /** Takes the alert that is open with more of what is known of it. */
    DriftAlert amended(DriftAlert alert) {
        open = alert;
        return alert;
    }

    /** What tags since then say is not what is to be expected. */
    long frozenSince() {
        return open == null ? Long.MAX_VALUE : open.since();
    }

    /** How many tags are worth one that is independent. */
    double dispersion() {
        return dispersion.value();
    }

    /** The time of the oldest tags that are looked at: after a fall is over, that of its end. The greatest long if there are none. */
    long begin() {
        return history.entries().stream().mapToLong(Entry::since).findFirst().orElse(Long.MAX_VALUE);
    }

    /** How much speaks for a fall that began at a time: the natural logarithm. */
    double logEvidenceSince(long time) {
        double scale = 1 / dispersion.value();
        double[] logEvidence = new double[FALLS];
        for (int i = 0; i < FALLS; i++) {
            logEvidence[i] = scale * history.evidenceSince(time, i);
        }
        return FalseAlarms.mixture(logEvidence);
    }

    /**
     * Takes the tags of one time, by group; an alert that they open or close.
     *
     * @param mayBegin whether a fall that began at a time is to be told of
     */
    Optional<DriftAlert> add(
            List<OfGroup> groups, long time, String modelVersion, FalseAlarms falseAlarms, LongPredicate mayBegin) {
        double[] evidence = new double[EXPECTED + 1];
        double tags = 0;
        double right = 0;
        double variance = 0;
        for (OfGroup ofGroup : groups) {
            double mean = ofGroup.before.mean();
            tags += ofGroup.tags;
            right += ofGroup.right;
            variance += ofGroup.tags * mean * (1 - mean);
            evidence[EXPECTED] += ofGroup.tags * mean;
            for (int i = 0; i < FALLS; i++) {
                double fallen = BetaShare.fallen(mean, FalseAlarms.logits(i));
                evidence[i] += ofGroup.logEvidence(FalseAlarms.logits(i));
                evidence[FALLS + i] += ofGroup.tags * BetaShare.divergence(mean, fallen);
            }
        }
        history.add(time, tags, right, evidence);
        if (tags > 0) {
            blocks.add(tags, right - evidence[EXPECTED], variance, dispersion);
        }
        return open == null ? search(time, modelVersion, falseAlarms, mayBegin) : recovery(open, time, falseAlarms);
    }

    private Optional<DriftAlert> search(
            long time, String modelVersion, FalseAlarms falseAlarms, LongPredicate mayBegin) {
        List<Entry> entries = history.entries();
        double scale = 1 / dispersion.value();
        double all = entries.stream().mapToDouble(Entry::tags).sum();
        Optional<Fall> found = FallSearch.in(entries, new FallSearch.Evidence() {
            private final double[] sums = new double[EXPECTED + 1];

            @Override
            public void of(Entry begin, double tags, double right, double[] logEvidence, double[] logThreshold) {
                for (int i = 0; i < sums.length; i++) {
                    sums[i] += begin.evidence(i);
                }
                for (int i = 0; i < FALLS; i++) {
                    logEvidence[i] = scale * sums[i];
                    double divergence = scale * sums[FALLS + i] / Math.max(1, tags);
                    logThreshold[i] = falseAlarms.logThreshold(divergence, learned + all - tags);
                }
            }

            @Override
            public double expected() {
                return sums[EXPECTED];
            }
        });
        return found.filter(fall -> fall.overThreshold() >= 0 && mayBegin.test(fall.since()))
                .map(fall -> {
                    open = alert(fall, time, modelVersion);
                    return open;
                });
    }

    private DriftAlert alert(Fall fall, long time, String modelVersion) {
        boolean isFromTheFirst = learned + history.tagsBefore(fall.since()) == 0;
        return new DriftAlert(
                Status.OPEN,
                kind,
                "",
                "likelihood-ratio",
                isFromTheFirst ? "test" : "test-and-past",
                fall.expectedAccuracy(),
                fall.accuracy(),
                String.format(
                        Locale.ROOT,
                        "%.0f decibans for a fall, %.0f more than needed; %s %.1f %% were to be expected",
                        ClassMonitor.decibans(fall.logEvidence()),
                        ClassMonitor.decibans(fall.overThreshold()),
                        ofGroups,
                        100 * fall.expectedAccuracy()),
                Math.round(fall.tags()),
                fall.since(),
                fall.earliest(),
                fall.latest(),
                time,
                modelVersion);
    }

    /** Whether tags since some time speak against the fall that all since it began speak for most. */
    private Optional<DriftAlert> recovery(DriftAlert fall, long time, FalseAlarms falseAlarms) {
        List<Entry> entries = history.entries();
        double[] sums = new double[EXPECTED + 1];
        double tags = 0;
        double right = 0;
        int first = entries.size();
        while (first > 0 && entries.get(first - 1).since() >= fall.since()) {
            first--;
            add(entries.get(first), sums);
            tags += entries.get(first).tags();
            right += entries.get(first).right();
        }
        int likeliest = 0;
        for (int i = 1; i < FALLS; i++) {
            likeliest = sums[i] > sums[likeliest] ? i : likeliest;
        }
        if (isEnough(sums, 0, tags, falseAlarms)) {
            return Optional.of(close(fall, fall.since(), tags, right, time));
        }
        sums = new double[EXPECTED + 1];
        tags = 0;
        right = 0;
        for (int i = entries.size() - 1; i > first; i--) {
            add(entries.get(i), sums);
            tags += entries.get(i).tags();
            right += entries.get(i).right();
            if (isEnough(sums, likeliest, tags, falseAlarms)) {
                return Optional.of(close(fall, entries.get(i).since(), tags, right, time));
            }
        }
        return Optional.empty();
    }

    /** Begins anew: of some group something else is to be expected than was when its tags were counted. An open alert stays. */
    void expectOtherwise() {
        if (open == null) {
            learned += history.tagsSince(Long.MIN_VALUE);
            history.forgetBefore(Long.MAX_VALUE);
            blocks.forget();
        }
    }

    /** Closes the alert, when what is to be expected of the groups is what they have fallen to. */
    Optional<DriftAlert> accept(long time) {
        DriftAlert fall = open;
        if (fall == null) {
            return Optional.empty();
        }
        double tags = history.tagsSince(fall.since());
        double right = history.rightSince(fall.since());
        open = null;
        expectOtherwise();
        return Optional.of(fall.accepted(tags > 0 ? right / tags : fall.currentValue(), Math.round(tags), time));
    }

    private static void add(Entry entry, double[] sums) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += entry.evidence(i);
        }
    }

    private boolean isEnough(double[] sums, int fall, double tags, FalseAlarms falseAlarms) {
        double scale = 1 / dispersion.value();
        double divergence = scale * sums[FALLS + fall] / Math.max(1, tags);
        return tags > 0 && -scale * sums[fall] >= Math.log(Math.max(1, falseAlarms.every() * divergence));
    }

    private DriftAlert close(DriftAlert fall, long since, double tags, double right, long time) {
        learned += history.tagsBefore(since);
        history.forgetBefore(since);
        open = null;
        return fall.closed(right / tags, "as is to be expected " + ofGroups + " again", Math.round(tags), time);
    }
}
