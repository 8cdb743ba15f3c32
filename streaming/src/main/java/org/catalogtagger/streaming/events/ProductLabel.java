package org.catalogtagger.streaming.events;

import org.catalogtagger.model.image.ImageNames;
import org.catalogtagger.streaming.accuracy.SampledTags;

/**
 * The true label of a product.
 *
 * @param label brought to Unicode's form C, as classes are
 * @param probability the chance that the product was chosen to be labelled, 0 to 1;
 *     {@link org.catalogtagger.streaming.accuracy.SampledTags#NOT_DECLARED} if its sender does not say it
 * @param labelledAt milliseconds since 1970; of several labels the newest counts
 * @param sentAt the record's time, milliseconds since 1970
 */
public record ProductLabel(String productId, String label, double probability, long labelledAt, long sentAt) {
    private static final String REASON = "bad-label";

    /**
     * A record of the labels topic: key the product id, value JSON with {@code label}, {@code labelledAt}, which is
     * the record's time if it is not there, and {@code label-probability}, if it is known.
     *
     * @param times that {@code labelledAt} may have
     * @param now milliseconds since 1970
     */
    public static ProductLabel of(InputRecord labelEvent, EventTimes times, long now) throws RejectedEventException {
        byte[] json = labelEvent.value();
        if (json == null) {
            throw new RejectedEventException(REASON, "no value; it must be JSON with label and labelledAt");
        }
        EventJson fields = EventJson.of(json, REASON);
        String label = fields.text("label", BoundedText.MAX_NAME_BYTES);
        if (label.isBlank()) {
            throw new RejectedEventException(REASON, "no label in it");
        }
        long labelledAt = fields.has("labelledAt") ? fields.time("labelledAt", times, now) : labelEvent.timestamp();
        double probability = fields.has(EventHeader.LABEL_PROBABILITY)
                ? fields.probability(EventHeader.LABEL_PROBABILITY)
                : SampledTags.NOT_DECLARED;
        return new ProductLabel(
                labelEvent.productId(), ImageNames.composed(label), probability, labelledAt, labelEvent.timestamp());
    }
}
