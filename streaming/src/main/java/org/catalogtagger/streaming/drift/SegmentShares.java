package org.catalogtagger.streaming.drift;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.catalogtagger.streaming.accuracy.AccuracyCounts;
import org.catalogtagger.streaming.drift.DriftAlert.Kind;

/** What each segment was and is, so that an alert can say which ones carry a change. Nothing is found by it. Not thread-safe. */
final class SegmentShares {
    private static final int MOST_SEGMENTS = 201;
    private static final int NAMED = 3;

    /** Of all that segments add to a change: one that adds less is not named. */
    private static final double LEAST_PART = 0.2;

    /** Of fewer tags or labels it is not said what they were. */
    private static final double FEWEST_BEFORE = 20;

    private static final double FEWEST_SINCE = 5;

    private static final int LABELLED = 0;
    private static final int RIGHT = 1;
    private static final int EXPECTED = 2;
    private static final int GRAY = 3;
    private static final int UNFAMILIAR = 4;

    /** Tags, and the sums above of them; the one that came last is the last. */
    private final Map<String, TagHistory> segments = new LinkedHashMap<>();

    /** Takes counts of a segment. */
    void add(String segment, AccuracyCounts counts, long time) {
        TagHistory history = segments.remove(segment);
        if (history == null && segments.size() >= MOST_SEGMENTS) {
            segments.remove(segments.keySet().iterator().next());
        }
        segments.put(segment, history == null ? new TagHistory() : history);
        double right = counts.confusion().keySet().stream()
                .mapToDouble(truth -> counts.count(truth, truth))
                .sum();
        double unfamiliar =
                counts.familiarities().isEmpty() ? 0 : counts.familiarities().get(0);
        Objects.requireNonNull(segments.get(segment))
                .add(
                        time,
                        (double) counts.taggedCount(),
                        0,
                        (double) counts.labelledCount(),
                        right,
                        counts.expectedCorrect(),
                        BinCounts.graySum(counts.brightness()),
                        unfamiliar);
    }

    /** A segment before and since a change, and how much of the change is its. */
    private record Change(String segment, double before, double since, double part) {
        String inGrayLevels() {
            return String.format(Locale.ROOT, "%s %.0f, %.0f before", segment, since, before);
        }

        String inPercent() {
            return String.format(Locale.ROOT, "%s %.1f %%, %.1f %% before", segment, 100 * since, 100 * before);
        }
    }

    /** Which segments carry the change that an alert tells of, and what they were and are; empty where there is nothing to be told apart. */
    String carrying(DriftAlert alert) {
        List<Change> changes = changes(alert);
        double all = changes.stream()
                .mapToDouble(Change::part)
                .filter(part -> part > 0)
                .sum();
        if (segments.size() < 2 || all <= 0) {
            return "";
        }
        return changes.stream()
                .filter(change -> change.part >= LEAST_PART * all)
                .sorted(Comparator.comparingDouble(Change::part).reversed())
                .limit(NAMED)
                .map(alert.kind() == Kind.BRIGHTNESS ? Change::inGrayLevels : Change::inPercent)
                .collect(Collectors.joining("; ", "; by segment: ", ""));
    }

    private List<Change> changes(DriftAlert alert) {
        return switch (alert.kind()) {
            case ACCURACY -> alert.label().isEmpty() ? ratios(alert, LABELLED, RIGHT) : List.of();
            case CALIBRATION -> ratios(alert, LABELLED, RIGHT);
            case CONFIDENCE -> ratios(alert, -1, EXPECTED);
            case BRIGHTNESS -> ratios(alert, -1, GRAY);
            case FAMILIARITY -> ratios(alert, -1, UNFAMILIAR);
            case PREDICTIONS -> sharesOfTags(alert.since());
            case EXPECTED_ACCURACY, CONFUSIONS, UNKNOWN_LABEL, LABEL_SELECTION -> List.of();
        };
    }

    /**
     * One sum over another, before and since.
     *
     * @param of negative for all tags
     */
    private List<Change> ratios(DriftAlert alert, int of, int sum) {
        long since = alert.since();
        boolean isFall = alert.currentValue() < alert.referenceValue();
        List<Change> changes = new ArrayList<>();
        segments.forEach((segment, history) -> {
            double before = of < 0 ? history.tagsBefore(since) : history.evidenceBefore(since, of);
            double now = of < 0 ? history.tagsSince(since) : history.evidenceSince(since, of);
            if (before >= FEWEST_BEFORE && now >= FEWEST_SINCE) {
                double was = history.evidenceBefore(since, sum) / before;
                double is = history.evidenceSince(since, sum) / now;
                changes.add(new Change(segment, was, is, now * (isFall ? was - is : is - was)));
            }
        });
        return changes;
    }

    /** Of all tags, how many are of each segment: another mix of classes is often another mix of segments. */
    private List<Change> sharesOfTags(long since) {
        double before = segments.values().stream()
                .mapToDouble(history -> history.tagsBefore(since))
                .sum();
        double now = segments.values().stream()
                .mapToDouble(history -> history.tagsSince(since))
                .sum();
        List<Change> changes = new ArrayList<>();
        if (before >= FEWEST_BEFORE && now >= FEWEST_SINCE) {
            segments.forEach((segment, history) -> {
                double was = history.tagsBefore(since) / before;
                double is = history.tagsSince(since) / now;
                changes.add(new Change(segment, was, is, Math.abs(is - was)));
            });
        }
        return changes;
    }
}
