package org.catalogtagger.streaming.drift;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import org.catalogtagger.streaming.drift.DriftAlert.Kind;
import org.catalogtagger.streaming.drift.DriftAlert.Status;
import org.catalogtagger.streaming.drift.FallSearch.Fall;
import org.catalogtagger.streaming.drift.TagHistory.Entry;
import org.jspecify.annotations.Nullable;

/**
 * Wrong tags that are given one label, against those to be expected of their truths. Their number is Poisson's, and a likelihood
 * ratio says how much more likely it is with {@code exp(d)} times as many expected since some moment: {@code d} a tag, less {@code exp(d) - 1}
 * a tag expected (Lucas, 1985, Counted Data CUSUM's, section 2). Not thread-safe.
 */
final class FalsePositives {
    /** Of fewer nothing is told, however few were to be expected: some pictures of one product are alike. */
    private static final double ENOUGH = 10;

    /** Of so many it is known what they truly are. */
    private static final int RECENT = 64;

    /** Evidence of an entry: wrong tags to be expected of this label, and those of all labels. */
    private static final int EXPECTED = 0;

    private static final int OF_ALL = 1;

    private final String label;
    private final TagHistory history = new TagHistory();
    private final Dispersion.Series blocks = new Dispersion.Series();
    private final List<Long> recentTimes = new ArrayList<>();
    private final List<String> recentTruths = new ArrayList<>();

    /** By truth, while there are too many: the share of this label before. */
    private final Map<String, Double> sharesBefore = new HashMap<>();

    private final RiseByTruth byTruth = new RiseByTruth();

    /** Expected tags that the history was begun with. */
    private double learned;

    /** Since the newest entry. */
    private double given;

    private double expected;
    private double ofAll;
    private @Nullable DriftAlert open;

    @JsonCreator
    FalsePositives(@JsonProperty("label") String label) {
        this.label = label;
    }

    Optional<DriftAlert> open() {
        return Optional.ofNullable(open);
    }

    /** While there are too many: the share that this label had before of a truth's wrong tags, if that is known. */
    Optional<Double> shareBefore(String truth) {
        return Optional.ofNullable(sharesBefore.get(truth));
    }

    /** Takes what was to be expected of wrong tags. */
    void expect(double tags) {
        expected += tags;
    }

    /** What was to be expected of all wrong tags since it began, or since the last rise ended. */
    double expected() {
        return learned + expected + sumSince(Long.MIN_VALUE, entry -> entry.evidence(EXPECTED));
    }

    /** While there are too many: takes wrong tags of a truth, of whatever label; negative where they are taken back. */
    void see(String truth, double tags) {
        byTruth.see(truth, tags);
    }

    /** Takes a wrong tag of this label. */
    void give(String truth, long time) {
        given++;
        if (open != null) {
            byTruth.give(truth, 1);
        }
        recentTimes.add(time);
        recentTruths.add(truth);
        if (recentTimes.size() > RECENT) {
            recentTimes.remove(0);
            recentTruths.remove(0);
        }
    }

    /** Takes one back. */
    void takeBack(String truth, long time) {
        given--;
        if (open != null) {
            byTruth.give(truth, -1);
        }
        for (int i = recentTimes.size() - 1; i >= 0; i--) {
            if (recentTimes.get(i) == time && recentTruths.get(i).equals(truth)) {
                recentTimes.remove(i);
                recentTruths.remove(i);
                return;
            }
        }
    }

    /**
     * Looks at what was taken since the last look, all of one time.
     *
     * @param allWrong wrong tags since then, of whatever label
     * @return an alert that it opens or closes
     */
    Optional<DriftAlert> judge(
            long time,
            double allWrong,
            ErrorShares shares,
            Dispersion dispersion,
            FalseAlarms falseAlarms,
            String modelVersion) {
        ofAll += allWrong;
        if (open == null && given > 0) {
            blocks.add(expected, given - expected, expected, dispersion);
        }
        history.add(time, given, 0, expected, ofAll);
        given = 0;
        expected = 0;
        ofAll = 0;
        double scale = 1 / dispersion.value();
        DriftAlert rise = open;
        return rise == null
                ? search(time, scale, shares, falseAlarms, modelVersion)
                : recovery(rise, time, scale, falseAlarms);
    }

    private Optional<DriftAlert> search(
            long time, double scale, ErrorShares shares, FalseAlarms falseAlarms, String modelVersion) {
        List<Entry> entries = history.entries();
        double all = expected();
        Optional<Fall> found = FallSearch.in(entries, new FallSearch.Evidence() {
            private double sum;

            @Override
            public void of(Entry begin, double tags, double right, double[] logEvidence, double[] logThreshold) {
                sum += begin.evidence(EXPECTED);
                for (int i = 0; i < logEvidence.length; i++) {
                    double rise = FalseAlarms.logits(i);
                    logEvidence[i] = scale * PoissonRise.logEvidence(rise, tags, sum);
                    logThreshold[i] =
                            falseAlarms.logThreshold(scale * PoissonRise.information(rise), Math.max(0, all - sum));
                }
            }

            @Override
            public double expected() {
                return sum;
            }
        });
        return found.filter(rise -> rise.overThreshold() >= 0 && rise.tags() >= ENOUGH)
                .map(rise -> {
                    open = alert(rise, shares, time, modelVersion);
                    // Several times as many at once are no variance.
                    blocks.forget();
                    shares.shares(label).forEach(sharesBefore::put);
                    return open;
                });
    }

    private DriftAlert alert(Fall rise, ErrorShares shares, long time, String modelVersion) {
        Map<String, Integer> truths = new HashMap<>();
        int some = 0;
        for (int i = 0; i < recentTimes.size(); i++) {
            if (recentTimes.get(i) >= rise.since()) {
                truths.merge(recentTruths.get(i), 1, Integer::sum);
                some++;
                // They are what has changed, not what was known before.
                shares.add(recentTruths.get(i), label, -1);
            }
        }
        double all = sumSince(rise.since(), entry -> entry.evidence(OF_ALL));
        double each = rise.tags() / Math.max(1, some);
        truths.forEach((truth, count) -> byTruth.begin(truth, all * shares.part(truth), each * count));
        String most = truths.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(2)
                .map(truth -> "%d are %s".formatted(truth.getValue(), truth.getKey()))
                .reduce((one, other) -> one + ", " + other)
                .orElse("");
        return new DriftAlert(
                Status.OPEN,
                Kind.CONFUSIONS,
                label,
                "likelihood-ratio",
                "test-and-past",
                share(rise.expected(), all),
                share(rise.tags(), all),
                String.format(
                        Locale.ROOT,
                        "%.0f wrong tags where %.1f were to be expected of their classes, %.0f decibans more than needed; of the last %d %s",
                        rise.tags(),
                        rise.expected(),
                        ClassMonitor.decibans(rise.overThreshold()),
                        some,
                        most),
                Math.round(all),
                rise.since(),
                rise.earliest(),
                rise.latest(),
                time,
                modelVersion);
    }

    /** Whether tags since some time speak against the rise that all since it began speak for most. */
    private Optional<DriftAlert> recovery(DriftAlert rise, long time, double scale, FalseAlarms falseAlarms) {
        List<Entry> entries = history.entries();
        double tags = sumSince(rise.since(), Entry::tags);
        double sum = sumSince(rise.since(), entry -> entry.evidence(EXPECTED));
        if (PoissonRise.speaksAgainst(FalseAlarms.logits(0), tags, sum, scale, falseAlarms)) {
            return Optional.of(close(rise, rise.since(), time));
        }
        double likeliest = PoissonRise.likeliest(tags, sum);
        tags = 0;
        sum = 0;
        for (int i = entries.size() - 1; i > 0 && entries.get(i - 1).since() >= rise.since(); i--) {
            tags += entries.get(i).tags();
            sum += entries.get(i).evidence(EXPECTED);
            if (PoissonRise.speaksAgainst(likeliest, tags, sum, scale, falseAlarms)) {
                return Optional.of(close(rise, entries.get(i).since(), time));
            }
        }
        return Optional.empty();
    }

    /**
     * Makes the wrong tags since the rise what is to be expected, truth by truth: the share that this label has had of those that are known since
     * then, and with few of them the share of before times the whole rise.
     */
    Optional<DriftAlert> accept(ErrorShares shares, long time) {
        DriftAlert rise = open;
        if (rise == null) {
            return Optional.empty();
        }
        double tags = Math.max(0, sumSince(rise.since(), Entry::tags));
        double sum = sumSince(rise.since(), entry -> entry.evidence(EXPECTED));
        double all = sumSince(rise.since(), entry -> entry.evidence(OF_ALL));
        double times = sum > 0 ? Math.max(1, tags / sum) : 1;
        // State of before there was a count by truth has the shares only.
        Set<String> truths = new TreeSet<>(byTruth.truths());
        truths.addAll(sharesBefore.keySet());
        for (String truth : truths) {
            double guess = times * shareBefore(truth).orElseGet(() -> shares.share(truth, label));
            shares.become(truth, label, byTruth.share(truth, guess), byTruth.wrong(truth));
        }
        learned = tags;
        history.forgetBefore(Long.MAX_VALUE);
        blocks.forget();
        forgetRise();
        return Optional.of(rise.accepted(share(tags, all), Math.round(all), time));
    }

    private double sumSince(long since, ToDoubleFunction<Entry> of) {
        return history.entries().stream()
                .filter(entry -> entry.since() >= since)
                .mapToDouble(of)
                .sum();
    }

    private void forgetRise() {
        open = null;
        sharesBefore.clear();
        byTruth.forget();
        // What was given meanwhile was not learned, and is not to be forgotten again.
        recentTimes.clear();
        recentTruths.clear();
    }

    private DriftAlert close(DriftAlert rise, long since, long time) {
        double tags = 0;
        double all = 0;
        for (Entry entry : history.entries()) {
            if (entry.since() >= since) {
                tags += entry.tags();
                all += entry.evidence(OF_ALL);
            } else if (entry.since() < rise.since()) {
                learned += entry.evidence(EXPECTED);
            }
        }
        history.forgetBefore(since);
        forgetRise();
        return rise.closed(share(tags, all), "as is to be expected of their classes again", Math.round(all), time);
    }

    private static double share(double tags, double all) {
        return all <= 0 ? 0 : Math.min(1, Math.max(0, tags / all));
    }
}
