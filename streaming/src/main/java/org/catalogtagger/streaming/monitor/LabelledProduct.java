package org.catalogtagger.streaming.monitor;

import java.util.ArrayList;
import java.util.List;
import org.catalogtagger.streaming.accuracy.TagOutcome;

/**
 * What is known of a product: state.
 *
 * @param truth its newest label; empty if none has come yet
 * @param labelledAt when that was given, milliseconds since 1970
 * @param tags all that it got, in the order in which they came
 */
public record LabelledProduct(String truth, long labelledAt, List<TagOutcome> tags) {
    static LabelledProduct unknown() {
        return new LabelledProduct("", Long.MIN_VALUE, List.of());
    }

    boolean isLabelled() {
        return !truth.isEmpty();
    }

    LabelledProduct labelled(String newTruth, long at) {
        return new LabelledProduct(newTruth, at, tags);
    }

    LabelledProduct tagged(TagOutcome tag) {
        List<TagOutcome> more = new ArrayList<>(tags);
        more.add(tag);
        return new LabelledProduct(truth, labelledAt, more);
    }

    long delayMillis(TagOutcome tag) {
        return Math.max(0, labelledAt - tag.eventTime());
    }
}
