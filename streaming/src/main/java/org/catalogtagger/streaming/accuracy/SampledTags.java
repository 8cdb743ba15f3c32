package org.catalogtagger.streaming.accuracy;

import java.util.List;
import java.util.Map;

/**
 * Labelled tags that were chosen with a known probability, counted. Each stands for as many tags as its probability is the
 * inverse of (Horvitz and Thompson, 1952, A Generalization of Sampling Without Replacement From a Finite Universe), so that what is
 * true of them, weighted, is true of all tags. Those that the job drew for an audit weigh 1: they are a random sample by themselves, and
 * so are the declared ones, however the two are mixed.
 *
 * @param byTruth those that are labelled, by truth
 * @param confidences of them: how many lie in each of {@value AccuracyCounts#BINS} bins of equal width
 * @param drawn tags that were drawn for the audit, whether their truth is known or not
 * @param drawnLabelled those of them whose truth is known
 */
public record SampledTags(Map<String, Weights> byTruth, List<Long> confidences, long drawn, long drawnLabelled) {
    /** The probability of a label whose sender says none. */
    public static final double NOT_DECLARED = 0;

    /** None. */
    static final SampledTags NONE = new SampledTags(Map.of(), List.of(), 0, 0);

    /** Whether they change nothing of what they are added to. */
    boolean isNothing() {
        return byTruth.isEmpty() && drawn == 0 && drawnLabelled == 0;
    }

    /** All of them, summed up. */
    public Weights sum() {
        return byTruth.values().stream().reduce(Weights.NONE, Weights::plus);
    }

    /**
     * Tags, weighted. Sums of them and differences too.
     *
     * @param right those of {@code tags} that are right
     * @param weight summed
     * @param squares of the weights, summed
     * @param rightWeight of the right ones, summed
     */
    public record Weights(long tags, long right, double weight, double squares, double rightWeight) {
        /** Of no tags. */
        public static final Weights NONE = new Weights(0, 0, 0, 0, 0);

        /** Tags that each stand for themselves. */
        public static Weights unweighted(long tags, long right) {
            return new Weights(tags, right, (double) tags, (double) tags, (double) right);
        }

        /** A tag that was chosen with such a probability, or taken back if {@code sign} is -1. */
        static Weights of(double probability, boolean isRight, int sign) {
            double weight = 1 / probability;
            return new Weights(
                    sign, isRight ? sign : 0, sign * weight, sign * weight * weight, isRight ? sign * weight : 0);
        }

        /** Both. */
        public Weights plus(Weights more) {
            return new Weights(
                    tags + more.tags,
                    right + more.right,
                    weight + more.weight,
                    squares + more.squares,
                    rightWeight + more.rightWeight);
        }

        /**
         * The share of all tags that are right, 0 to 1, as these estimate it (Hájek, 1971: Särndal, Swensson and Wretman, 1992, Model
         * Assisted Survey Sampling, section 5.7); 0 without tags.
         */
        public double accuracy() {
            return weight > 0 ? Math.max(0, Math.min(1, rightWeight / weight)) : 0;
        }

        /** How many tags of equal weight would be as sure (Kish, 1965, Survey Sampling, section 11.7); no more than there are. */
        public double effectiveTags() {
            return squares > 0 ? Math.min((double) tags, weight * weight / squares) : 0;
        }

        /** The 95 % confidence interval of the accuracy. */
        public WilsonInterval interval() {
            return WilsonInterval.ofShare(accuracy(), effectiveTags());
        }
    }
}
