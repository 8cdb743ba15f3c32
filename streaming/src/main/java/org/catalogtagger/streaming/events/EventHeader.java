package org.catalogtagger.streaming.events;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A header of a Kafka record.
 *
 * @param value as it came; Kafka allows none
 */
public record EventHeader(String name, byte @Nullable [] value) {
    /** The ground truth of an image, if its sender knows it. */
    public static final String LABEL = "label";

    /** What an image belongs to (a merchant, a category), carried through to its tag. */
    public static final String SEGMENT = "segment";

    /** What the value is. */
    public static final String CONTENT_TYPE = "content-type";

    /** The content type of a value that is not the image but where it is. */
    public static final String URI_LIST = "text/uri-list";

    /** Where a record came from: topic, partition and offset, with slashes between them. */
    public static final String SOURCE_RECORD = "source-record";

    private static final String CLOUD_EVENTS_PREFIX = "ce_";

    /** The text of the last header of a name, as Kafka's own {@code lastHeader} has it. */
    public static Optional<String> text(List<EventHeader> headers, String name) {
        Optional<String> last = Optional.empty();
        for (EventHeader header : headers) {
            if (header.name.equals(name) && header.value != null) {
                last = Optional.of(new String(header.value, StandardCharsets.UTF_8));
            }
        }
        return last;
    }

    /** Whether a tag carries it on: CloudEvents attributes, the segment and where its image lies. */
    public boolean carriedThrough() {
        return name.startsWith(CLOUD_EVENTS_PREFIX) || name.equals(SEGMENT) || name.equals(SOURCE_RECORD);
    }
}
