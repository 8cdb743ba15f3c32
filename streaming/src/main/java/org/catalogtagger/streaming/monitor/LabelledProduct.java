package org.catalogtagger.streaming.monitor;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.catalogtagger.streaming.accuracy.TagOutcome;

/**
 * A product's newest tags, which wait for its labels, and its newest labels, which wait for tags: state. A product that
 * is sent again and again has no more of either than {@value #NEWEST}: of those that are dropped, what was counted stays
 * counted.
 *
 * @param tags in the order of their event times
 * @param labels in the order in which they were given
 * @param timerAt when it is looked at next, in event time; {@link #NO_TIMER} if that is not arranged
 */
public record LabelledProduct(List<JudgedTag> tags, List<GivenLabel> labels, long timerAt) {
    static final int NEWEST = 16;
    static final long NO_TIMER = Long.MIN_VALUE;

    private static final Comparator<JudgedTag> BY_EVENT =
            Comparator.comparingLong(judged -> judged.tag().eventTime());
    private static final Comparator<GivenLabel> BY_LABELLING = Comparator.comparingLong(GivenLabel::labelledAt);

    static LabelledProduct unknown() {
        return new LabelledProduct(List.of(), List.of(), NO_TIMER);
    }

    boolean isEmpty() {
        return tags.isEmpty() && labels.isEmpty();
    }

    /** With a tag, whose changes of the counts go out. */
    LabelledProduct tagged(TagOutcome tag, long reachMillis, Consumer<AccuracyChange> out) {
        JudgedTag judged = JudgedTag.of(tag, labels, reachMillis);
        judged.emitNew(out);
        return new LabelledProduct(newest(tags, judged, BY_EVENT), labels, timerAt);
    }

    /** With a label, whose changes of the counts go out. */
    LabelledProduct labelled(GivenLabel label, long reachMillis, Consumer<AccuracyChange> out) {
        if (labels.contains(label)) {
            return this;
        }
        List<JudgedTag> judged = new ArrayList<>();
        for (JudgedTag tag : tags) {
            JudgedTag now = tag.with(label, reachMillis);
            now.emitChanges(tag, out);
            judged.add(now);
        }
        return new LabelledProduct(judged, newest(labels, label, BY_LABELLING), timerAt);
    }

    private static <T> List<T> newest(List<T> some, T more, Comparator<T> order) {
        int place = some.size();
        while (place > 0 && order.compare(some.get(place - 1), more) > 0) {
            place--;
        }
        List<T> all = new ArrayList<>(some);
        all.add(place, more);
        return all.size() <= NEWEST ? all : new ArrayList<>(all.subList(1, all.size()));
    }

    /** Without what nothing of a time that is not over yet can reach. */
    LabelledProduct after(long time, long reachMillis) {
        return new LabelledProduct(
                tags.stream()
                        .filter(tag -> tag.tag().eventTime() + reachMillis >= time)
                        .toList(),
                labels.stream()
                        .filter(label -> label.until() + reachMillis >= time)
                        .toList(),
                timerAt);
    }

    /** When nothing of it is needed any more, in event time. */
    long lastNeeded(long reachMillis) {
        long last = Long.MIN_VALUE;
        for (JudgedTag tag : tags) {
            last = Math.max(last, tag.tag().eventTime());
        }
        for (GivenLabel label : labels) {
            last = Math.max(last, label.until());
        }
        return last + reachMillis;
    }

    LabelledProduct withTimer(long at) {
        return new LabelledProduct(tags, labels, at);
    }
}
