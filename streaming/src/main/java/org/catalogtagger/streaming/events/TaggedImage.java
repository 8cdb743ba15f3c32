package org.catalogtagger.streaming.events;

import java.util.List;
import java.util.Optional;
import org.catalogtagger.model.Prediction.RankedLabel;
import org.catalogtagger.model.image.ImageNames;

/**
 * What the model says of a product.
 *
 * @param top the most probable labels, the best first, at least one
 * @param expectedAccuracy how likely the best label is right, 0 to 1, by how often answers of such confidence were right
 *     when the model was tested
 * @param brightness of the image: its mean level, 0 to 255
 * @param familiarity the share of the test's images with the same label that the model saw less in of what it knows, 0 to 1; not a number
 *     if that is not known: see {@link org.catalogtagger.model.bundle.Familiarity}
 * @param eventTime milliseconds since 1970
 * @param taggedAt milliseconds since 1970
 * @param auditProbability that a product is drawn with for an audit when this is made, 0 to 1, whether it was or not
 * @param headers of the event, as {@link TagHeaders} has them
 */
public record TaggedImage(
        String productId,
        List<RankedLabel> top,
        float expectedAccuracy,
        float brightness,
        float familiarity,
        String modelVersion,
        long eventTime,
        long taggedAt,
        double auditProbability,
        List<EventHeader> headers) {
    public String label() {
        return top.get(0).label();
    }

    /** The probability of the label, 0 to 1. */
    public float confidence() {
        return top.get(0).probability();
    }

    /** Whether the job drew it for an audit. */
    public boolean audited() {
        return EventHeader.last(headers, EventHeader.AUDIT).isPresent();
    }

    /** The same without the labels after the best. */
    public TaggedImage withBestOnly() {
        return new TaggedImage(
                productId,
                top.subList(0, 1),
                expectedAccuracy,
                brightness,
                familiarity,
                modelVersion,
                eventTime,
                taggedAt,
                auditProbability,
                headers);
    }

    /** The label that the sender says is right, if it said so. */
    public Optional<String> truth() {
        return EventHeader.text(headers, EventHeader.LABEL).map(ImageNames::composed);
    }
}
