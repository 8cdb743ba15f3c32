package org.catalogtagger.streaming.files;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.catalogtagger.streaming.events.EventHeader;
import org.catalogtagger.streaming.events.InputRecord;

/**
 * An image that is to be tagged.
 *
 * @param label the truth, if it is known
 * @param listedAt milliseconds since 1970, the event time
 */
record ListedImage(String productId, String uri, Optional<String> label, long listedAt) {
    /** The event that has the image fetched. */
    InputRecord event() {
        List<EventHeader> headers = new ArrayList<>();
        headers.add(new EventHeader(EventHeader.CONTENT_TYPE, bytes(EventHeader.URI_LIST)));
        label.ifPresent(known -> headers.add(new EventHeader(EventHeader.LABEL, bytes(known))));
        return new InputRecord(bytes(productId), bytes(uri), headers, listedAt);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
