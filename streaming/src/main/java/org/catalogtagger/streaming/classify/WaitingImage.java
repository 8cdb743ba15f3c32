package org.catalogtagger.streaming.classify;

import java.util.List;
import org.catalogtagger.model.Prediction.RankedLabel;
import org.catalogtagger.model.bundle.Brightness;
import org.catalogtagger.streaming.events.InputRecord;
import org.catalogtagger.streaming.events.RejectedEventException;
import org.catalogtagger.streaming.events.TagHeaders;
import org.catalogtagger.streaming.events.TaggedImage;

/**
 * An image in the batch.
 *
 * @param brightness its mean level, 0 to 255
 */
record WaitingImage(InputRecord event, String productId, float brightness) {
    /** An image of these samples. */
    static WaitingImage of(InputRecord event, String productId, byte[] pixels) {
        return new WaitingImage(event, productId, Brightness.meanLevel(pixels));
    }

    /**
     * Its tag.
     *
     * @param top the best labels, the best first
     * @param familiarity as {@link TaggedImage} has it
     * @param auditProbability as {@link TaggedImage} has it
     * @param isAudited whether it is drawn
     * @throws RejectedEventException if one of their probabilities is no number
     */
    TaggedImage tag(
            List<RankedLabel> top,
            float familiarity,
            ModelBatch model,
            long taggedAt,
            double auditProbability,
            boolean isAudited)
            throws RejectedEventException {
        for (RankedLabel ranked : top) {
            if (!Float.isFinite(ranked.probability())) {
                throw new RejectedEventException(
                        "not-finite",
                        "%s gives it a probability of %s".formatted(model.modelVersion(), ranked.probability()));
            }
        }
        return new TaggedImage(
                productId,
                top,
                (float) model.accuracyAt(top.get(0).probability()),
                brightness,
                familiarity,
                model.modelVersion(),
                event.timestamp(),
                taggedAt,
                auditProbability,
                TagHeaders.of(event.headers(), isAudited ? auditProbability : 0));
    }
}
