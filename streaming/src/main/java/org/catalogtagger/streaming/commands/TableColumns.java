package org.catalogtagger.streaming.commands;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.model.image.ImageFolder.Entry;
import org.catalogtagger.training.commands.ListedImages;
import org.catalogtagger.training.commands.ListedImages.Listed;
import org.catalogtagger.training.dataset.Manifest;
import picocli.CommandLine.Option;

/** The options of commands that send images which name columns of a table of them. */
final class TableColumns {
    @Option(
            names = "--order-by",
            paramLabel = "COLUMN",
            description =
                    "With --manifest: the least of a column first, in the order of time say; at random within one value.")
    private Optional<String> orderBy = Optional.empty();

    @Option(
            names = "--segment-by",
            paramLabel = "COLUMN",
            description = "With --manifest: what a column says goes into the header segment, instead of --segment.")
    private Optional<String> segmentBy = Optional.empty();

    /**
     * Before anything is read.
     *
     * @throws CommandException if a column is named and there is no table
     */
    void requireTable(ListedImages listed) {
        if (!listed.byTable() && (orderBy.isPresent() || segmentBy.isPresent())) {
            throw new CommandException("--order-by and --segment-by need a --manifest, whose columns they name");
        }
    }

    /**
     * The images in the order in which they are to be sent.
     *
     * @param shuffled at random
     * @throws CommandException if there is no such column, or it is empty for one
     */
    List<Entry> ordered(Listed listed, List<Entry> shuffled) {
        return orderBy.isPresent() ? ordered(listed, shuffled, orderBy.get()) : shuffled;
    }

    /**
     * The images of each value of the column that gives the order, the least first; all together without one.
     *
     * @throws CommandException if there is no such column, or it is empty for one
     */
    List<List<Entry>> parts(Listed listed) {
        List<Entry> all = listed.folder().images();
        if (orderBy.isEmpty()) {
            return List.of(all);
        }
        Map<String, List<Entry>> byValue = new LinkedHashMap<>();
        ordered(listed, all, orderBy.get()).forEach(image -> byValue.computeIfAbsent(
                        table(listed).requireValue(image, orderBy.get(), "order"), value -> new ArrayList<>())
                .add(image));
        return List.copyOf(byValue.values());
    }

    /**
     * What each image belongs to.
     *
     * @param otherwise without a column
     * @throws CommandException if there is no such column
     */
    Function<Entry, Optional<String>> segmentOf(Listed listed, Optional<String> otherwise) {
        if (segmentBy.isEmpty()) {
            return image -> otherwise;
        }
        Manifest table = table(listed);
        // Before the first is sent: whether there is such a column.
        listed.folder().images().stream().findFirst().ifPresent(first -> table.value(first, segmentBy.get()));
        return image -> table.value(image, segmentBy.get());
    }

    private static List<Entry> ordered(Listed listed, List<Entry> images, String column) {
        return table(listed).ordered(images, column, order -> order.text()
                .ifPresent(text -> System.out.printf(
                        "ordered by %s as texts, for it does not always say a number or a date like 2026-01-31: it says %s%n",
                        column, text)));
    }

    private static Manifest table(Listed listed) {
        return listed.table().orElseThrow();
    }
}
