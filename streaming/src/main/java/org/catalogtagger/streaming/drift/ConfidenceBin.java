package org.catalogtagger.streaming.drift;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.catalogtagger.streaming.accuracy.AccuracyCounts;
import org.catalogtagger.streaming.accuracy.AccuracyCounts.Bin;

/**
 * What share of the tags of about one confidence is right: by the model's test, as far as it has images of that confidence, by the tags until
 * now, and a little by the confidence itself. Not thread-safe.
 */
final class ConfidenceBin {
    /** What the confidence itself is worth, in tags: as much as when the accuracy of a tag is read from the test. */
    private static final double BELIEVED = 2;

    /** So near to none and all nothing is known of a share. */
    private static final double NEAR_CERTAIN = 1e-4;

    /** Evidence of an entry of the history: confidences, summed. */
    private static final int CONFIDENCE = 0;

    private final int bin;
    private BetaShare base;

    /** The mean confidence of what {@code base} knows. */
    private double confidence;

    private final TagHistory history = new TagHistory();

    /**
     * One that has seen nothing.
     *
     * @param bin its number among {@value AccuracyCounts#BINS}
     */
    @JsonCreator
    ConfidenceBin(@JsonProperty("bin") int bin) {
        this.bin = bin;
        confidence = (bin + 0.5) / AccuracyCounts.BINS;
        base = believed(confidence);
    }

    private static BetaShare believed(double confidence) {
        return new BetaShare(BELIEVED * confidence, BELIEVED * (1 - confidence));
    }

    /** Takes what the test says. */
    void baseline(Bin tested) {
        if (tested.count() > 0) {
            confidence = within(tested.confidence() / tested.count());
            base = PooledBaseline.tested(believed(confidence), tested.count(), tested.correct());
        }
    }

    /** Takes tags whose truth is known; negative counts where labels were taken back. */
    void add(long time, Bin tags) {
        history.add(time, (double) tags.count(), (double) tags.correct(), tags.confidence());
    }

    /**
     * What is known of the share of right ones among tags by those that are older than a time.
     *
     * @param tags whose mean confidence may be another than that of those before: harder ones are less sure within a bin, too
     */
    BetaShare before(long time, Bin tags, double dispersion) {
        double sure = tags.count() == 0 ? confidence(time, dispersion) : tags.confidence() / tags.count();
        return before(time, sure, dispersion);
    }

    private BetaShare before(long time, double sure, double dispersion) {
        BetaShare known = known(time, dispersion);
        return known.at(moved(known.mean(), confidence(time, dispersion), within(sure)));
    }

    /**
     * What a share is where the confidence is another: off by as much, as a probability is. But no nearer to none or all than in proportion, so
     * that a model which is right more often than it says is not expected to be always right.
     */
    private static double moved(double share, double confidence, double sure) {
        double moved = share + sure - confidence;
        double bounded = sure > confidence
                ? Math.min(moved, 1 - (1 - share) * (1 - sure) / (1 - confidence))
                : Math.max(moved, share * sure / confidence);
        return Math.max(NEAR_CERTAIN, Math.min(1 - NEAR_CERTAIN, bounded));
    }

    private BetaShare known(long time, double dispersion) {
        return base.with(history.tagsBefore(time) / dispersion, history.rightBefore(time) / dispersion);
    }

    /** The mean of what is known. */
    private double confidence(long time, double dispersion) {
        double tags = history.tagsBefore(time) / dispersion;
        double sum = base.tags() * confidence + history.evidenceBefore(time, CONFIDENCE) / dispersion;
        return within(sum / (base.tags() + tags));
    }

    /** What is taken back may leave sums that are none of a bin. */
    private double within(double sure) {
        double least = Math.max(NEAR_CERTAIN, (double) bin / AccuracyCounts.BINS);
        double most = Math.min(1 - NEAR_CERTAIN, (bin + 1.0) / AccuracyCounts.BINS);
        return Math.max(least, Math.min(most, sure));
    }

    double tagsSince(long time) {
        return history.tagsSince(time);
    }

    double rightSince(long time) {
        return history.rightSince(time);
    }

    /** The confidences of the tags since a time, summed. */
    double confidenceSince(long time) {
        return history.evidenceSince(time, CONFIDENCE);
    }

    /** How many tags since a time would be right if the share fell by so many logits then. */
    double expectedSince(long time, double logits, double dispersion) {
        double tags = tagsSince(time);
        if (tags <= 0) {
            return 0;
        }
        BetaShare before = before(time, confidenceSince(time) / tags, dispersion);
        return tags * BetaShare.fallen(before.mean(), logits);
    }

    /** Forgets the tags of a fall that is over. */
    void forget(long begin, long end, double dispersion) {
        learnBefore(begin, dispersion);
        history.forgetBefore(end);
    }

    /**
     * Makes the tags since a fall what later ones are compared with.
     *
     * @param logits by which all have fallen on average
     */
    void accept(long begin, double logits, double dispersion) {
        learnBefore(begin, dispersion);
        base = base.fallenSomehow(logits);
        learnBefore(Long.MAX_VALUE, dispersion);
    }

    private void learnBefore(long time, double dispersion) {
        double mean = confidence(time, dispersion);
        base = known(time, dispersion);
        confidence = mean;
        history.forgetBefore(time);
    }
}
