package org.catalogtagger.training.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.catalogtagger.training.dataset.ImageGroups;
import org.catalogtagger.training.dataset.LabelledImages.Image;
import org.catalogtagger.training.dataset.NearDuplicates;

/**
 * How right a model is on test images that repeat images that it was fitted on, which flatter it.
 *
 * @param twins test images that have such a twin
 * @param right those of them that it is right on
 * @param others the other test images
 * @param rightOfOthers those of them that it is right on
 */
public record Twins(long twins, long right, long others, long rightOfOthers) {
    /**
     * Compares test images with those that were fitted.
     *
     * @return nothing if none has a twin
     */
    public static Optional<Twins> of(Evaluation test, List<Image> fitted) {
        List<Image> all = new ArrayList<>(fitted);
        all.addAll(test.images());
        ImageGroups groups = ImageGroups.of(all, NearDuplicates.among(all));
        Set<Integer> seen = fitted.stream().map(groups::of).collect(Collectors.toSet());
        long[] counts = new long[2];
        long[] right = new long[2];
        for (int i = 0; i < test.images().size(); i++) {
            Image image = test.images().get(i);
            int part = seen.contains(groups.of(image)) ? 0 : 1;
            counts[part]++;
            right[part] += test.predictions().get(i).best() == image.label() ? 1 : 0;
        }
        return counts[0] == 0 ? Optional.empty() : Optional.of(new Twins(counts[0], right[0], counts[1], right[1]));
    }

    /** A line for people. */
    @Override
    public String toString() {
        String line = String.format(
                Locale.ROOT,
                "%,d test image(s) have a twin in training, and %.1f %% of them are right",
                twins,
                100.0 * right / twins);
        return others == 0
                ? line
                : line
                        + String.format(
                                Locale.ROOT, "; of the %,d others %.2f %%", others, 100.0 * rightOfOthers / others);
    }
}
