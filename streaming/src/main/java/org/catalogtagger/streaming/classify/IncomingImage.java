package org.catalogtagger.streaming.classify;

import org.catalogtagger.streaming.events.InputRecord;
import org.catalogtagger.streaming.events.RejectedEventException;
import org.catalogtagger.streaming.fetch.FetchException;
import org.jspecify.annotations.Nullable;

/**
 * An event with its image at hand, or with the reason why it gets no tag.
 *
 * @param event as it came
 * @param fetched the image, if the event carries a URI
 * @param faultReason a word, if it gets none
 * @param faultDetail a sentence, likewise
 */
public record IncomingImage(
        InputRecord event, byte @Nullable [] fetched, @Nullable String faultReason, @Nullable String faultDetail) {
    /** An event that carries its image. */
    static IncomingImage inline(InputRecord event) {
        return new IncomingImage(event, null, null, null);
    }

    /** An event whose image was fetched. */
    static IncomingImage fetched(InputRecord event, byte[] image) {
        return new IncomingImage(event, image, null, null);
    }

    /** An event whose image could not be fetched. */
    static IncomingImage unfetched(InputRecord event, FetchException.Reason reason, String detail) {
        return new IncomingImage(event, null, reason.code(), detail);
    }

    /** An event that gets no tag, whatever its image is. */
    static IncomingImage refused(InputRecord event, RejectedEventException why) {
        return new IncomingImage(event, null, why.reason(), String.valueOf(why.getMessage()));
    }

    /** The image as it is encoded. */
    byte[] encoded() throws RejectedEventException {
        if (faultReason != null) {
            throw new RejectedEventException(faultReason, String.valueOf(faultDetail));
        }
        if (fetched != null) {
            return fetched;
        }
        byte[] value = event.value();
        return value == null ? new byte[0] : value;
    }
}
