package org.catalogtagger.streaming.classify;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.catalogtagger.streaming.events.EventHeader;
import org.catalogtagger.streaming.events.InputRecord;
import org.jspecify.annotations.Nullable;

/** Events that wait for their turn to be fetched, and the event times that those hold back which are on their way. */
final class FetchQueue {
    /** Keys, URIs and headers are small, but may be as large as Kafka takes. */
    static final long MAX_BYTES = 16 << 20;

    private final int capacity;
    private final ArrayDeque<Pending> waiting = new ArrayDeque<>();
    private final TreeMap<Long, Integer> heldTimes = new TreeMap<>();
    private long bytes;

    /** An event on its way. Each is itself alone: two events may be alike. */
    static final class Pending {
        final StreamRecord<InputRecord> input;
        final long arrivedNanos;
        final boolean holdsTime;

        Pending(StreamRecord<InputRecord> input, long arrivedNanos, boolean holdsTime) {
            this.input = input;
            this.arrivedNanos = arrivedNanos;
            this.holdsTime = holdsTime;
        }
    }

    FetchQueue(int capacity) {
        this.capacity = capacity;
    }

    /** Whether an event may still come in; into an empty queue any may. */
    boolean hasRoom(InputRecord event) {
        return waiting.isEmpty() || (waiting.size() < capacity && bytes + size(event) <= MAX_BYTES);
    }

    /**
     * Takes an event.
     *
     * @param watermark that was emitted last: an event that is late already holds no time back
     */
    void add(StreamRecord<InputRecord> input, long nanos, long watermark) {
        boolean holds = input.hasTimestamp() && input.getTimestamp() > watermark;
        if (holds) {
            heldTimes.merge(input.getTimestamp(), 1, Integer::sum);
        }
        waiting.add(new Pending(input, nanos, holds));
        bytes += size(input.getValue());
    }

    /** The event whose turn it is; it holds its time back until {@link #done}. */
    Optional<Pending> next() {
        Optional<Pending> next = Optional.ofNullable(waiting.poll());
        next.ifPresent(pending -> bytes -= size(pending.input.getValue()));
        return next;
    }

    void done(Pending pending) {
        if (pending.holdsTime) {
            heldTimes.computeIfPresent(pending.input.getTimestamp(), (time, events) -> events == 1 ? null : events - 1);
        }
    }

    /** How far event time has come if a watermark says so, and some events are still on their way. */
    long reached(long watermark) {
        return heldTimes.isEmpty() ? watermark : Math.min(watermark, heldTimes.firstKey() - 1);
    }

    int size() {
        return waiting.size();
    }

    Collection<Pending> waiting() {
        return waiting;
    }

    private static long size(InputRecord event) {
        long size = length(event.key()) + length(event.value());
        for (EventHeader header : event.headers()) {
            size += 2L * header.name().length() + length(header.value());
        }
        return size;
    }

    private static long length(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }
}
