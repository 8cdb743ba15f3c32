package org.catalogtagger.training.dataset;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
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
     * Splits class by class. The same items, fraction and seed give the same split, on any machine.
     *
     * @param testFraction 0 to 1; each class holds out so many of its items, rounded, and at least one on either side
     * @param label the class of an item, an index into the classes
     * @throws ImageFolderException if a class has but one item
     */
    public static <T> StratifiedSplit<T> of(
            List<T> items, ToIntFunction<T> label, List<String> classes, double testFraction, long seed) {
        if (!(testFraction > 0 && testFraction < 1)) {
            throw new IllegalArgumentException("the test fraction must be between 0 and 1, not " + testFraction);
        }
        Map<Integer, List<T>> byClass = new TreeMap<>();
        items.forEach(item -> byClass.computeIfAbsent(label.applyAsInt(item), c -> new ArrayList<>())
                .add(item));
        Random random = new Random(seed);
        List<T> train = new ArrayList<>();
        List<T> test = new ArrayList<>();
        byClass.forEach((classIndex, own) -> {
            if (own.size() < 2) {
                throw new ImageFolderException(
                        "the class %s has one image where a split needs two; add more, or take its folder away"
                                .formatted(classes.get(classIndex)));
            }
            Collections.shuffle(own, random);
            int held = (int) Math.max(1, Math.min(own.size() - 1L, Math.round(own.size() * testFraction)));
            test.addAll(own.subList(0, held));
            train.addAll(own.subList(held, own.size()));
        });
        return new StratifiedSplit<>(train, test);
    }
}
