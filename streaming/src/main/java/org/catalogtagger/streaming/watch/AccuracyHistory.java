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

/** The windows of the accuracy topic, and each model's test. */
final class AccuracyHistory {
    private static final int WINDOWS_OF_ONE = 360;
    private static final int WINDOWS_OF_ALL = 4000;
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
    private int kept;

    void add(AccuracyValue window) {
        TreeMap<Span, AccuracyValue> ofOne = windows.computeIfAbsent(
                new Of(window.modelVersion(), window.segment().orElse("")), key -> new TreeMap<>());
        Span span = new Span(window.windowEnd(), window.windowStart());
        AccuracyValue before = ofOne.get(span);
        if (before == null) {
            kept++;
        }
        if (before == null || before.revision() <= window.revision()) {
            ofOne.put(span, window);
        }
        if (ofOne.size() > WINDOWS_OF_ONE) {
            ofOne.pollFirstEntry();
            kept--;
        }
        while (kept > WINDOWS_OF_ALL) {
            windows.values().stream()
                    .filter(some -> !some.isEmpty())
                    .min(Comparator.comparing(TreeMap::firstKey))
                    .ifPresent(TreeMap::pollFirstEntry);
            kept--;
        }
    }

    void add(BaselineValue baseline) {
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

    AccuracySummary summary(Filter filter) {
        NavigableMap<Span, AccuracyValue> all =
                windows.getOrDefault(new Of(filter.model(), filter.segment()), new TreeMap<>());
        List<AccuracyValue> apart = apart(all, Math.max(filter.windows(), RECENT_WINDOWS));
        return AccuracySummary.of(
                newest(apart, filter.windows()),
                newest(apart, RECENT_WINDOWS),
                all.values(),
                Optional.ofNullable(baselines.get(filter.model())),
                filter.label());
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
