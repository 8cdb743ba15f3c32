package org.catalogtagger.training.dataset;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.catalogtagger.model.image.ImageFolderException;

/**
 * Two parts of a data set that have each class in the same proportion.
 *
 * @param train what the model is fitted on
 * @param test what is held out
 */
public record StratifiedSplit<T>(List<T> train, List<T> test) {
    public StratifiedSplit {
        train = List.copyOf(train);
        test = List.copyOf(test);
    }

    /**
     * Splits class by class, each group of items as a whole. The same items, groups, fraction and seed give the same split,
     * on any machine. A group of several classes goes where the class of most of its items sends it.
     *
     * @param label the class of an item, an index into the classes
     * @param group what is equal for items that must stay together
     * @param testFraction 0 to 1; each class holds out so many of its items, rounded, and at least one on either side; fewer
     *     where a group would make it more
     * @throws ImageFolderException if a class cannot have an item on either side
     */
    public static <T> StratifiedSplit<T> of(
            List<T> items,
            ToIntFunction<T> label,
            ToIntFunction<T> group,
            List<String> classes,
            double testFraction,
            long seed) {
        if (!(testFraction > 0 && testFraction < 1)) {
            throw new IllegalArgumentException("the test fraction must be between 0 and 1, not " + testFraction);
        }
        Map<Integer, List<T>> groups = new LinkedHashMap<>();
        items.forEach(item -> groups.computeIfAbsent(group.applyAsInt(item), g -> new ArrayList<>())
                .add(item));
        Map<Integer, List<List<T>>> byClass = new TreeMap<>();
        groups.values().forEach(members -> byClass.computeIfAbsent(mostFrequent(members, label), c -> new ArrayList<>())
                .add(members));
        Random random = new Random(seed);
        List<T> train = new ArrayList<>();
        List<T> test = new ArrayList<>();
        for (List<List<T>> own : byClass.values()) {
            Collections.shuffle(own, random);
            divide(own, testFraction, train, test);
        }
        StratifiedSplit<T> split = new StratifiedSplit<>(train, test);
        split.requireBothSides(items, label, classes);
        return split;
    }

    private static <T> int mostFrequent(List<T> members, ToIntFunction<T> label) {
        Map<Integer, Long> counts =
                members.stream().collect(Collectors.groupingBy(label::applyAsInt, TreeMap::new, Collectors.counting()));
        return Collections.max(
                counts.keySet(),
                Comparator.comparing((Integer c) -> counts.getOrDefault(c, 0L))
                        .thenComparing(Comparator.reverseOrder()));
    }

    /** Fills the test part group by group, with those that still fit. */
    private static <T> void divide(List<List<T>> groups, double testFraction, List<T> train, List<T> test) {
        long all = groups.stream().mapToLong(Collection::size).sum();
        long wanted = Math.max(1, Math.min(all - 1, Math.round(all * testFraction)));
        boolean anyFits = groups.stream().anyMatch(members -> members.size() <= wanted);
        List<T> smallest = Collections.min(groups, Comparator.comparing(List::size));
        long held = 0;
        for (List<T> members : groups) {
            boolean fits = anyFits ? held + members.size() <= wanted : members == smallest && groups.size() > 1;
            (fits ? test : train).addAll(members);
            held += fits ? members.size() : 0;
        }
    }

    private void requireBothSides(List<T> items, ToIntFunction<T> label, List<String> classes) {
        Map<Integer, Long> all = counts(items, label);
        Map<Integer, Long> fitted = counts(train, label);
        Map<Integer, Long> held = counts(test, label);
        all.forEach((each, count) -> {
            if (count < 2) {
                throw new ImageFolderException(
                        "the class %s has one image where a split needs two; add more, or take its folder away"
                                .formatted(classes.get(each)));
            }
            if (!fitted.containsKey(each) || !held.containsKey(each)) {
                throw new ImageFolderException(
                        "the class %s cannot be split: its %d images belong together with each other or with those of other classes; add others, take its folder away, or group by none"
                                .formatted(classes.get(each), count));
            }
        });
    }

    private static <T> Map<Integer, Long> counts(List<T> items, ToIntFunction<T> label) {
        Map<Integer, Long> counts = new HashMap<>();
        items.forEach(item -> counts.merge(label.applyAsInt(item), 1L, Long::sum));
        return counts;
    }
}
