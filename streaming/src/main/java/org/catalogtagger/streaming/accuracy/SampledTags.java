package org.catalogtagger.streaming.accuracy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Labelled tags that were chosen with a known probability, counted: those whose labels declare it, and those that the job drew for an
 * audit. Each stands for as many tags as it is the inverse of (Horvitz and Thompson, 1952, A Generalization of Sampling Without
 * Replacement From a Finite Universe). What is true of either, weighted, is true of all tags.
 *
 * @param declared those that declare it and were not drawn, by truth
 * @param audited those that were drawn, by truth
 * @param confidences of both: how many lie in each of {@value AccuracyCounts#BINS} bins of equal width
 * @param drawn tags that were drawn for the audit, whether their truth is known or not
 * @param heaviest the largest weight of one that was counted, in changes; 0 in sums within bounds
 */
public record SampledTags(
        Map<String, Weights> declared,
        Map<String, Weights> audited,
        List<Long> confidences,
        long drawn,
        double heaviest) {
    /** The probability of a label whose sender says none. */
    public static final double NOT_DECLARED = 0;

    /** Numbers that a truth has in {@link #sums()}: those of its declared tags and of its audited ones. */
    private static final int SUMS = 2 * Weights.FIELDS;

    /** From what {@link #truths()} and {@link #sums()} gave. */
    static SampledTags of(List<String> truths, List<Double> sums, List<Long> confidences, long drawn, double heaviest) {
        Map<String, Weights> declared = new HashMap<>();
        Map<String, Weights> audited = new HashMap<>();
        for (int i = 0; i < truths.size(); i++) {
            put(declared, truths.get(i), sums.subList(i * SUMS, i * SUMS + Weights.FIELDS));
            put(audited, truths.get(i), sums.subList(i * SUMS + Weights.FIELDS, (i + 1) * SUMS));
        }
        return new SampledTags(declared, audited, confidences, drawn, heaviest);
    }

    private static void put(Map<String, Weights> byTruth, String truth, List<Double> fields) {
        if (fields.stream().anyMatch(field -> field != 0)) {
            byTruth.put(truth, Weights.of(fields));
        }
    }

    /** The numbers of all truths, one after the other. */
    List<Double> sums() {
        List<Double> sums = new ArrayList<>();
        for (String truth : truths()) {
            sums.addAll(declared.getOrDefault(truth, Weights.NONE).fields());
            sums.addAll(audited.getOrDefault(truth, Weights.NONE).fields());
        }
        return sums;
    }

    /** Whether they change nothing of what they are added to. */
    public boolean isNothing() {
        return declared.isEmpty() && audited.isEmpty() && drawn == 0;
    }

    /** All of them that are labelled, each design by as many tags as it is worth. */
    public Weights all() {
        return sum(declared).normalized().plus(sum(audited).normalized());
    }

    /** The same of one class. */
    public Weights of(String truth) {
        return declared.getOrDefault(truth, Weights.NONE)
                .normalized()
                .plus(audited.getOrDefault(truth, Weights.NONE).normalized());
    }

    /** All classes. */
    public SortedSet<String> truths() {
        SortedSet<String> truths = new TreeSet<>(declared.keySet());
        truths.addAll(audited.keySet());
        return truths;
    }

    /** Tags of all classes. */
    public static Weights sum(Map<String, Weights> byTruth) {
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

        private static final int FIELDS = 5;

        private static Weights of(List<Double> fields) {
            return new Weights(
                    Math.round(fields.get(0)),
                    Math.round(fields.get(1)),
                    fields.get(2),
                    fields.get(3),
                    fields.get(FIELDS - 1));
        }

        private List<Double> fields() {
            return List.of((double) tags, (double) right, weight, squares, rightWeight);
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

        /** The same, with weights whose sum is the number of tags that they are worth. */
        Weights normalized() {
            double effective = effectiveTags();
            return new Weights(tags, right, effective, effective, effective * accuracy());
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
            return weight > 0 && squares > 0 ? Math.max(0, Math.min((double) tags, weight * weight / squares)) : 0;
        }

        /** The 95 % confidence interval of the accuracy. */
        public WilsonInterval interval() {
            return WilsonInterval.ofShare(accuracy(), effectiveTags());
        }
    }
}
