package org.catalogtagger.streaming.watch;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which of thousands of tags a second are shown: so many a second of them all, and of each class in each segment no more
 * than one, so that rare ones are seen too. The newest of each class are kept.
 */
final class TagSamples {
    private static final double PER_SECOND = 16;
    private static final double BURST = 64;
    private static final long CLASS_PAUSE_NANOS = 1_000_000_000;
    private static final int PER_CLASS = 24;
    private static final int KINDS = 4000;
    private static final int MAX_SHOWN = 24;
    private static final int MAX_KEPT = 2000;

    private double allowed = BURST;
    private long allowedNanos;

    private record Kind(String label, String segment) {}

    private final Map<Kind, Long> lastNanos = new HashMap<>();
    private final LinkedHashMap<Long, Sample> kept = new LinkedHashMap<>();
    private final Map<String, Deque<Sample>> byClass = new HashMap<>();

    /** Whether a tag that comes now is to be shown. */
    boolean wants(String label, String segment, long nowNanos) {
        allowed = Math.min(BURST, allowed + (nowNanos - allowedNanos) / 1e9 * PER_SECOND);
        allowedNanos = nowNanos;
        Kind kind = new Kind(label, segment);
        Long last = lastNanos.get(kind);
        if (allowed < 1
                || (last != null && nowNanos - last < CLASS_PAUSE_NANOS)
                || (last == null && lastNanos.size() >= KINDS)) {
            return false;
        }
        allowed--;
        lastNanos.put(kind, nowNanos);
        return true;
    }

    void add(Sample sample) {
        kept.put(sample.id(), sample);
        Deque<Sample> ofClass = byClass.computeIfAbsent(sample.tag().label(), l -> new ArrayDeque<>());
        ofClass.addFirst(sample);
        if (ofClass.size() > PER_CLASS) {
            kept.remove(ofClass.removeLast().id());
        }
        if (kept.size() > MAX_KEPT) {
            Iterator<Sample> oldest = kept.values().iterator();
            Sample gone = oldest.next();
            oldest.remove();
            byClass.getOrDefault(gone.tag().label(), new ArrayDeque<>()).remove(gone);
        }
    }

    /** The newest that a viewer wants to see, the newest first. */
    List<Sample> shown(Filter filter) {
        return kept.values().stream()
                .filter(sample -> filter.label().isEmpty()
                        || sample.tag().label().equals(filter.label())
                        || sample.truth().equals(filter.label()))
                .filter(sample -> filter.segment().isEmpty() || sample.segment().equals(filter.segment()))
                .filter(sample ->
                        filter.model().isEmpty() || sample.tag().modelVersion().equals(filter.model()))
                .sorted((a, b) -> Long.compare(b.id(), a.id()))
                .limit(MAX_SHOWN)
                .toList();
    }

    Optional<byte[]> picture(long id) {
        return Optional.ofNullable(kept.get(id)).flatMap(Sample::picture);
    }
}
