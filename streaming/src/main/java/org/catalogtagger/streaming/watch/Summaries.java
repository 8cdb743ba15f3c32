package org.catalogtagger.streaming.watch;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Summaries, each made once for all who look at the same, until there is something new. Thread-safe. */
final class Summaries {
    /** Of filters; more than there are viewers. */
    private static final int MAX_KEPT = 100;

    private final Map<Filter, Made> made = new ConcurrentHashMap<>();

    private record Made(long changes, AccuracySummary summary) {}

    AccuracySummary of(Filter filter, AccuracyHistory.Chosen chosen) {
        if (made.size() > MAX_KEPT) {
            made.clear();
        }
        return made.compute(
                        filter,
                        (f, before) -> before != null && before.changes == chosen.changes()
                                ? before
                                : new Made(chosen.changes(), chosen.summary(filter.label())))
                .summary;
    }
}
