package org.catalogtagger.streaming.files;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** How tags are written to a file. */
public enum TagFormat {
    /** One JSON object a line, as in the tags topic, and {@code truth} where it is known. */
    JSONL(".jsonl") {
        @Override
        Rows to(Writer file) {
            return (tag, line) -> {
                file.write(line);
                file.write('\n');
            };
        }
    },
    /** RFC 4180 with a header; the best label only. */
    CSV(".csv") {
        @Override
        Rows to(Writer file) throws IOException {
            CSVPrinter printer = new CSVPrinter(
                    file,
                    CSVFormat.RFC4180
                            .builder()
                            .setHeader(COLUMNS.toArray(String[]::new))
                            .get());
            return (tag, line) -> {
                Stream<String> values =
                        COLUMNS.stream().map(column -> tag.path(column).asText());
                printer.printRecord(values);
            };
        }
    };

    private static final List<String> COLUMNS =
            List.of("productId", "label", "confidence", "modelVersion", "eventTime", "taggedAt", "truth");

    private final String ending;

    TagFormat(String ending) {
        this.ending = ending;
    }

    /** The ending of the file's name. */
    String ending() {
        return ending;
    }

    /** Begins a file, whose owner closes it. */
    abstract Rows to(Writer file) throws IOException;

    /** Adds tags to a file. */
    interface Rows {
        /**
         * One tag.
         *
         * @param line the same as text
         */
        void add(JsonNode tag, String line) throws IOException;
    }
}
