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

    /** Of a change: a segment that makes less of it is not named. */
    private static final double LEAST_PART = 0.2;

    /** Of the change that an alert tells of: if segments together say less, or as much more, it is not theirs. */
    private static final double LEAST_FOUND = 0.5;

    /** Of fewer tags or labels it is not said what they were. */
    private static final double FEWEST_BEFORE = 20;

    private static final double FEWEST_SINCE = 5;

    private static final int TAGS = -1;
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

    /**
     * A segment's part of a change of the mean of all tags: those since the change, by how far they are from what all were before, less the same of those before. The
     * parts of all segments add up to the change, also where a segment is new, or only comes more often.
     */
    private record Part(String segment, double tagsBefore, double before, double since, double points) {
        String words(boolean isGray) {
            String now = isGray ? gray(since) : percent(since);
            String was = tagsBefore < FEWEST_BEFORE ? "hardly any" : isGray ? gray(before) : percent(before);
            return "%s %s, %s before".formatted(segment, now, was);
        }

        private static String gray(double level) {
            return String.format(Locale.ROOT, "%.0f", level);
        }

        private static String percent(double share) {
            return String.format(Locale.ROOT, "%.1f %%", 100 * share);
        }
    }

    /**
     * Which segments carry the change that an alert tells of, and what they were and are. Empty where there is nothing to be told apart, or where they do not say of all
     * tags what the alert says: labels that have just come may be no sample, and those of the last minute not all be there.
     */
    String carrying(DriftAlert alert) {
        List<Part> parts = parts(alert);
        double change = alert.currentValue() - alert.referenceValue();
        double found = parts.stream().mapToDouble(Part::points).sum();
        if (parts.size() < 2 || found / change < LEAST_FOUND || found / change > 1 / LEAST_FOUND) {
            return "";
        }
        String most = parts.stream()
                .filter(part -> part.points / found >= LEAST_PART)
                .sorted(Comparator.comparingDouble((Part part) -> part.points / found)
                        .reversed())
                .limit(NAMED)
                .map(part -> part.words(alert.kind() == Kind.BRIGHTNESS))
                .collect(Collectors.joining("; "));
        return most.isEmpty() ? "" : "; by segment: " + most;
    }

    private List<Part> parts(DriftAlert alert) {
        return switch (alert.kind()) {
            case ACCURACY -> alert.label().isEmpty() ? parts(alert.since(), LABELLED, RIGHT) : List.of();
            case CALIBRATION -> parts(alert.since(), LABELLED, RIGHT);
            case CONFIDENCE -> parts(alert.since(), TAGS, EXPECTED);
            case BRIGHTNESS -> parts(alert.since(), TAGS, GRAY);
            case FAMILIARITY -> parts(alert.since(), TAGS, UNFAMILIAR);
            // Of the labels that each segment is given there are no counts.
            case PREDICTIONS, EXPECTED_ACCURACY, CONFUSIONS, UNKNOWN_LABEL, LABEL_SELECTION -> List.of();
        };
    }

    /** Of the mean of a sum over a number. */
    private List<Part> parts(long since, int of, int sum) {
        double[] all = new double[4];
        segments.values().forEach(history -> {
            all[0] += before(history, since, of);
            all[1] += before(history, since, sum);
            all[2] += since(history, since, of);
            all[3] += since(history, since, sum);
        });
        if (all[0] < FEWEST_BEFORE || all[2] < FEWEST_SINCE) {
            return List.of();
        }
        double usual = all[1] / all[0];
        List<Part> parts = new ArrayList<>();
        segments.forEach((segment, history) -> {
            double before = before(history, since, of);
            double sumBefore = before(history, since, sum);
            double now = since(history, since, of);
            double sumNow = since(history, since, sum);
            if (before > 0 || now > 0) {
                parts.add(new Part(
                        segment,
                        before,
                        sumBefore / Math.max(1, before),
                        sumNow / Math.max(1, now),
                        (sumNow - now * usual) / all[2] - (sumBefore - before * usual) / all[0]));
            }
        });
        return parts;
    }

    private static double before(TagHistory history, long time, int of) {
        return of == TAGS ? history.tagsBefore(time) : history.evidenceBefore(time, of);
    }

    private static double since(TagHistory history, long time, int of) {
        return of == TAGS ? history.tagsSince(time) : history.evidenceSince(time, of);
    }
}
