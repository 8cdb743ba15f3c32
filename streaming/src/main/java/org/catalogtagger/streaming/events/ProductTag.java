package org.catalogtagger.streaming.events;

import java.util.List;
import org.catalogtagger.model.Prediction.RankedLabel;
import org.catalogtagger.model.image.ImageNames;
import org.catalogtagger.streaming.accuracy.TagOutcome;

/**
 * What the accuracy needs of a tag.
 *
 * @param truth that came with the event; empty if none did
 * @param truthProbability the chance that the product was chosen to be labelled, 0 to 1;
 *     {@link org.catalogtagger.streaming.accuracy.SampledTags#NOT_DECLARED} if the event does not say it
 */
public record ProductTag(String productId, TagOutcome outcome, String truth, double truthProbability) {
    public static ProductTag of(TaggedImage tag) {
        List<String> top = tag.top().stream().map(RankedLabel::label).toList();
        String segment = EventHeader.text(tag.headers(), EventHeader.SEGMENT)
                .map(ImageNames::composed)
                .orElse("");
        return new ProductTag(
                tag.productId(),
                new TagOutcome(
                        tag.modelVersion(),
                        segment,
                        tag.eventTime(),
                        tag.confidence(),
                        top,
                        tag.expectedAccuracy(),
                        tag.brightness(),
                        tag.audited(),
                        tag.familiarity(),
                        EventHeader.text(tag.headers(), EventHeader.SOURCE_RECORD)
                                .orElse(""),
                        tag.auditProbability()),
                tag.truth().orElse(""),
                LabelProbability.of(tag.headers()));
    }
}
