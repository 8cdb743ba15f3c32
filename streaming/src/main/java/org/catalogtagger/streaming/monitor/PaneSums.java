package org.catalogtagger.streaming.monitor;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.catalogtagger.streaming.accuracy.AccuracyCounter;
import org.catalogtagger.streaming.accuracy.AccuracyCounts;

/** Sums of changes by series and pane, until they are emitted. Not thread-safe. */
final class PaneSums {
    private final Map<Pane, Sum> sums = new LinkedHashMap<>();
    private long changes;

    private record Pane(Series series, long start) {}

    private static final class Sum {
        private final AccuracyCounter counter = new AccuracyCounter();
        private long arrivals;
    }

    void add(Series series, long paneStart, AccuracyChange change) {
        Sum sum = sumOf(series, paneStart);
        change.countIn(sum.counter);
        sum.arrivals += change.kind() == AccuracyChange.Kind.UNLABELLED ? 0 : 1;
        changes++;
    }

    void add(PaneCounts pane) {
        Sum sum = sumOf(pane.series(), pane.paneStart());
        sum.counter.add(pane.counts());
        sum.arrivals += pane.arrivals();
        changes += pane.arrivals();
    }

    private Sum sumOf(Series series, long paneStart) {
        return sums.computeIfAbsent(new Pane(series, paneStart), pane -> new Sum());
    }

    /** Changes since the sums were emitted last. */
    long changes() {
        return changes;
    }

    boolean isEmpty() {
        return sums.isEmpty();
    }

    /** Emits the sums, but those of changes that cancel each other, and begins anew. */
    void emit(Consumer<PaneCounts> out) {
        sums.forEach((pane, sum) -> {
            AccuracyCounts counts = sum.counter.counts();
            if (!counts.isNothing()) {
                out.accept(new PaneCounts(pane.series, pane.start, sum.arrivals, counts));
            }
        });
        sums.clear();
        changes = 0;
    }
}
