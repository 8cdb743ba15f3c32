package org.catalogtagger.streaming.accuracy;

import java.util.List;

/**
 * What is kept of a tag until its image's true label comes.
 *
 * @param modelVersion of the model that made it
 * @param segment that the image belongs to; empty if to none
 * @param eventTime milliseconds since 1970
 * @param confidence the probability of the best label, 0 to 1
 * @param top the best labels, the best first, at least one
 * @param expectedAccuracy how likely the best label is right, 0 to 1, by how often tags of such confidence were right
 *     when the model was tested
 * @param brightness of the image: its mean level, 0 to 255
 * @param audited whether the job drew it for an audit
 * @param familiarity the share of the test's images with the same label that the model saw less in of what it knows, 0 to 1; not a number
 *     if that is not known
 * @param sourceRecord where its event lies, {@code topic/partition/offset}; empty if that is not known
 * @param auditProbability that it was drawn with, or not, 0 to 1; 0 in state of versions that did not keep it
 */
public record TagOutcome(
        String modelVersion,
        String segment,
        long eventTime,
        float confidence,
        List<String> top,
        float expectedAccuracy,
        float brightness,
        boolean audited,
        float familiarity,
        String sourceRecord,
        double auditProbability) {
    /** State of versions that did not keep it has none. */
    @SuppressWarnings("ConstantValue")
    public TagOutcome {
        sourceRecord = sourceRecord == null ? "" : sourceRecord;
    }

    /** One of which is not known how familiar the image is, nor where its event lies. */
    public TagOutcome(
            String modelVersion,
            String segment,
            long eventTime,
            float confidence,
            List<String> top,
            float expectedAccuracy,
            float brightness,
            boolean audited) {
        this(
                modelVersion,
                segment,
                eventTime,
                confidence,
                top,
                expectedAccuracy,
                brightness,
                audited,
                Float.NaN,
                "",
                0);
    }

    /**
     * The probability that a labelled one was chosen with: drawn for the audit; or not drawn, and then chosen as its label declares.
     *
     * @param declared by its label
     */
    double chosenWith(double declared) {
        if (audited) {
            return auditProbability > 0 ? auditProbability : 1;
        }
        return auditProbability < 1 ? declared * (1 - auditProbability) : declared;
    }

    /** The label that was given. */
    public String label() {
        return top.get(0);
    }
}
