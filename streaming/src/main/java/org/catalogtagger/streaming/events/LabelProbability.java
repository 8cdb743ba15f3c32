package org.catalogtagger.streaming.events;

import java.util.List;
import org.catalogtagger.streaming.accuracy.SampledTags;

/** The chance that a product was chosen to be labelled, as senders of labels say it. */
final class LabelProbability {
    /** One label that stands for a million tags says nothing of them; one that stands for more is a slip. */
    static final double LEAST = 1e-6;

    private static final int MOST_CHARS = 32;

    private LabelProbability() {}

    static boolean isBelievable(double probability) {
        return probability >= LEAST && probability <= 1;
    }

    /** That of an image's headers. What is not a probability declares none: the image is good, and its label may be. */
    static double of(List<EventHeader> headers) {
        return EventHeader.text(headers, EventHeader.LABEL_PROBABILITY)
                .filter(text -> text.length() <= MOST_CHARS)
                .map(LabelProbability::parse)
                .filter(LabelProbability::isBelievable)
                .orElse(SampledTags.NOT_DECLARED);
    }

    private static double parse(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return SampledTags.NOT_DECLARED;
        }
    }
}
