package org.catalogtagger.streaming.drift;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.catalogtagger.streaming.drift.DriftAlert.Kind;
import org.catalogtagger.streaming.drift.DriftAlert.Status;

/** Watches for true labels that the model does not know: new classes, which it can never tag right. */
final class UnknownLabels {
    /** One may be a slip of the pen, and so may one in some hundred labels, if all make the same. */
    private static final long ENOUGH = 10;

    private static final double SMALLEST_SHARE = 0.002;

    /** So many are no slips, however rare. */
    private static final long CERTAIN = 100;

    /** After so many true labels without one of these an alert is over. */
    private static final long GONE_AFTER = 5000;

    private static final int MAX_LABELS = 1000;

    private final Set<String> known = new HashSet<>();
    /** The one that came last is the last; those of a thousand that are counted. */
    private final Map<String, Seen> unknown = new LinkedHashMap<>();

    private long labels;

    private static final class Seen {
        private long tags;
        private long since;
        private long firstOfAll;
        private long lastOfAll;
    }

    private final Map<String, DriftAlert> open = new HashMap<>();

    void know(String label) {
        known.add(label);
    }

    /** Alerts that are open. */
    Collection<DriftAlert> open() {
        return open.values();
    }

    /** Takes true labels with their tags, which came together. */
    List<DriftAlert> add(Map<String, Long> truths, long eventTime, String modelVersion) {
        long before = labels;
        labels += truths.values().stream().mapToLong(Long::longValue).sum();
        List<DriftAlert> alerts = new ArrayList<>();
        truths.forEach((label, tags) -> {
            Optional<DriftAlert> alert =
                    known.contains(label) ? gone(eventTime) : add(label, tags, before, eventTime, modelVersion);
            alert.ifPresent(alerts::add);
        });
        return alerts;
    }

    private Optional<DriftAlert> add(String label, long tags, long before, long eventTime, String modelVersion) {
        Seen former = unknown.remove(label);
        Seen seen = former == null ? new Seen() : former;
        if (former == null && unknown.size() >= MAX_LABELS && !forgetOne()) {
            return Optional.empty();
        }
        unknown.put(label, seen);
        if (seen.tags == 0) {
            seen.since = eventTime;
            seen.firstOfAll = before;
        }
        seen.tags += tags;
        seen.lastOfAll = labels;
        double share = share(seen);
        if (seen.tags < ENOUGH || open.containsKey(label)) {
            return Optional.empty();
        }
        if (share < SMALLEST_SHARE && seen.tags < CERTAIN) {
            return Optional.empty();
        }
        DriftAlert alert = new DriftAlert(
                Status.OPEN,
                Kind.UNKNOWN_LABEL,
                label,
                "count",
                "test",
                0,
                share,
                "%,d images of a class that the model does not know".formatted(seen.tags),
                seen.tags,
                seen.since,
                seen.since,
                seen.since,
                eventTime,
                modelVersion);
        open.put(label, alert);
        return Optional.of(alert);
    }

    /**
     * Of those of which nothing is told the rarest, and of these the one that has been away for longest: slips of the pen must not take the place of new
     * classes, nor thousands of new classes that of each other.
     */
    private boolean forgetOne() {
        String rarest = null;
        long fewest = Long.MAX_VALUE;
        for (Map.Entry<String, Seen> entry : unknown.entrySet()) {
            if (entry.getValue().tags < fewest && !open.containsKey(entry.getKey())) {
                rarest = entry.getKey();
                fewest = entry.getValue().tags;
                if (fewest <= 1) {
                    break;
                }
            }
        }
        return rarest != null && unknown.remove(rarest) != null;
    }

    /** Of all labels since it came first. */
    private double share(Seen seen) {
        return (double) seen.tags / Math.max(seen.tags, labels - seen.firstOfAll);
    }

    /** Makes a label a known one, of which nothing is told any more. */
    Optional<DriftAlert> accept(String label, long eventTime) {
        DriftAlert alert = open.remove(label);
        Seen seen = unknown.remove(label);
        if (alert == null || seen == null) {
            return Optional.empty();
        }
        known.add(label);
        return Optional.of(alert.accepted(share(seen), seen.tags, eventTime));
    }

    private Optional<DriftAlert> gone(long eventTime) {
        for (DriftAlert alert : open.values()) {
            Seen seen = unknown.get(alert.label());
            if (seen != null && labels - seen.lastOfAll >= GONE_AFTER) {
                open.remove(alert.label());
                unknown.remove(alert.label());
                return Optional.of(
                        alert.closed(0, "none among the last %,d".formatted(GONE_AFTER), GONE_AFTER, eventTime));
            }
        }
        return Optional.empty();
    }
}
