package org.catalogtagger.streaming.watch;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.catalogtagger.streaming.json.AccuracyValue;
import org.catalogtagger.streaming.json.BaselineValue;
import org.jspecify.annotations.Nullable;

/** The windows of the accuracy topic, and each model's test. */
final class AccuracyHistory {
    private static final int WINDOWS_OF_ONE = 360;
    private static final int WINDOWS_OF_ALL = 4000;

    /** Classes and counts of all windows together, some hundred bytes each. */
    private static final long ENTRIES_OF_ALL = 2_000_000;

    private static final int RECENT_WINDOWS = 40;

    private record Of(String model, String segment) {}

    /** In the order of their ends. */
    private record Span(Instant end, Instant start) implements Comparable<Span> {
        private static final Comparator<Span> ORDER =
                Comparator.comparing(Span::end).thenComparing(Span::start);

        @Override
        public int compareTo(Span other) {
            return ORDER.compare(this, other);
        }
    }

    private final Map<Of, TreeMap<Span, AccuracyValue>> windows = new HashMap<>();
    private final Map<String, BaselineValue> baselines = new HashMap<>();
    private final long maxEntries;
    private int kept;
    private long entries;
    private long changes;

    /**
     * The windows that a viewer wants to see; values, so that they can be summed up while others come.
     *
     * @param changes since the beginning: what is chosen by the same filter is the same until there are more
     */
    record Chosen(
            long changes,
            List<AccuracyValue> summed,
            List<AccuracyValue> recent,
            List<AccuracyValue> all,
            Optional<BaselineValue> baseline) {
        AccuracySummary summary(String label) {
            return AccuracySummary.of(summed, recent, all, baseline, label);
        }
    }

    AccuracyHistory() {
        this(ENTRIES_OF_ALL);
    }

    /** One that keeps so many classes and counts, and the newest window in any case. */
    AccuracyHistory(long maxEntries) {
        this.maxEntries = maxEntries;
    }

    void add(AccuracyValue window) {
        changes++;
        TreeMap<Span, AccuracyValue> ofOne = windows.computeIfAbsent(
                new Of(window.modelVersion(), window.segment().orElse("")), key -> new TreeMap<>());
        Span span = new Span(window.windowEnd(), window.windowStart());
        AccuracyValue before = ofOne.get(span);
        if (before == null || before.revision() <= window.revision()) {
            dropped(ofOne.put(span, window));
            kept++;
            entries += entries(window);
        }
        if (ofOne.size() > WINDOWS_OF_ONE) {
            dropped(ofOne.pollFirstEntry().getValue());
        }
        while (kept > WINDOWS_OF_ALL || (entries > maxEntries && kept > 1)) {
            windows.values().stream()
                    .filter(some -> !some.isEmpty())
                    .min(Comparator.comparing(TreeMap::firstKey))
                    .ifPresent(some -> dropped(some.pollFirstEntry().getValue()));
        }
        windows.values().removeIf(TreeMap::isEmpty);
    }

    private void dropped(@Nullable AccuracyValue window) {
        if (window != null) {
            kept--;
            entries -= entries(window);
        }
    }

    private static long entries(AccuracyValue window) {
        return window.classes().size()
                + window.taggedByLabel().size()
                + window.confusion().values().stream().mapToLong(Map::size).sum();
    }

    void add(BaselineValue baseline) {
        changes++;
        baselines.put(baseline.modelVersion(), baseline);
    }

    /** The model of the newest window. */
    Optional<String> newestModel() {
        return windows.values().stream()
                .filter(some -> !some.isEmpty())
                .max(Comparator.comparing(TreeMap::lastKey))
                .map(some -> some.lastEntry().getValue().modelVersion());
    }

    Set<String> models() {
        Set<String> models = new TreeSet<>();
        windows.keySet().forEach(of -> models.add(of.model));
        return models;
    }

    Set<String> segments() {
        Set<String> segments = new TreeSet<>();
        windows.keySet().forEach(of -> segments.add(of.segment));
        segments.remove("");
        return segments;
    }

    Chosen chosen(Filter filter) {
        NavigableMap<Span, AccuracyValue> all =
                windows.getOrDefault(new Of(filter.model(), filter.segment()), new TreeMap<>());
        List<AccuracyValue> apart = apart(all, Math.max(filter.windows(), RECENT_WINDOWS));
        return new Chosen(
                changes,
                List.copyOf(newest(apart, filter.windows())),
                List.copyOf(newest(apart, RECENT_WINDOWS)),
                List.copyOf(all.values()),
                Optional.ofNullable(baselines.get(filter.model())));
    }

    private static List<AccuracyValue> newest(List<AccuracyValue> windows, int count) {
        return windows.subList(Math.max(0, windows.size() - count), windows.size());
    }

    /** The newest windows that do not overlap, the oldest first. */
    private static List<AccuracyValue> apart(NavigableMap<Span, AccuracyValue> all, int atMost) {
        List<AccuracyValue> apart = new ArrayList<>();
        Instant begin = Instant.MAX;
        for (AccuracyValue window : all.descendingMap().values()) {
            if (apart.size() < atMost && !window.windowEnd().isAfter(begin)) {
                apart.add(0, window);
                begin = window.windowStart();
            }
        }
        return apart;
    }
}
