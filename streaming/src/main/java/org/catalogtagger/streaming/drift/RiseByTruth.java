package org.catalogtagger.streaming.drift;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Wrong tags by truth since a label is given too many of them: what its shares are now, should somebody accept that. Of before the alert they are
 * estimated, for it was not known then that they would be asked for. Not thread-safe.
 */
final class RiseByTruth {
    /** What the whole rise says of one truth counts as so many wrong tags of it. */
    private static final double WEIGHT_OF_GUESS = 2;

    /** A truth all of whose wrong tags had the label may have others yet. */
    private static final double MOST = 0.95;

    private final Map<String, Double> wrong = new HashMap<>();

    /** Those of them that have the label. */
    private final Map<String, Double> given = new HashMap<>();

    /** Takes tags of before the alert. */
    void begin(String truth, double ofTruth, double withLabel) {
        wrong.put(truth, Math.max(ofTruth, withLabel));
        given.put(truth, withLabel);
    }

    /** Takes wrong tags, of whatever label; negative where they are taken back. */
    void see(String truth, double tags) {
        wrong.merge(truth, tags, (some, more) -> Math.max(0, some + more));
    }

    /** Takes those that have the label, likewise. */
    void give(String truth, double tags) {
        given.merge(truth, tags, (some, more) -> Math.max(0, some + more));
    }

    /** Of which there are tags with the label. */
    Set<String> truths() {
        return new TreeSet<>(given.keySet());
    }

    /** How many wrong tags of a truth there are. */
    double wrong(String truth) {
        return Math.max(0, wrong.getOrDefault(truth, 0.0));
    }

    /**
     * The share that the label has of a truth's wrong tags.
     *
     * @param guess what it would be if it had risen as that of all truths
     */
    double share(String truth, double guess) {
        double tags = wrong(truth);
        double withLabel = Math.min(tags, Math.max(0, given.getOrDefault(truth, 0.0)));
        return Math.min(MOST, (WEIGHT_OF_GUESS * guess + withLabel) / (WEIGHT_OF_GUESS + tags));
    }

    void forget() {
        wrong.clear();
        given.clear();
    }
}
