package org.catalogtagger.training.dataset;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.cli.TextFile;
import org.catalogtagger.model.bundle.Names;
import org.catalogtagger.model.bundle.Sha256;
import org.catalogtagger.model.image.ImageFolder;
import org.catalogtagger.model.image.ImageFolder.Entry;
import org.catalogtagger.model.image.ImageNames;

/**
 * A table of images, as CSV with the columns' names in its first line. A row is of the image whose place in the folder is
 * its {@value #PATH}, or whose name without the ending is its {@value #ID}; its class is its {@value #LABEL}, or, without
 * such a column, the class folder's name. What the other columns say can be grouped and split by.
 */
public final class Manifest {
    static final String PATH = "path";
    static final String ID = "id";
    static final String LABEL = "label";

    private final Path file;
    private final Path root;
    private final List<String> columns;
    private final String key;
    private final Map<String, List<String>> rows;
    private final String digest;
    private final Optional<String> note;

    private Manifest(
            Path file,
            Path root,
            List<String> columns,
            String key,
            Map<String, List<String>> rows,
            String digest,
            Optional<String> note) {
        this.file = file;
        this.root = root;
        this.columns = columns;
        this.key = key;
        this.rows = rows;
        this.digest = digest;
        this.note = note;
    }

    /**
     * Reads a table.
     *
     * @param root the folder of its images
     * @throws CommandException naming the line that is wrong
     */
    public static Manifest read(Path file, Path root) throws IOException {
        if (Files.isDirectory(file)) {
            throw new CommandException(file + ": a folder, not a table");
        }
        TextFile decoded = TextFile.read(file);
        String text = decoded.text();
        String digest =
                new Sha256().update(text.getBytes(StandardCharsets.UTF_8)).hex();
        Map<String, List<String>> rows = new HashMap<>();
        List<String> columns = List.of();
        String key = ID;
        try (CSVParser parser = CSVParser.parse(text, CSVFormat.DEFAULT)) {
            for (CSVRecord cells : parser) {
                List<String> values = cells.stream()
                        .map(cell -> ImageNames.composed(cell.strip()))
                        .toList();
                if (columns.isEmpty()) {
                    columns = values;
                    key = keyOf(file, columns);
                } else {
                    add(file, parser.getCurrentLineNumber(), columns, columns.indexOf(key), values, rows);
                }
            }
        } catch (UncheckedIOException e) {
            throw new CommandException(
                    file + ": " + String.valueOf(e.getMessage()).replaceFirst("^.*Exception: ", ""), e);
        }
        if (rows.isEmpty()) {
            throw new CommandException(
                    file + ": no rows; its first line names the columns, the others are one an image");
        }
        return new Manifest(file, root, columns, key, rows, digest, decoded.note(file));
    }

    private static String keyOf(Path file, List<String> columns) {
        if (new HashSet<>(columns).size() < columns.size()) {
            throw new CommandException("%s, line 1: a column is there twice: %s".formatted(file, columns));
        }
        return List.of(PATH, ID).stream()
                .filter(columns::contains)
                .findFirst()
                .orElseThrow(() -> new CommandException("%s, line 1: has no column %s or %s, only %s"
                        .formatted(file, PATH, ID, String.join(", ", columns))));
    }

    private static void add(
            Path file, long line, List<String> columns, int key, List<String> values, Map<String, List<String>> rows) {
        if (values.stream().allMatch(String::isEmpty)) {
            return;
        }
        if (values.size() != columns.size()) {
            throw new CommandException("%s, line %d: %d cells for %d columns; quote a cell that holds a comma"
                    .formatted(file, line, values.size(), columns.size()));
        }
        String name = values.get(key);
        int label = columns.indexOf(LABEL);
        if (name.isEmpty() || (label >= 0 && values.get(label).isEmpty())) {
            throw new CommandException(
                    "%s, line %d: its %s is empty".formatted(file, line, name.isEmpty() ? columns.get(key) : LABEL));
        }
        if (label >= 0) {
            try {
                Names.require("its " + LABEL, values.get(label));
            } catch (IllegalArgumentException e) {
                throw new CommandException("%s, line %d: %s".formatted(file, line, e.getMessage()), e);
            }
        }
        if (rows.putIfAbsent(name, values) != null) {
            throw new CommandException(
                    "%s, line %d: a second row of the %s %s".formatted(file, line, columns.get(key), name));
        }
    }

    /** The images of the folder that have a row. */
    public ImageFolder images() throws IOException {
        ImageFolder images = ImageFolder.scan(
                root, inRoot -> row(inRoot).isPresent(), inRoot -> row(inRoot).flatMap(row -> labelOf(row, inRoot)));
        OneImagePerRow rows = oneImagePerRow();
        images.images().forEach(image -> rows.add(root.relativize(image.file())));
        return images;
    }

    /** Refuses the second image of a row, which is likely none of it: {@code 1.jpg} may be in each of many folders. */
    public OneImagePerRow oneImagePerRow() {
        return new OneImagePerRow();
    }

    /** The images that are met of each row. */
    public final class OneImagePerRow {
        private final Map<String, Path> images = new HashMap<>();

        private OneImagePerRow() {}

        /** How many rows have one. */
        public long size() {
            return images.size();
        }

        /**
         * Takes an image.
         *
         * @param inRoot the image's path in the folder
         * @return whether it has a row
         * @throws CommandException if another of its row was there
         */
        public boolean add(Path inRoot) {
            String name = nameOf(inRoot);
            if (!rows.containsKey(name)) {
                return false;
            }
            Path other = images.putIfAbsent(name, inRoot);
            if (other != null) {
                throw new CommandException("%s: its row %s %s may be of %s and of %s; a column %s would say of which"
                        .formatted(file, key, name, other, inRoot, PATH));
            }
            return true;
        }
    }

    private Optional<String> labelOf(List<String> row, Path inRoot) {
        int label = columns.indexOf(LABEL);
        if (label >= 0) {
            return Optional.of(row.get(label));
        }
        return inRoot.getNameCount() > 1
                ? Optional.of(ImageNames.composed(inRoot.getName(0).toString()))
                : Optional.empty();
    }

    private Optional<List<String>> row(Path inRoot) {
        return Optional.ofNullable(rows.get(nameOf(inRoot)));
    }

    private String nameOf(Path inRoot) {
        return key.equals(PATH)
                ? ImageNames.composed(inRoot.toString().replace('\\', '/'))
                : ImageNames.composed(ImageNames.productId(String.valueOf(inRoot.getFileName())));
    }

    /** What is to be said of how it was read, if anything is. */
    public Optional<String> note() {
        return note;
    }

    /** How many rows there are. */
    public long rows() {
        return rows.size();
    }

    /**
     * The class that the column {@value #LABEL} gives an image, if there is such a column.
     *
     * @param inRoot the image's path in the folder
     */
    public Optional<String> label(Path inRoot) {
        int label = columns.indexOf(LABEL);
        return label < 0 ? Optional.empty() : row(inRoot).map(row -> row.get(label));
    }

    /**
     * What a column says of an image, if it says anything.
     *
     * @throws CommandException if there is no such column
     */
    public Optional<String> value(Entry image, String column) {
        int index = columns.indexOf(column);
        if (index < 0) {
            throw new CommandException(
                    "%s has no column %s, only %s".formatted(file, column, String.join(", ", columns)));
        }
        return row(root.relativize(image.file())).map(row -> row.get(index)).filter(value -> !value.isEmpty());
    }

    /**
     * The same with an error for an image of which the column says nothing.
     *
     * @param what is to be done by the column, for the message
     * @throws CommandException if it is empty, or there is no such column
     */
    public String requireValue(Entry image, String column, String what) {
        return value(image, column)
                .orElseThrow(() ->
                        new CommandException("to %s by %s: it is empty for %s".formatted(what, column, image.file())));
    }

    /**
     * Images by what a column says of them, the least first; those of which it says the same keep their order.
     *
     * @param said told how the column is ordered
     * @throws CommandException if it is empty for one, or there is no such column
     */
    public List<Entry> ordered(List<Entry> images, String column, Consumer<ColumnOrder> said) {
        Map<Entry, String> values = new HashMap<>();
        images.forEach(image -> values.put(image, requireValue(image, column, "order")));
        ColumnOrder columnOrder = ColumnOrder.of(values.values());
        said.accept(columnOrder);
        Comparator<String> order = columnOrder.comparator();
        return images.stream()
                .sorted((a, b) ->
                        order.compare(Objects.requireNonNull(values.get(a)), Objects.requireNonNull(values.get(b))))
                .toList();
    }

    /** Rows that are of none of the images. */
    public long rowsWithoutImage(List<Entry> images) {
        Set<List<String>> found = new HashSet<>();
        images.forEach(image -> row(root.relativize(image.file())).ifPresent(found::add));
        return (long) rows.size() - found.size();
    }

    /** SHA-256 of its text, 64 hexadecimal digits. */
    String digest() {
        return digest;
    }
}
