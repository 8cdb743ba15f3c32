package org.catalogtagger.streaming.monitor;

import org.catalogtagger.streaming.events.ProductLabel;
import org.catalogtagger.streaming.events.ProductTag;

/**
 * A label of a product: state.
 *
 * @param labelledAt milliseconds since 1970
 * @param from when it was sent, milliseconds since 1970: an image of long before, though it was given soon after that, may
 *     be forgotten by then, and may not, and so does not count
 * @param until the later of the two
 * @param probability the chance that the product was chosen to be labelled, 0 to 1; 0 if that is not known
 */
public record GivenLabel(String label, long labelledAt, long from, long until, double probability) {
    static GivenLabel of(ProductLabel label) {
        return new GivenLabel(
                label.label(),
                label.labelledAt(),
                label.sentAt(),
                Math.max(label.labelledAt(), label.sentAt()),
                label.probability());
    }

    /** One that came with its image. */
    static GivenLabel withImage(ProductTag tag) {
        long eventTime = tag.outcome().eventTime();
        return new GivenLabel(tag.truth(), eventTime, eventTime, eventTime, tag.truthProbability());
    }

    /** Whether it is about an image of that time: one at most {@code reachMillis} before it was sent or after it. */
    boolean reaches(long eventTime, long reachMillis) {
        return from - reachMillis <= eventTime && eventTime - reachMillis <= until;
    }
}
