package org.catalogtagger.streaming.monitor;

import org.catalogtagger.streaming.accuracy.AccuracyCounter;
import org.catalogtagger.streaming.accuracy.SampledTags;
import org.catalogtagger.streaming.accuracy.TagOutcome;

/**
 * How the counts of tags change.
 *
 * @param kind what has happened to the tag
 * @param truth the label that came or is taken back; empty for a new tag
 * @param delayMillis from the image's event to that label
 * @param probability the chance that its product was chosen to be labelled, 0 to 1; 0 if that is not known
 */
public record AccuracyChange(Kind kind, TagOutcome tag, String truth, long delayMillis, double probability) {
    /** What happens to a tag. */
    public enum Kind {
        /** It was made. */
        TAGGED,
        /** Its truth is known now. */
        LABELLED,
        /** What was its truth is not any more: a newer label follows. */
        UNLABELLED
    }

    /** A tag was made. */
    static AccuracyChange tagged(TagOutcome tag) {
        return new AccuracyChange(Kind.TAGGED, tag, "", 0, SampledTags.NOT_DECLARED);
    }

    void countIn(AccuracyCounter counter) {
        switch (kind) {
            case TAGGED -> counter.countTagged(tag);
            case LABELLED -> counter.countLabelled(tag, truth, probability, delayMillis, 1);
            case UNLABELLED -> counter.countLabelled(tag, truth, probability, delayMillis, -1);
        }
    }
}
