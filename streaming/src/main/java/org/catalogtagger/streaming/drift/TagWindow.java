package org.catalogtagger.streaming.drift;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Tags by category, and the sum of a value of theirs. */
final class TagWindow {
    private final Map<String, Long> counts = new HashMap<>();
    private long tags;
    private double values;
    private long since;
    private long until;

    static TagWindow sumOf(List<TagWindow> some) {
        TagWindow sum = new TagWindow();
        some.forEach(sum::add);
        return sum;
    }

    /** Adds tags of about one event time. */
    void add(Map<String, Long> more, double moreValues, long eventTime) {
        if (tags == 0) {
            since = eventTime;
            until = eventTime;
        }
        until = Math.max(until, eventTime);
        more.forEach((category, count) -> {
            counts.merge(category, count, Long::sum);
            tags += count;
        });
        values += moreValues;
    }

    void add(TagWindow more) {
        add(more.counts, more.values, more.since);
        until = Math.max(until, more.until);
    }

    Map<String, Long> counts() {
        return counts;
    }

    long tags() {
        return tags;
    }

    /** The event time of the first. */
    long since() {
        return since;
    }

    /** The latest event time. */
    long until() {
        return until;
    }

    /** Of the value. */
    double mean() {
        return tags == 0 ? 0 : values / tags;
    }

    double share(String category) {
        return tags == 0 ? 0 : (double) counts.getOrDefault(category, 0L) / tags;
    }
}
