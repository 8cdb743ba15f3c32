package org.catalogtagger.streaming.events;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A header of a Kafka record.
 *
 * @param value as it came; Kafka allows none
 */
public record EventHeader(String name, byte @Nullable [] value) {
    /** The ground truth of an image, if its sender knows it. */
    public static final String LABEL = "label";

    /** The chance that an image's product was chosen to be labelled, 0 to 1, if its label's sender knows it. */
    public static final String LABEL_PROBABILITY = "label-probability";

    /** Of a tag that the job drew for an audit: {@code true}. */
    public static final String AUDIT = "audit";

    /** With {@link #AUDIT}: the probability that it was drawn with, above 0, at most 1. */
    public static final String AUDIT_PROBABILITY = "audit-probability";

    /** What an image belongs to (a merchant, a category), carried through to its tag. */
    public static final String SEGMENT = "segment";

    /** What the value is. */
    public static final String CONTENT_TYPE = "content-type";

    /** The content type of a value that is not the image but where it is. */
    public static final String URI_LIST = "text/uri-list";

    /** Where a record came from: topic, partition and offset, with slashes between them. */
    public static final String SOURCE_RECORD = "source-record";

    /** The time, in milliseconds since 1970, that an event came with and that was not believed. */
    public static final String EVENT_TIME_REPLACED = "event-time-replaced";

    /** What of a record was cut so that Kafka takes it: {@code part=bytes before}, with commas between them. */
    public static final String CUT = "cut";

    private static final Set<String> OURS = Set.of(SOURCE_RECORD, EVENT_TIME_REPLACED, CUT, AUDIT, AUDIT_PROBABILITY);

    private static final String CLOUD_EVENTS_PREFIX = "ce_";

    /** A header that says what was cut, {@code value=3145728} say. */
    public static EventHeader cut(List<String> parts) {
        return new EventHeader(CUT, String.join(",", parts).getBytes(StandardCharsets.UTF_8));
    }

    /** The text of the last header of a name. */
    public static Optional<String> text(List<EventHeader> headers, String name) {
        return last(headers, name).map(value -> new String(value, StandardCharsets.UTF_8));
    }

    /** The value of the last header of a name that has one, as Kafka's own {@code lastHeader} has it. */
    static Optional<byte[]> last(List<EventHeader> headers, String name) {
        for (int i = headers.size() - 1; i >= 0; i--) {
            EventHeader header = headers.get(i);
            if (header.value != null && header.name.equals(name)) {
                return Optional.of(header.value);
            }
        }
        return Optional.empty();
    }

    /** Whether the job alone writes it: what comes under such a name is of an earlier run, and dropped. */
    public boolean isOurs() {
        return OURS.contains(name);
    }

    /** Whether a tag carries it on: CloudEvents attributes, the segment, and what the job says of the event. */
    public boolean carriedThrough() {
        return name.startsWith(CLOUD_EVENTS_PREFIX) || name.equals(SEGMENT) || isOurs();
    }

    /** Bytes of the value. */
    int valueBytes() {
        return value == null ? 0 : value.length;
    }

    /** Bytes of both, as far as a bound needs them: three at most for each character of the name. */
    int bytes() {
        return 3 * name.length() + valueBytes();
    }
}
