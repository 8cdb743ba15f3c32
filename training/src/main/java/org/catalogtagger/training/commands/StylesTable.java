package org.catalogtagger.training.commands;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.cli.TextFile;
import org.catalogtagger.model.image.ImageNames;

/**
 * The table of the public data set: which product is of which class.
 *
 * @param columns their names, {@code id} and {@code articleType} among them
 * @param rows with an id and a class each, no id twice
 * @param notes what was assumed in reading it, a line each
 */
record StylesTable(List<String> columns, List<Row> rows, List<String> notes) {
    private static final String ID = "id";
    private static final String CLASS = "articleType";
    private static final int FAULTS_SHOWN = 5;

    /** Of most file systems, in bytes. */
    private static final int LONGEST_NAME = 255;

    /** Also those that would be taken for hidden, and left out later. */
    private static final Pattern NO_FILE_NAME = Pattern.compile("\\..*|.*[/\\\\\\p{Cntrl}\\uFFFD].*", Pattern.DOTALL);

    /**
     * Product and class, without the blanks around them.
     *
     * @param cells all of the row, one for each column
     */
    record Row(long line, String id, String label, List<String> cells) {
        Row {
            cells = List.copyOf(cells);
        }
    }

    /**
     * Reads it.
     *
     * @throws CommandException naming the lines that are wrong, and what to do
     */
    static StylesTable read(Path file) throws IOException {
        TextFile text = TextFile.read(file);
        List<String> notes = new ArrayList<>();
        text.note(file).ifPresent(notes::add);
        try (CSVParser parser = CSVParser.parse(text.text(), CSVFormat.DEFAULT)) {
            return new Reading(file, notes).of(parser);
        }
    }

    /** One reading of a file, and what has been found in it so far. */
    private static final class Reading {
        private final Path file;
        private final List<String> notes;
        private final List<Row> rows = new ArrayList<>();
        private final List<String> faults = new ArrayList<>();
        private final Map<String, Long> lineOfId = new HashMap<>();
        private List<String> columns = List.of();
        private long wideRows;
        private long firstWideRow;

        Reading(Path file, List<String> notes) {
            this.file = file;
            this.notes = notes;
        }

        StylesTable of(CSVParser parser) {
            long before = 0;
            try {
                for (CSVRecord cells : parser) {
                    long line = Math.max(before + 1, parser.getCurrentLineNumber());
                    if (cells.stream().anyMatch(cell -> cell.indexOf('\n') >= 0 || cell.indexOf('\r') >= 0)) {
                        // A product's name has no line break: what the quote swallowed are other products.
                        throw openQuote(before + 1);
                    }
                    if (columns.isEmpty()) {
                        columns = header(cells);
                    } else if (cells.stream().anyMatch(cell -> !stripped(cell).isEmpty())) {
                        row(line, cells);
                    }
                    before = line;
                }
            } catch (UncheckedIOException e) {
                throw openQuote(before + 1);
            }
            if (columns.isEmpty()) {
                throw new CommandException(file + ": empty; it must be a table whose first line names its columns");
            }
            throwFaults();
            noteWideRows();
            return new StylesTable(columns, List.copyOf(rows), List.copyOf(notes));
        }

        private List<String> header(CSVRecord cells) {
            List<String> names = cells.stream().map(Reading::stripped).toList();
            for (String column : List.of(ID, CLASS)) {
                if (!names.contains(column)) {
                    String way = names.size() == 1 && names.get(0).matches(".*[;\t|].*")
                            ? "; its cells must be separated by commas"
                            : "";
                    throw new CommandException("%s, line 1: has no column %s, only %s%s"
                            .formatted(file, column, String.join(", ", names), way));
                }
            }
            return names;
        }

        private void row(long line, CSVRecord cells) {
            int last = columns.size() - 1;
            boolean lastMayHoldCommas = columns.indexOf(ID) < last && columns.indexOf(CLASS) < last;
            if (cells.size() < columns.size() || (cells.size() > columns.size() && !lastMayHoldCommas)) {
                fault(
                        line,
                        "%d cells for %d columns; quote a cell that holds a comma, or complete the row"
                                .formatted(cells.size(), columns.size()));
                return;
            }
            // A few product names of the data set hold unquoted commas; they come last, so the columns before them
            // stand.
            if (cells.size() > columns.size() && wideRows++ == 0) {
                firstWideRow = line;
            }
            String id = stripped(cells.get(columns.indexOf(ID)));
            String label = ImageNames.composed(stripped(cells.get(columns.indexOf(CLASS))));
            faultOfName(ID, id).or(() -> faultOfName(CLASS, label)).ifPresent(fault -> fault(line, fault));
            Long earlier = lineOfId.putIfAbsent(id, line);
            if (earlier != null) {
                fault(line, "id %s is on line %d already; keep one of the two".formatted(id, earlier));
            }
            rows.add(new Row(line, id, label, whole(cells)));
        }

        /** One cell for each column: what an unquoted comma has divided in the last is one again. */
        private List<String> whole(CSVRecord cells) {
            int last = columns.size() - 1;
            List<String> all = cells.stream().map(Reading::stripped).toList();
            List<String> whole = new ArrayList<>(all.subList(0, last));
            whole.add(String.join(", ", all.subList(last, all.size())));
            return whole;
        }

        private static Optional<String> faultOfName(String column, String name) {
            if (name.isEmpty()) {
                return Optional.of(column + " is empty; fill it in, or take the row out");
            }
            boolean usable = !NO_FILE_NAME.matcher(name).matches()
                    && name.getBytes(StandardCharsets.UTF_8).length < LONGEST_NAME
                    && ImageNames.canNameAFolder(name);
            return usable
                    ? Optional.empty()
                    : Optional.of("%s '%s' cannot name a file or folder; change it"
                            .formatted(column, name.replaceAll("\\p{Cntrl}", "?")));
        }

        /** Without blanks at its ends, no-break spaces among them. */
        private static String stripped(String cell) {
            return cell.replace('\u00A0', ' ').strip();
        }

        private void fault(long line, String fault) {
            faults.add("line %d: %s".formatted(line, fault));
        }

        private CommandException openQuote(long line) {
            return new CommandException(
                    "%s, line %d: a quote is not closed rightly on its line; close it, or write it twice (\"\")"
                            .formatted(file, line));
        }

        private void throwFaults() {
            if (!faults.isEmpty()) {
                int shown = Math.min(FAULTS_SHOWN, faults.size());
                String more = faults.size() > shown
                        ? String.format(Locale.ROOT, "; and %,d more", faults.size() - shown)
                        : "";
                throw new CommandException(file + ", " + String.join("; ", faults.subList(0, shown)) + more);
            }
        }

        private void noteWideRows() {
            if (wideRows > 0) {
                notes.add(String.format(
                        Locale.ROOT,
                        "%s: %,d row(s) with more cells than columns, line %d first: commas of %s",
                        file,
                        wideRows,
                        firstWideRow,
                        columns.get(columns.size() - 1)));
            }
        }
    }
}
