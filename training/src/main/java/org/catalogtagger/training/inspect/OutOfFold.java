package org.catalogtagger.training.inspect;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import org.catalogtagger.model.Classifier;
import org.catalogtagger.model.Prediction;
import org.catalogtagger.model.image.Normalization;
import org.catalogtagger.training.dataset.ImageGroups;
import org.catalogtagger.training.dataset.LabelledImages;
import org.catalogtagger.training.dataset.LabelledImages.Image;
import org.catalogtagger.training.evaluate.Evaluation;
import org.catalogtagger.training.fit.FitListener;
import org.catalogtagger.training.fit.NetworkFit;
import org.catalogtagger.training.fit.Recipe;

/**
 * What a model says of images that it was not fitted on: they are dealt into folds, and each fold is classified by a model
 * that was fitted on the others.
 *
 * @param predictions one per image, in their order
 * @param unlearned labels all of whose images are in one fold: of those the models that classified them knew none
 */
public record OutOfFold(List<Image> images, List<Prediction> predictions, Set<Integer> unlearned) {
    public OutOfFold {
        images = List.copyOf(images);
        predictions = List.copyOf(predictions);
        unlearned = Set.copyOf(unlearned);
    }

    /**
     * Fits as many models as there are folds.
     *
     * @param groups images of one are in one fold
     * @param folds at least two
     * @param manager parent of what is computed, on its device
     * @param onFold told the number of each, from 1, before its model is fitted
     */
    public static OutOfFold of(
            LabelledImages data,
            ImageGroups groups,
            Recipe recipe,
            int folds,
            NDManager manager,
            FitListener listener,
            IntConsumer onFold)
            throws IOException {
        List<Image> images = new ArrayList<>();
        List<Prediction> predictions = new ArrayList<>();
        List<List<Image>> dealt = deal(data.images(), groups, folds);
        int number = 0;
        for (List<Image> fold : dealt) {
            onFold.accept(++number);
            List<Image> others = dealt.stream()
                    .filter(other -> other != fold)
                    .flatMap(Collection::stream)
                    .toList();
            images.addAll(fold);
            predictions.addAll(classify(fold, others, data, recipe, manager, listener));
        }
        return new OutOfFold(images, predictions, unlearned(dealt));
    }

    private static List<Prediction> classify(
            List<Image> fold,
            List<Image> others,
            LabelledImages data,
            Recipe recipe,
            NDManager manager,
            FitListener listener)
            throws IOException {
        Normalization normalization = recipe.normalization()
                .fit(() -> others.stream().map(Image::pixels).iterator());
        try (NDManager own = manager.newSubManager()) {
            NetworkFit.Fitted fit = new NetworkFit(recipe, normalization, data.classes(), 0, listener, Optional.empty())
                    .fit(others, List.of(), own);
            try (Classifier classifier = recipe.classifier(own, fit.network(), data.classes(), normalization)) {
                return Evaluation.of(classifier, fold, done -> {}).predictions();
            }
        }
    }

    private static Set<Integer> unlearned(List<List<Image>> dealt) {
        Map<Integer, Integer> foldsOf = new HashMap<>();
        for (List<Image> fold : dealt) {
            fold.stream().map(Image::label).distinct().forEach(label -> foldsOf.merge(label, 1, Integer::sum));
        }
        return foldsOf.entrySet().stream()
                .filter(label -> label.getValue() == 1)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** Group by group and class by class in turn, so that each fold has its share of each class. */
    static List<List<Image>> deal(List<Image> images, ImageGroups groups, int folds) {
        List<List<Image>> order = new ArrayList<>(groups.members(images));
        Collections.shuffle(order, new Random(0));
        order.sort((a, b) -> Integer.compare(a.get(0).label(), b.get(0).label()));
        List<List<Image>> dealt = new ArrayList<>();
        for (int i = 0; i < folds; i++) {
            dealt.add(new ArrayList<>());
        }
        for (int i = 0; i < order.size(); i++) {
            dealt.get(i % folds).addAll(order.get(i));
        }
        return dealt;
    }
}
