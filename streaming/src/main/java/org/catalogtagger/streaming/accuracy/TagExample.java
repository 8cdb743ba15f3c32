package org.catalogtagger.streaming.accuracy;

/**
 * One tag of many, to be looked at.
 *
 * @param sourceRecord where its event lies, {@code topic/partition/offset}
 * @param eventTime milliseconds since 1970
 * @param label that was given
 * @param truth empty if it is not known yet
 * @param unfamiliar whether the image is as unfamiliar to the model as a tenth of its test's
 * @param segment that the image belongs to; empty if to none
 */
public record TagExample(
        String sourceRecord, long eventTime, String label, String truth, boolean unfamiliar, String segment) {
    private static final float UNFAMILIAR = 1f / AccuracyCounts.FAMILIARITY_BINS;

    /** State of versions that did not keep it has none. */
    @SuppressWarnings("ConstantValue")
    public TagExample {
        segment = segment == null ? "" : segment;
    }

    /** Of a tag. */
    public static TagExample of(TagOutcome tag, String truth) {
        return new TagExample(
                tag.sourceRecord(), tag.eventTime(), tag.label(), truth, tag.familiarity() < UNFAMILIAR, tag.segment());
    }
}
