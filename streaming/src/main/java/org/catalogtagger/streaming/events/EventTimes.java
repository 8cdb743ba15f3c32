package org.catalogtagger.streaming.events;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Which times are believed: from 1990 to a little ahead of the clock. A producer without a clock, or one that counts
 * seconds or microseconds, sends others; as event times they would stop the windows of all.
 *
 * @param maxAheadMillis how far ahead of the clock, 0 or more
 */
public record EventTimes(long maxAheadMillis) implements Serializable {
    /** No camera was in a catalogue before, in milliseconds since 1970. */
    public static final long EARLIEST = Instant.parse("1990-01-01T00:00:00Z").toEpochMilli();

    public EventTimes {
        if (maxAheadMillis < 0) {
            throw new IllegalArgumentException(
                    "times are believed that are %d ms ahead; 0 at least".formatted(maxAheadMillis));
        }
    }

    /** Whether a time is believed; both in milliseconds since 1970. */
    public boolean believes(long millis, long now) {
        return millis >= EARLIEST && millis - now <= maxAheadMillis;
    }

    /** The same of a time that may have no milliseconds since 1970. */
    boolean believes(Instant time, long now) {
        return !time.isBefore(Instant.ofEpochMilli(EARLIEST))
                && !time.isAfter(Instant.ofEpochMilli(now).plusMillis(maxAheadMillis));
    }

    /** The event; one whose time is not believed has the clock's, and a header that says which it came with. */
    public InputRecord held(InputRecord event, long now) {
        if (believes(event.timestamp(), now)) {
            return event;
        }
        List<EventHeader> headers = new ArrayList<>(event.headers());
        headers.add(new EventHeader(
                EventHeader.EVENT_TIME_REPLACED,
                Long.toString(event.timestamp()).getBytes(StandardCharsets.UTF_8)));
        return new InputRecord(event.key(), event.value(), headers, now);
    }

    /** Whether an event has another time than it came with. */
    public static boolean isReplaced(InputRecord event) {
        for (EventHeader header : event.headers()) {
            if (header.name().equals(EventHeader.EVENT_TIME_REPLACED)) {
                return true;
            }
        }
        return false;
    }
}
