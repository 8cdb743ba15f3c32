package org.catalogtagger.streaming.accuracy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Labelled images, counted by their true class. Mutable, because it is the accumulator of a window.
 *
 * @param support images by true class
 * @param correct of them, those that were tagged so
 */
public record AccuracyCounts(Map<String, Long> support, Map<String, Long> correct) {
    /** Counts of nothing yet. */
    public static AccuracyCounts none() {
        return new AccuracyCounts(new HashMap<>(), new HashMap<>());
    }

    /** Counts one image. */
    public void add(String truth, String label) {
        support.merge(truth, 1L, Long::sum);
        if (truth.equals(label)) {
            correct.merge(truth, 1L, Long::sum);
        }
    }

    /** Counts the images that another has counted. */
    public void addAll(AccuracyCounts other) {
        other.support.forEach((label, count) -> support.merge(label, count, Long::sum));
        other.correct.forEach((label, count) -> correct.merge(label, count, Long::sum));
    }

    /** One entry per class that has images, by name. */
    public List<ClassAccuracy> perClass() {
        List<ClassAccuracy> classes = new ArrayList<>();
        for (String label : new TreeSet<>(support.keySet())) {
            classes.add(new ClassAccuracy(label, support.getOrDefault(label, 0L), correct.getOrDefault(label, 0L)));
        }
        return classes;
    }

    /** All classes as one. */
    public ClassAccuracy overall(String name) {
        return new ClassAccuracy(name, sum(support), sum(correct));
    }

    private static long sum(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }
}
