package org.catalogtagger.training.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.catalogtagger.model.image.ImageFolderException;
import org.junit.jupiter.api.Test;

class StratifiedSplitTest {
    private record Item(int id, int label, int group) {}

    @Property(tries = 300)
    void eachClassIsHeldOutInProportionAndNothingIsLost(
            @ForAll @Size(min = 1, max = 12) List<@IntRange(min = 2, max = 200) Integer> classSizes,
            @ForAll @DoubleRange(min = 0.05, max = 0.95) double fraction,
            @ForAll long seed) {
        List<Item> items = items(classSizes);
        StratifiedSplit<Item> split =
                StratifiedSplit.of(items, Item::label, Item::group, names(classSizes.size()), fraction, seed);

        List<Item> both = new ArrayList<>(split.train());
        both.addAll(split.test());
        assertThat(both).containsExactlyInAnyOrderElementsOf(items);
        for (int label = 0; label < classSizes.size(); label++) {
            int size = classSizes.get(label);
            long held = count(split.test(), label);
            assertThat(held).isBetween(1L, size - 1L);
            assertThat((double) held).isCloseTo(size * fraction, within(1.0));
        }
    }

    @Property(tries = 20)
    void theSameSeedGivesTheSameSplitAndAnotherAnother(@ForAll @IntRange(max = 1000) int seed) {
        List<Item> items = items(List.of(60, 40));
        StratifiedSplit<Item> split = StratifiedSplit.of(items, Item::label, Item::group, names(2), 0.2, seed);
        assertThat(StratifiedSplit.of(items, Item::label, Item::group, names(2), 0.2, seed))
                .isEqualTo(split);
        assertThat(StratifiedSplit.of(items, Item::label, Item::group, names(2), 0.2, seed + 1L)
                        .test())
                .isNotEqualTo(split.test());
    }

    /** A group is of one class, as most are, or of two that follow each other. */
    @Property(tries = 300)
    void aGroupStaysOnOneSide(
            @ForAll @Size(min = 30, max = 200) List<@IntRange(max = 60) Integer> groups,
            @ForAll @DoubleRange(min = 0.1, max = 0.5) double fraction,
            @ForAll long seed) {
        List<Item> items = new ArrayList<>();
        for (int group : groups) {
            items.add(new Item(items.size(), group % 2 == 0 ? 0 : items.size() % 2, group));
        }
        // So that each class has something to divide.
        for (int label = 0; label < 2; label++) {
            for (int i = 0; i < 20; i++) {
                items.add(new Item(items.size(), label, 1000 + items.size()));
            }
        }
        StratifiedSplit<Item> split = StratifiedSplit.of(items, Item::label, Item::group, names(2), fraction, seed);
        List<Item> both = new ArrayList<>(split.train());
        both.addAll(split.test());
        assertThat(both).containsExactlyInAnyOrderElementsOf(items);
        assertThat(split.test()).extracting(Item::group).doesNotContainAnyElementsOf(groupsOf(split.train()));
        assertThat((double) split.test().size())
                .isLessThanOrEqualTo(items.size() * fraction + 1)
                .isGreaterThanOrEqualTo(Math.min(items.size() * fraction, 40 * fraction) - 2);
    }

    @Test
    void namesTheClassWhoseImagesAllBelongTogether() {
        List<Item> items = new ArrayList<>(items(List.of(10)));
        for (int i = 0; i < 5; i++) {
            items.add(new Item(items.size(), 1, 100));
        }
        assertThatThrownBy(() -> StratifiedSplit.of(items, Item::label, Item::group, List.of("Ties", "Belts"), 0.2, 0))
                .isInstanceOf(ImageFolderException.class)
                .hasMessageContaining("the class Belts cannot be split: its 5 images belong together")
                .hasMessageContaining("group by none");
    }

    @Test
    void namesTheClassThatCannotBeSplit() {
        List<Item> items = items(List.of(2, 1));
        assertThatThrownBy(() -> StratifiedSplit.of(items, Item::label, Item::group, List.of("Ties", "Belts"), 0.2, 0))
                .isInstanceOf(ImageFolderException.class)
                .hasMessageContaining("the class Belts has one image");
    }

    private static List<Integer> groupsOf(List<Item> items) {
        return items.stream().map(Item::group).toList();
    }

    private static List<String> names(int classes) {
        return IntStream.range(0, classes).mapToObj(i -> "class " + i).toList();
    }

    private static List<Item> items(List<Integer> classSizes) {
        List<Item> items = new ArrayList<>();
        for (int label = 0; label < classSizes.size(); label++) {
            int own = label;
            IntStream.range(0, classSizes.get(label))
                    .forEach(i -> items.add(new Item(items.size(), own, items.size())));
        }
        return items;
    }

    private static long count(List<Item> items, int label) {
        return items.stream().filter(item -> item.label() == label).count();
    }
}
