package org.catalogtagger.training.dataset;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.training.dataset.LabelledImages.Image;
import org.catalogtagger.training.dataset.SplitSettings.Divided;

/**
 * Divides images by a column of their manifest. Where all its values are {@code train} or {@code test}, they say it. Else
 * it is a time, a number or an ISO date, and the images of the latest values are held out, as near to the wanted share as
 * whole values come: so a model is tested on what came after all that it has seen.
 */
final class ColumnSplit {
    private static final Set<String> PARTS = Set.of("train", "test");

    /** Values that a message names. */
    private static final int FEW = 5;

    private final LabelledImages data;
    private final String column;
    private final double testFraction;
    private final Map<Image, String> values = new HashMap<>();

    private ColumnSplit(LabelledImages data, String column, double testFraction) {
        this.data = data;
        this.column = column;
        this.testFraction = testFraction;
        Manifest manifest = SplitSettings.manifestOf(data, "split by", column);
        data.images().forEach(image -> values.put(image, manifest.requireValue(image.entry(), column, "split")));
    }

    /** See {@link SplitSettings#divide}. */
    static Divided divide(
            LabelledImages data, String column, double testFraction, ImageGroups groups, List<String> notes) {
        ColumnSplit by = new ColumnSplit(data, column, testFraction);
        Set<Image> held = by.isSaid() ? by.saidToBeHeld(groups, notes) : by.latest(groups, notes);
        return by.withClassesThatCanBeLearned(held, groups, notes);
    }

    /** Whether the column says of each image where it belongs. */
    private boolean isSaid() {
        Set<String> different = values.values().stream()
                .map(value -> value.toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
        if (different.stream().anyMatch(PARTS::contains) && !different.equals(PARTS)) {
            throw new CommandException("to split by %s it must say train and test, and nothing else: it says %s"
                    .formatted(column, different.stream().sorted().limit(FEW).collect(Collectors.joining(", "))));
        }
        return different.equals(PARTS);
    }

    /** Who says so may compare with others' figures on the same images: they stay where they are, and it is told. */
    private Set<Image> saidToBeHeld(ImageGroups groups, List<String> notes) {
        Set<Image> held = data.images().stream()
                .filter(image -> valueOf(image).equalsIgnoreCase("test"))
                .collect(Collectors.toSet());
        Set<Integer> fitted = fitted(held, groups);
        long twins =
                held.stream().filter(image -> fitted.contains(groups.of(image))).count();
        if (twins > 0) {
            notes.add("%,d of the %,d test images belong together with training images, and stay, for %s says so"
                    .formatted(twins, held.size(), column));
        }
        return held;
    }

    /** The groups that have images in training. */
    private Set<Integer> fitted(Set<Image> held, ImageGroups groups) {
        return data.images().stream()
                .filter(image -> !held.contains(image))
                .map(groups::of)
                .collect(Collectors.toSet());
    }

    /** A group that a time would divide goes to training as a whole: its later images have been seen, as it were. */
    private Set<Image> latest(ImageGroups groups, List<String> notes) {
        ColumnOrder columnOrder = ColumnOrder.of(values.values());
        columnOrder.text().ifPresent(value -> {
            throw new CommandException(
                    "to split by %s it must say train and test, or numbers, or dates like 2026-01-31: it says %s"
                            .formatted(column, value));
        });
        Comparator<String> order = columnOrder.comparator();
        TreeMap<String, Long> counts = new TreeMap<>(order.reversed());
        values.values().forEach(value -> counts.merge(value, 1L, Long::sum));
        if (counts.size() < 2) {
            throw new CommandException(
                    "to split by %s: all images have the same, %s".formatted(column, counts.firstKey()));
        }
        double wanted = testFraction * data.images().size();
        String first = counts.firstKey();
        long held = Objects.requireNonNull(counts.get(first));
        for (String earlier :
                counts.tailMap(first, false).headMap(counts.lastKey(), false).keySet()) {
            long more = held + Objects.requireNonNull(counts.get(earlier));
            if (Math.abs(more - wanted) > Math.abs(held - wanted)) {
                break;
            }
            first = earlier;
            held = more;
        }
        String from = first;
        notes.add("held out: the images with a %s from %s on".formatted(column, from));
        Set<Image> later = data.images().stream()
                .filter(image -> order.compare(valueOf(image), from) >= 0)
                .collect(Collectors.toSet());
        Set<Integer> fitted = fitted(later, groups);
        int before = later.size();
        later.removeIf(image -> fitted.contains(groups.of(image)));
        if (later.size() < before) {
            notes.add("%,d later image(s) belong together with earlier ones and went to training"
                    .formatted(before - later.size()));
        }
        return later;
    }

    private String valueOf(Image image) {
        return Objects.requireNonNull(values.get(image));
    }

    /** A class without images before the cut cannot be learned, and one without any after it is not tested. */
    private Divided withClassesThatCanBeLearned(Set<Image> held, ImageGroups groups, List<String> notes) {
        Set<Integer> fitted = new HashSet<>();
        data.images().stream().filter(image -> !held.contains(image)).forEach(image -> fitted.add(image.label()));
        List<Integer> kept = IntStream.range(0, data.classes().size())
                .filter(fitted::contains)
                .boxed()
                .toList();
        List<String> lost = IntStream.range(0, data.classes().size())
                .filter(label -> !fitted.contains(label))
                .mapToObj(data.classes()::get)
                .toList();
        List<Image> train = new ArrayList<>();
        List<Image> test = new ArrayList<>();
        for (Image image : data.images()) {
            int label = kept.indexOf(image.label());
            if (label >= 0) {
                (held.contains(image) ? test : train).add(image.withLabel(label));
            }
        }
        if (train.isEmpty() || test.isEmpty()) {
            throw new CommandException("to split by %s leaves %,d images to train and %,d to test: %s"
                    .formatted(column, train.size(), test.size(), String.join("; ", notes)));
        }
        if (!lost.isEmpty()) {
            notes.add("left out, for want of training images: %s (%,d images)"
                    .formatted(String.join(", ", lost), data.images().size() - train.size() - test.size()));
        }
        List<Image> all = new ArrayList<>(train);
        all.addAll(test);
        LabelledImages usable = data.with(kept.stream().map(data.classes()::get).toList(), all);
        return new Divided(usable, new StratifiedSplit<>(train, test), groups, notes);
    }
}
