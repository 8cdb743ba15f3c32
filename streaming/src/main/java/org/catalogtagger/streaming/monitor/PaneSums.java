package org.catalogtagger.streaming.monitor;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.catalogtagger.streaming.accuracy.AccuracyCounter;
import org.catalogtagger.streaming.accuracy.AccuracyCounts;
import org.catalogtagger.streaming.accuracy.TagExample;
import org.catalogtagger.streaming.accuracy.TagOutcome;

/** Sums of changes by series and pane, until they are emitted. Not thread-safe. */
final class PaneSums {
    private static final int MOST_UNLABELLED = 24;
    private static final int MOST_EXAMPLES = 64;

    private final Map<Pane, Sum> sums = new LinkedHashMap<>();
    private long changes;

    private record Pane(Series series, long start) {}

    private static final class Sum {
        private final AccuracyCounter counter = new AccuracyCounter();
        private final Examples examples = new Examples();
        private long arrivals;
    }

    /** The first tag of each label, and the first with each truth and label: a few, so that it costs nothing. */
    private static final class Examples {
        private final Map<Answer, TagExample> byAnswer = new LinkedHashMap<>();
        private int unlabelled;

        private record Answer(String truth, String label, boolean unfamiliar) {}

        void add(AccuracyChange change) {
            TagOutcome tag = change.tag();
            if (change.kind() == AccuracyChange.Kind.UNLABELLED) {
                byAnswer.remove(new Answer(change.truth(), tag.label(), false), TagExample.of(tag, change.truth()));
                return;
            }
            boolean isLabelled = !change.truth().isEmpty();
            int most = isLabelled ? MOST_EXAMPLES : MOST_UNLABELLED;
            int some = isLabelled ? byAnswer.size() : unlabelled;
            if (some >= most || tag.sourceRecord().isEmpty()) {
                return;
            }
            TagExample example = TagExample.of(tag, change.truth());
            Answer answer = new Answer(change.truth(), tag.label(), !isLabelled && example.unfamiliar());
            if (byAnswer.putIfAbsent(answer, example) == null) {
                unlabelled += isLabelled ? 0 : 1;
            }
        }
    }

    void add(Series series, long paneStart, AccuracyChange change) {
        Sum sum = sumOf(series, paneStart);
        change.countIn(sum.counter);
        if (series.isOfAll()) {
            sum.examples.add(change);
        }
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
                out.accept(new PaneCounts(
                        pane.series, pane.start, sum.arrivals, counts, List.copyOf(sum.examples.byAnswer.values())));
            }
        });
        sums.clear();
        changes = 0;
    }
}
