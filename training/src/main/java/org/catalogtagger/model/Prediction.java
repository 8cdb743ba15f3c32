package org.catalogtagger.model;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** What a model says of one image: a probability per class. */
public final class Prediction {
    private final List<String> classes;
    private final float[] probabilities;

    /** Takes one probability per class, in the order of the classes, without copying them. */
    public Prediction(List<String> classes, float[] probabilities) {
        this.classes = classes;
        this.probabilities = probabilities;
    }

    /** The probability of a class, 0 to 1. */
    public float probability(int classIndex) {
        return probabilities[classIndex];
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
        return IntStream.range(0, probabilities.length)
                .boxed()
                .sorted(Comparator.comparing((Integer i) -> -probabilities[i]))
                .limit(k)
                .map(i -> new RankedLabel(classes.get(i), probabilities[i]))
                .toList();
    }

    /** A class and its probability, 0 to 1. */
    public record RankedLabel(String label, float probability) {}
}
