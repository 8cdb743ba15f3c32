package org.catalogtagger.training.dataset;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.catalogtagger.training.dataset.LabelledImages.Image;

/**
 * Which images belong together, so that they must not be on both sides of a split: a model that was fitted on one has
 * seen the other.
 */
public final class ImageGroups {
    /** By an image's index in its pack, the one that leads its group; a leader leads itself. */
    private final int[] leader;

    /** Each image alone. */
    ImageGroups(List<Image> images) {
        leader = new int[images.stream().mapToInt(Image::index).max().orElse(-1) + 1];
        for (int i = 0; i < leader.length; i++) {
            leader[i] = i;
        }
    }

    /** The groups that pairs make. */
    public static ImageGroups of(List<Image> images, List<NearDuplicates.Pair> pairs) {
        ImageGroups groups = new ImageGroups(images);
        pairs.forEach(pair -> groups.join(pair.one(), pair.other()));
        return groups;
    }

    /** The images, group by group. */
    public Collection<List<Image>> members(List<Image> images) {
        Map<Integer, List<Image>> members = new LinkedHashMap<>();
        images.forEach(image ->
                members.computeIfAbsent(of(image), g -> new ArrayList<>()).add(image));
        return members.values();
    }

    /** Puts images of the same value into one group. */
    void joinBy(List<Image> images, Function<Image, String> value) {
        Map<String, Image> first = new HashMap<>();
        for (Image image : images) {
            join(image, first.computeIfAbsent(value.apply(image), v -> image));
        }
    }

    /** Makes one group of two images' groups. */
    void join(Image one, Image other) {
        int a = of(one);
        int b = of(other);
        leader[Math.max(a, b)] = Math.min(a, b);
    }

    /** What tells an image's group from others. */
    public int of(Image image) {
        int i = image.index();
        while (leader[i] != i) {
            leader[i] = leader[leader[i]];
            i = leader[i];
        }
        return i;
    }
}
