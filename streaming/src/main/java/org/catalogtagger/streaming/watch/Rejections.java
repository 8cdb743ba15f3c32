package org.catalogtagger.streaming.watch;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Events that got no tag, by reason. */
final class Rejections {
    private static final int NEWEST = 20;
    private static final int REASONS = 100;

    private final Map<String, Long> byReason = new HashMap<>();
    private final Deque<One> newest = new ArrayDeque<>();

    /** An event that got no tag. */
    record One(String productId, String reason, String detail, Instant at) {}

    /** So many for a reason. */
    record Count(String reason, long events) {}

    /** What is shown. */
    record Shown(List<Count> reasons, List<One> newest) {}

    void add(One rejection) {
        if (byReason.containsKey(rejection.reason) || byReason.size() < REASONS) {
            byReason.merge(rejection.reason, 1L, Long::sum);
        }
        newest.addFirst(rejection);
        if (newest.size() > NEWEST) {
            newest.removeLast();
        }
    }

    Shown shown() {
        List<Count> counts = new ArrayList<>();
        byReason.forEach((reason, events) -> counts.add(new Count(reason, events)));
        counts.sort(Comparator.comparingLong(Count::events).reversed());
        return new Shown(counts, List.copyOf(newest));
    }
}
