package org.catalogtagger.streaming.monitor;

import java.util.List;
import java.util.function.Consumer;
import org.catalogtagger.streaming.accuracy.SampledTags;
import org.catalogtagger.streaming.accuracy.TagOutcome;
import org.catalogtagger.streaming.monitor.AccuracyChange.Kind;

/**
 * A tag and what is taken for its truth: state.
 *
 * @param truth empty as long as no label has come
 * @param truthAt when that was given last, milliseconds since 1970
 * @param delayMillis from the image's event to the label that gave it first
 * @param probability the chance that the product was chosen to be labelled, 0 to 1, as the newest label says that says it; 0 if none
 *     does. Whether a tag is part of a sample must not depend on what its label is.
 */
public record JudgedTag(TagOutcome tag, String truth, long truthAt, long delayMillis, double probability) {
    /** A new tag, by labels that are there already, the newest last. */
    static JudgedTag of(TagOutcome tag, List<GivenLabel> labels, long reachMillis) {
        JudgedTag judged = new JudgedTag(tag, "", Long.MIN_VALUE, 0, SampledTags.NOT_DECLARED);
        for (GivenLabel label : labels) {
            judged = judged.with(label, reachMillis);
        }
        return judged;
    }

    /**
     * The same when a label has come. One that is older changes nothing; nor does one that says the same again change the delay,
     * or that of a window would grow with each photograph of its products.
     */
    JudgedTag with(GivenLabel label, long reachMillis) {
        if (label.labelledAt() < truthAt || !label.reaches(tag.eventTime(), reachMillis)) {
            return this;
        }
        double chance = label.probability() > 0 ? label.probability() : probability;
        if (label.label().equals(truth)) {
            return new JudgedTag(tag, truth, label.labelledAt(), delayMillis, chance);
        }
        return new JudgedTag(
                tag, label.label(), label.labelledAt(), Math.max(0, label.labelledAt() - tag.eventTime()), chance);
    }

    boolean isLabelled() {
        return !truth.isEmpty();
    }

    /** Emits what is to be counted when this was counted before. */
    void emitChanges(JudgedTag before, Consumer<AccuracyChange> out) {
        if (truth.equals(before.truth) && probability == before.probability) {
            return;
        }
        if (before.isLabelled()) {
            out.accept(new AccuracyChange(Kind.UNLABELLED, tag, before.truth, before.delayMillis, before.probability));
        }
        out.accept(new AccuracyChange(Kind.LABELLED, tag, truth, delayMillis, probability));
    }

    /** Emits what is to be counted when nothing was. */
    void emitNew(Consumer<AccuracyChange> out) {
        out.accept(AccuracyChange.tagged(tag));
        if (isLabelled()) {
            out.accept(new AccuracyChange(Kind.LABELLED, tag, truth, delayMillis, probability));
        }
    }
}
