package org.catalogtagger.streaming.events;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record of an input topic, untouched: an image event, a label or a release.
 *
 * @param key in UTF-8, if the sender gave one: of an image or a label the product id, of a release the role
 * @param value if there is any: the image's bytes or URI, or JSON
 * @param timestamp event time, milliseconds since 1970
 */
public record InputRecord(byte @Nullable [] key, byte @Nullable [] value, List<EventHeader> headers, long timestamp) {
    /** Of a product id, which is a key of the job's state and stands in each of its tags. */
    public static final int MAX_PRODUCT_ID_BYTES = 1024;

    /** Whether the value is not the image but the URI of it. */
    public boolean isUri() {
        return EventHeader.text(headers, EventHeader.CONTENT_TYPE)
                .filter(type -> type.split(";", 2)[0].strip().equalsIgnoreCase(EventHeader.URI_LIST))
                .isPresent();
    }

    /**
     * The key as text.
     *
     * @throws RejectedEventException if it cannot be a product id: not there, too long, or not UTF-8
     */
    public String productId() throws RejectedEventException {
        if (key == null || key.length == 0) {
            throw new RejectedEventException("unusable-key", "no key; it must be the product id");
        }
        if (key.length > MAX_PRODUCT_ID_BYTES) {
            throw new RejectedEventException(
                    "unusable-key",
                    "the key has %,d bytes; a product id has %,d at most".formatted(key.length, MAX_PRODUCT_ID_BYTES));
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(key))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new RejectedEventException("unusable-key", "the key is not UTF-8; it must be the product id");
        }
    }
}
