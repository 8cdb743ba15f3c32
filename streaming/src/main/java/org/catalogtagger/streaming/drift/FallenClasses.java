package org.catalogtagger.streaming.drift;

import java.util.HashMap;
import java.util.Map;

/**
 * Which classes a fall of all tags is of. Each borrows from the others: the more of them have fallen, the less its own tags
 * must say. Two groups, of which the share that has fallen is estimated (Efron, 2008, Microarrays, Empirical Bayes and the
 * Two-Groups Model, section 2), by expectation and maximization.
 */
final class FallenClasses {
    /** A class is named if it has fallen with this probability. */
    static final double CERTAIN = 0.98;

    private static final int ROUNDS = 50;

    private FallenClasses() {}

    /**
     * The probability that each class has fallen.
     *
     * @param logEvidence by class, that it has over that it has not: natural logarithms
     */
    static Map<String, Double> probabilities(Map<String, Double> logEvidence) {
        int classes = logEvidence.size();
        double share = 0.5;
        for (int i = 0; i < ROUNDS; i++) {
            double sum = 0;
            for (double one : logEvidence.values()) {
                sum += probability(share, one);
            }
            // One more class that has not: of few that are not sure, nothing is to be concluded.
            share = sum / (classes + 1);
        }
        Map<String, Double> probabilities = new HashMap<>();
        for (Map.Entry<String, Double> one : logEvidence.entrySet()) {
            probabilities.put(one.getKey(), probability(share, one.getValue()));
        }
        return probabilities;
    }

    private static double probability(double share, double logEvidence) {
        return 1 / (1 + (1 - share) / share * Math.exp(-logEvidence));
    }
}
