package org.catalogtagger.training.dataset;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.model.bundle.ModelDescription;
import org.catalogtagger.model.bundle.ModelDescription.Provenance;
import org.catalogtagger.model.bundle.Names;
import org.catalogtagger.training.dataset.LabelledImages.Image;
import org.catalogtagger.training.dataset.NearDuplicates.Pair;

/**
 * How images are divided into a training and a test part: the same settings divide the same images alike.
 *
 * @param testFraction the share that is held out, 0 to 1: of each class, or of all where a column divides
 * @param seed of the draw
 * @param groupBy what stays on one side: {@value #DUPLICATES}, {@value #NONE}, or besides duplicates the images of one value
 *     of a manifest's column
 * @param splitBy a manifest's column that says which images are held out, see {@link ColumnSplit}; else it is drawn
 */
public record SplitSettings(double testFraction, long seed, String groupBy, Optional<String> splitBy) {
    /** Images that are nearly the same stay together. */
    public static final String DUPLICATES = "duplicates";

    /** Each image is drawn by itself. */
    public static final String NONE = "none";

    /** Drawn at random, duplicates together. */
    public SplitSettings(double testFraction, long seed) {
        this(testFraction, seed, DUPLICATES, Optional.empty());
    }

    /** Those of a model. */
    public static SplitSettings of(Provenance provenance) {
        return new SplitSettings(
                provenance.testFraction(), provenance.seed(), provenance.groupBy(), provenance.splitBy());
    }

    /**
     * The images that were held out when a model was trained on these.
     *
     * @throws CommandException if this release would divide them otherwise, and take some for held out that were fitted
     */
    public static List<Image> heldOut(LabelledImages data, ModelDescription model) {
        List<Image> heldOut = of(model.provenance()).divide(data).heldOut().images();
        if (heldOut.size() != model.provenance().testImages()) {
            throw new CommandException(
                    "%,d images were held out when %s was trained, and this release would hold out %,d others; train it again"
                            .formatted(model.provenance().testImages(), model.modelVersion(), heldOut.size()));
        }
        return heldOut;
    }

    /**
     * Images in two parts.
     *
     * @param data the images of both, and their classes
     * @param groups which of them belong together
     * @param notes what is to be said of it, line by line
     */
    public record Divided(LabelledImages data, StratifiedSplit<Image> split, ImageGroups groups, List<String> notes) {
        public Divided {
            notes = List.copyOf(notes);
        }

        /** The test part alone. */
        public LabelledImages heldOut() {
            return data.with(data.classes(), split.test());
        }
    }

    /**
     * Divides images.
     *
     * @throws CommandException if there is no such column, or it says nothing of an image, or a class has no name that a
     *     model can give
     * @throws org.catalogtagger.model.image.ImageFolderException if a class cannot be divided
     */
    public Divided divide(LabelledImages data) {
        for (String label : data.classes()) {
            try {
                Names.require("a class", label);
            } catch (IllegalArgumentException e) {
                throw new CommandException(e.getMessage() + "; rename its folder", e);
            }
        }
        List<String> notes = new ArrayList<>();
        ImageGroups groups = groups(data, notes);
        if (splitBy.isPresent()) {
            return ColumnSplit.divide(data, splitBy.get(), testFraction, groups, notes);
        }
        StratifiedSplit<Image> split = stratified(data.images(), groups, data.classes(), testFraction);
        return new Divided(data, split, groups, notes);
    }

    /** A part of the images that is taken out of them in the same way: some for validation, say. */
    public StratifiedSplit<Image> stratified(
            List<Image> images, ImageGroups groups, List<String> classes, double fraction) {
        return StratifiedSplit.of(images, Image::label, groups::of, classes, fraction, seed);
    }

    private ImageGroups groups(LabelledImages data, List<String> notes) {
        ImageGroups groups = new ImageGroups(data.images());
        if (groupBy.equals(NONE)) {
            return groups;
        }
        if (!groupBy.equals(DUPLICATES)) {
            Manifest manifest = manifestOf(data, "group by", groupBy);
            // Without a value, an image is a group of its own.
            groups.joinBy(data.images(), image -> manifest.value(image.entry(), groupBy)
                    .orElse("\0" + image.index()));
        }
        List<Pair> pairs = NearDuplicates.among(data.images());
        pairs.forEach(pair -> groups.join(pair.one(), pair.other()));
        if (!pairs.isEmpty()) {
            notes.add(saying(data, pairs));
        }
        return groups;
    }

    private String saying(LabelledImages data, List<Pair> pairs) {
        ImageGroups duplicates = ImageGroups.of(data.images(), pairs);
        Set<Integer> together = new TreeSet<>();
        pairs.forEach(pair -> together.add(duplicates.of(pair.one())));
        long exact = pairs.stream().filter(Pair::exact).count();
        String said = "%,d image(s) repeat others, %,d exactly and %,d nearly, in %,d group(s)"
                .formatted(pairs.size(), exact, pairs.size() - exact, together.size());
        return splitBy.isPresent() ? said : said + " that stay on one side; else %s".formatted(twins(data, duplicates));
    }

    /** What a split would give away that draws each image by itself. */
    private String twins(LabelledImages data, ImageGroups duplicates) {
        StratifiedSplit<Image> alone =
                StratifiedSplit.of(data.images(), Image::label, Image::index, data.classes(), testFraction, seed);
        Set<Integer> fitted = alone.train().stream().map(duplicates::of).collect(Collectors.toSet());
        long twins = alone.test().stream()
                .filter(image -> fitted.contains(duplicates.of(image)))
                .count();
        return "%,d of %,d test images would have a twin in training"
                .formatted(twins, alone.test().size());
    }

    static Manifest manifestOf(LabelledImages data, String what, String column) {
        return data.manifest()
                .orElseThrow(() ->
                        new CommandException("to %s %s needs a --manifest with such a column".formatted(what, column)));
    }
}
