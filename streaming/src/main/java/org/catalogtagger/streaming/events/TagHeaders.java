package org.catalogtagger.streaming.events;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What a tag keeps of its event's headers: those that it carries on and what is said of the label, and no more of them than is good. */
public final class TagHeaders {
    /** Names and values of the headers that one tag carries on. */
    public static final int MAX_CARRIED_BYTES = 8 << 10;

    private TagHeaders() {}

    /**
     * The headers of a tag, and {@link EventHeader#AUDIT} and {@link EventHeader#AUDIT_PROBABILITY} if it was drawn for an audit.
     *
     * @param headers of its event
     * @param auditProbability that it was drawn with; 0 if it was not
     */
    public static List<EventHeader> of(List<EventHeader> headers, double auditProbability) {
        List<EventHeader> kept = within(headers);
        if (auditProbability == 0) {
            return kept;
        }
        List<EventHeader> marked = new ArrayList<>(kept);
        marked.add(new EventHeader(EventHeader.AUDIT, "true".getBytes(StandardCharsets.UTF_8)));
        marked.add(new EventHeader(
                EventHeader.AUDIT_PROBABILITY, Double.toString(auditProbability).getBytes(StandardCharsets.UTF_8)));
        return marked;
    }

    /** The very headers, if they are small, as nearly all are; else those that fit, and one that says what was cut. */
    private static List<EventHeader> within(List<EventHeader> headers) {
        int carried = 0;
        for (EventHeader header : headers) {
            if (isName(header) && header.valueBytes() > BoundedText.MAX_NAME_BYTES) {
                return cut(headers);
            }
            if (header.carriedThrough()) {
                carried += header.bytes();
                if (carried > MAX_CARRIED_BYTES) {
                    return cut(headers);
                }
            }
        }
        return headers;
    }

    /** What names a class or a segment, or says how a label was chosen. */
    private static boolean isName(EventHeader header) {
        return header.name().equals(EventHeader.SEGMENT)
                || header.name().equals(EventHeader.LABEL)
                || header.name().equals(EventHeader.LABEL_PROBABILITY);
    }

    private static List<EventHeader> cut(List<EventHeader> headers) {
        List<EventHeader> kept = new ArrayList<>();
        List<String> cuts = new ArrayList<>();
        segment(headers, kept, cuts);
        label(headers, kept, cuts);
        long total = 0;
        int room = MAX_CARRIED_BYTES;
        for (EventHeader header : headers) {
            if (header.isOurs()) {
                kept.add(header);
            } else if (header.carriedThrough() && !isName(header)) {
                total += header.bytes();
                if (header.bytes() <= room) {
                    room -= header.bytes();
                    kept.add(header);
                }
            }
        }
        if (total > MAX_CARRIED_BYTES) {
            cuts.add("headers=" + total);
        }
        if (!cuts.isEmpty()) {
            kept.add(EventHeader.cut(cuts));
        }
        return kept;
    }

    private static void segment(List<EventHeader> headers, List<EventHeader> kept, List<String> cuts) {
        EventHeader.last(headers, EventHeader.SEGMENT).ifPresent(value -> {
            kept.add(new EventHeader(EventHeader.SEGMENT, BoundedText.utf8Start(value, BoundedText.MAX_NAME_BYTES)));
            if (value.length > BoundedText.MAX_NAME_BYTES) {
                cuts.add("segment=" + value.length);
            }
        });
    }

    /** A label that is too long is none: its beginning would be another class. */
    private static void label(List<EventHeader> headers, List<EventHeader> kept, List<String> cuts) {
        EventHeader.last(headers, EventHeader.LABEL).ifPresent(value -> {
            if (value.length > BoundedText.MAX_NAME_BYTES) {
                cuts.add("label=" + value.length);
            } else {
                kept.add(new EventHeader(EventHeader.LABEL, value));
            }
        });
        EventHeader.last(headers, EventHeader.LABEL_PROBABILITY)
                .filter(value -> value.length <= BoundedText.MAX_NAME_BYTES)
                .ifPresent(value -> kept.add(new EventHeader(EventHeader.LABEL_PROBABILITY, value)));
    }
}
