package org.catalogtagger.streaming.drift;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * How the wrong tags of each truth are shared out among the labels, as the test and the tags so far have it. A truth of which
 * little is known shares them out as all do: a Dirichlet distribution over the other labels (Gelman et al., 2013, Bayesian Data Analysis,
 * section 3.4), whose mean is that of all wrong tags of the test and whose precision is the likeliest by the test (Minka, 2000, Estimating a
 * Dirichlet Distribution, section 3). Not thread-safe.
 */
final class ErrorShares {
    /** State is bounded, however many pairs there are of what images are and are said to be. */
    private static final int MOST_PAIRS = 20_000;

    /** It takes a look at all of them. */
    private static final int LOOK_FOR_ROOM = 1000;

    /** A test is no sample of the stream: a truth's wrong tags count for no more than so many. */
    private static final double MOST_OF_TEST = 100;

    /** Of a truth's wrong tags, by what was accepted. */
    private static final double MOST_ACCEPTED = 0.99;

    private static final double[] PRECISIONS = {0.5, 1, 2, 4, 8, 16, 32, 64, 128};

    private final Map<String, Double> mean = new HashMap<>();
    private final Map<String, OfTruth> truths = new HashMap<>();
    private double precision = 1;
    private int pairs;
    private int refused;

    /** Wrong tags of one truth. */
    private static final class OfTruth {
        private double tags;
        private final Map<String, Double> byLabel = new HashMap<>();

        /** Of the test alone: what is taken back of the stream was never more than it gave. */
        private final Map<String, Double> tested = new HashMap<>();

        /** Labels whose share was accepted: another's does not change it. */
        private final Set<String> accepted = new HashSet<>();
    }

    /** Takes the wrong tags of a model's test, by truth and then by the label given. */
    void baseline(Collection<String> classes, Map<String, Map<String, Long>> wrong) {
        Map<String, Double> byLabel = new HashMap<>();
        classes.forEach(label -> byLabel.put(label, 1.0));
        wrong.forEach((truth, labels) ->
                labels.forEach((label, tags) -> byLabel.computeIfPresent(label, (l, sum) -> sum + tags)));
        double all = byLabel.values().stream().mapToDouble(Double::doubleValue).sum();
        byLabel.forEach((label, tags) -> mean.put(label, tags / all));
        precision = likeliestPrecision(wrong);
        wrong.forEach((truth, labels) -> {
            double tags = labels.values().stream().mapToLong(Long::longValue).sum();
            double weight = Math.min(1, MOST_OF_TEST / tags);
            labels.forEach((label, some) -> {
                add(truth, label, weight * some);
                Optional.ofNullable(truths.get(truth)).ifPresent(ofTruth -> ofTruth.tested.putAll(ofTruth.byLabel));
            });
        });
    }

    private double likeliestPrecision(Map<String, Map<String, Long>> wrong) {
        double likeliest = 1;
        // Without wrong tags all are as likely.
        double largest = wrong.isEmpty() ? 0 : Double.NEGATIVE_INFINITY;
        for (double candidate : PRECISIONS) {
            double likelihood = logLikelihood(wrong, candidate);
            if (likelihood > largest) {
                largest = likelihood;
                likeliest = candidate;
            }
        }
        return likeliest;
    }

    /** Of the Dirichlet-multinomial distribution: Minka, 2000, formula 53, each truth's mean being that of the other labels. */
    double logLikelihood(Map<String, Map<String, Long>> wrong, double candidate) {
        double sum = 0;
        for (Map.Entry<String, Map<String, Long>> ofTruth : wrong.entrySet()) {
            double others = 1 - mean.getOrDefault(ofTruth.getKey(), 0.0);
            double tags = 0;
            for (Map.Entry<String, Long> ofLabel : ofTruth.getValue().entrySet()) {
                double expected = mean.getOrDefault(ofLabel.getKey(), 0.0) / others;
                if (expected > 0) {
                    tags += ofLabel.getValue();
                    sum += BetaShare.logRising(candidate * expected, ofLabel.getValue());
                }
            }
            sum -= BetaShare.logRising(candidate, tags);
        }
        return sum;
    }

    /** Whether a class is one of the model's. */
    boolean isKnown(String label) {
        return mean.containsKey(label);
    }

    /** The model's classes. */
    int classes() {
        return mean.size();
    }

    /** Whether such wrong tags are counted, or might be. */
    boolean isRoomFor(String truth, String label) {
        OfTruth known = truths.get(truth);
        if (pairs >= MOST_PAIRS && (known == null || !known.byLabel.containsKey(label))) {
            refused++;
            if (refused % LOOK_FOR_ROOM == 1) {
                forgetRarest();
            }
        }
        return pairs < MOST_PAIRS || (known != null && known.byLabel.containsKey(label));
    }

    /** Those of which one wrong tag was seen in the stream, so that there is room for others. */
    private void forgetRarest() {
        pairs = 0;
        for (OfTruth ofTruth : truths.values()) {
            ofTruth.byLabel.entrySet().removeIf(ofLabel -> {
                boolean isRare = ofLabel.getValue() <= 1 && !ofTruth.tested.containsKey(ofLabel.getKey());
                ofTruth.tags -= isRare ? ofLabel.getValue() : 0;
                return isRare;
            });
            pairs += ofTruth.byLabel.size();
        }
    }

    /** Takes wrong tags; negative where they are taken back. */
    void add(String truth, String label, double tags) {
        if (!isKnown(truth) || !isKnown(label) || !isRoomFor(truth, label)) {
            return;
        }
        OfTruth ofTruth = truths.computeIfAbsent(truth, t -> new OfTruth());
        double before = ofTruth.byLabel.getOrDefault(label, 0.0);
        double now = Math.max(ofTruth.tested.getOrDefault(label, 0.0), before + tags);
        ofTruth.tags = Math.max(0, ofTruth.tags + now - before);
        if (now > 0) {
            ofTruth.byLabel.put(label, now);
            pairs += before > 0 ? 0 : 1;
        } else if (before > 0) {
            ofTruth.byLabel.remove(label);
            pairs--;
        }
    }

    /**
     * Makes the share of a label of a truth's wrong tags another one, to be believed as if so many wrong tags of it had been seen, or fewer if fewer
     * were; among themselves the other labels keep their shares, and those that became what they are by this keep them.
     *
     * @param share less than 1
     */
    void become(String truth, String label, double share, double tags) {
        if (truth.equals(label) || !isKnown(truth) || !isKnown(label) || !isRoomFor(truth, label)) {
            return;
        }
        OfTruth ofTruth = truths.computeIfAbsent(truth, t -> new OfTruth());
        Map<String, Double> shares = acceptedWith(truth, label, share);
        pairs -= ofTruth.byLabel.size();
        ofTruth.byLabel.keySet().removeAll(shares.keySet());
        double known = Math.min(ofTruth.tags, tags);
        Map<String, Double> given = given(truth, shares, known);
        if (sum(given) > known || ofTruth.byLabel.isEmpty()) {
            // What is believed of all truths is so much that even if all that is known were of these labels, they had
            // too
            // few.
            double all = sum(shares);
            double ofUnseen = shares.keySet().stream()
                    .mapToDouble(each -> ofUnseen(truth, each))
                    .sum();
            known = Math.max(0, (all * precision - ofUnseen) / (1 - all));
            given = given(truth, shares, known);
            ofTruth.byLabel.clear();
        }
        double others = sum(ofTruth.byLabel);
        double scale = others > 0 ? (known - sum(given)) / others : 0;
        ofTruth.byLabel.replaceAll((other, some) -> scale * some);
        ofTruth.byLabel.putAll(given);
        ofTruth.byLabel.values().removeIf(some -> some <= 0);
        ofTruth.tested.clear();
        ofTruth.accepted.add(label);
        ofTruth.tags = sum(ofTruth.byLabel);
        pairs += ofTruth.byLabel.size();
    }

    /** The shares that were accepted, with another one; they are not all there is. */
    private Map<String, Double> acceptedWith(String truth, String label, double share) {
        Map<String, Double> shares = new HashMap<>();
        Objects.requireNonNull(truths.get(truth)).accepted.forEach(each -> shares.put(each, share(truth, each)));
        shares.remove(label);
        double own = Math.min(MOST_ACCEPTED, share);
        double others = sum(shares);
        double room = MOST_ACCEPTED - own;
        if (others > room) {
            shares.replaceAll((each, some) -> some * room / others);
        }
        shares.put(label, own);
        return shares;
    }

    /** How many wrong tags of so many make these shares. */
    private Map<String, Double> given(String truth, Map<String, Double> shares, double known) {
        Map<String, Double> given = new HashMap<>();
        shares.forEach(
                (label, share) -> given.put(label, Math.max(0, share * (precision + known) - ofUnseen(truth, label))));
        return given;
    }

    /** What a label has of the share of a truth's wrong tags, times all of these, if none was seen. */
    private double ofUnseen(String truth, String label) {
        return precision * mean(label) / (1 - mean(truth));
    }

    private static double sum(Map<String, Double> tags) {
        return tags.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    /** What part of the wrong tags that are known is a truth's, 0 to 1. */
    double part(String truth) {
        double all =
                truths.values().stream().mapToDouble(ofTruth -> ofTruth.tags).sum();
        OfTruth known = truths.get(truth);
        return known == null || all <= 0 ? 0 : known.tags / all;
    }

    /** The chance that a wrong tag of a truth is one of a label, 0 to 1. */
    double share(String truth, String label) {
        if (truth.equals(label)) {
            return 0;
        }
        return seen(truth).getOrDefault(label, 0.0) / weight(truth) + unseen(truth) * mean(label);
    }

    /** Times the {@link #mean} of a label, what it has of the share of a truth's wrong tags even if none was seen. */
    double unseen(String truth) {
        return precision / weight(truth) / (1 - mean(truth));
    }

    /** By label: wrong tags of a truth. Each is {@code 1 / weight} of the share, which {@link #unseen} completes. */
    Map<String, Double> seen(String truth) {
        OfTruth known = truths.get(truth);
        return known == null ? Map.of() : known.byLabel;
    }

    /** What is known of a truth, in wrong tags. */
    double weight(String truth) {
        OfTruth known = truths.get(truth);
        return precision + (known == null ? 0 : known.tags);
    }

    /** The share of a label of the wrong tags of all truths. */
    double mean(String label) {
        return mean.getOrDefault(label, 0.0);
    }

    /** Of the Dirichlet distribution: a truth of which as many wrong tags are known is believed by half. */
    double precision() {
        return precision;
    }

    /** By truth of which wrong tags have a label: their share of it. */
    Map<String, Double> shares(String label) {
        Map<String, Double> shares = new HashMap<>();
        truths.forEach((truth, ofTruth) -> {
            if (ofTruth.byLabel.containsKey(label)) {
                shares.put(truth, share(truth, label));
            }
        });
        return shares;
    }
}
