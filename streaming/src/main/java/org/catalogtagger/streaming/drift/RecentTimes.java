package org.catalogtagger.streaming.drift;

import java.util.ArrayDeque;
import java.util.Deque;

/** When the last tags were: from how many there have been since to a time. */
final class RecentTimes {
    private static final int REMEMBERED = 60;

    private final Deque<Mark> marks = new ArrayDeque<>();
    private long tags;

    /** How many tags there were before a time. */
    private record Mark(long tags, long eventTime) {}

    /** Takes tags of a time, milliseconds since 1970. */
    void add(long more, long eventTime) {
        if (marks.isEmpty() || marks.getLast().eventTime() != eventTime) {
            marks.addLast(new Mark(tags, eventTime));
            if (marks.size() > REMEMBERED) {
                marks.removeFirst();
            }
        }
        tags += more;
    }

    /** The time of the tag so many before the next; of the oldest that is remembered, if it is older. */
    long before(long observations) {
        long time = marks.isEmpty() ? 0 : marks.getFirst().eventTime();
        for (Mark mark : marks) {
            if (mark.tags() <= tags - observations) {
                time = mark.eventTime();
            }
        }
        return time;
    }
}
