package org.catalogtagger.model;

import java.util.ArrayList;
import java.util.List;

/** What a model says of one image: a probability per class. */
public final class Prediction {
    private final List<String> classes;
    private final float[] probabilities;
    private final float logSumExp;

    /**
     * Takes one probability per class, in the order of the classes, without copying them.
     *
     * @param logSumExp the logarithm of the sum of the exponentials of the logits
     */
    public Prediction(List<String> classes, float[] probabilities, float logSumExp) {
        this.classes = classes;
        this.probabilities = probabilities;
        this.logSumExp = logSumExp;
    }

    /** One whose logits are not known. */
    public Prediction(List<String> classes, float[] probabilities) {
        this(classes, probabilities, Float.NaN);
    }

    /**
     * The logarithm of the sum of the exponentials of the logits: how much of what it knows the model sees, beside what it takes it for;
     * see {@link org.catalogtagger.model.bundle.Familiarity}. Not a number if it is not known.
     */
    public float logSumExp() {
        return logSumExp;
    }

    /** The probability of a class, 0 to 1. */
    public float probability(int classIndex) {
        return probabilities[classIndex];
    }

    /** The probabilities, one per class: the very array. */
    public float[] probabilities() {
        return probabilities;
    }

    /** Whether there is an answer: a program that fails on an image has no numbers for it. */
    public boolean isAnswer() {
        return Float.isFinite(probabilities[0]);
    }

    /** Index of the most probable class; of several, the first. */
    public int best() {
        int best = 0;
        for (int i = 1; i < probabilities.length; i++) {
            if (probabilities[i] > probabilities[best]) {
                best = i;
            }
        }
        return best;
    }

    /** Name of the most probable class. */
    public String label() {
        return classes.get(best());
    }

    /** The k most probable classes (all, if there are fewer), the most probable first. */
    public List<RankedLabel> top(int k) {
        // By insertion into the few best so far: a stream that sorts all 52 takes longer than the forward of one image.
        int[] best = new int[Math.min(k, probabilities.length)];
        int count = 0;
        for (int i = 0; i < probabilities.length; i++) {
            int rank = count;
            while (rank > 0 && probabilities[i] > probabilities[best[rank - 1]]) {
                rank--;
            }
            if (rank < best.length) {
                count = Math.min(count + 1, best.length);
                System.arraycopy(best, rank, best, rank + 1, count - rank - 1);
                best[rank] = i;
            }
        }
        List<RankedLabel> top = new ArrayList<>(best.length);
        for (int i : best) {
            top.add(new RankedLabel(classes.get(i), probabilities[i]));
        }
        return top;
    }

    /** A class and its probability, 0 to 1. */
    public record RankedLabel(String label, float probability) {}
}
