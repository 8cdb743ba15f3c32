package org.catalogtagger.streaming.monitor;

import org.catalogtagger.streaming.accuracy.AccuracyCounter;
import org.catalogtagger.streaming.accuracy.TagOutcome;

/**
 * How the counts of tags change.
 *
 * @param kind what has happened to the tag
 * @param truth the label that came or is taken back; empty for a new tag
 * @param delayMillis from the image's event to that label
 */
public record AccuracyChange(Kind kind, TagOutcome tag, String truth, long delayMillis) {
    /** What happens to a tag. */
    public enum Kind {
        /** It was made. */
        TAGGED,
        /** Its truth is known now. */
        LABELLED,
        /** What was its truth is not any more: a newer label follows. */
        UNLABELLED
    }

    void countIn(AccuracyCounter counter) {
        switch (kind) {
            case TAGGED -> counter.countTagged(tag);
            case LABELLED -> counter.countLabelled(tag, truth, delayMillis, 1);
            case UNLABELLED -> counter.countLabelled(tag, truth, delayMillis, -1);
        }
    }
}
