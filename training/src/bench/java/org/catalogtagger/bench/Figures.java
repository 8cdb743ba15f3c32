package org.catalogtagger.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.catalogtagger.model.bundle.Json;

/** A benchmark's figures: printed as they come, and written as one JSON object. */
public final class Figures {
    private final ObjectNode figures = Json.MAPPER.createObjectNode();

    /**
     * Prints a figure and keeps it under its name.
     *
     * @throws IllegalStateException if it is no finite number: then nothing was measured
     */
    public void add(String name, double value, String meaning) {
        if (!Double.isFinite(value)) {
            throw new IllegalStateException("%s was not measured: %s".formatted(name, value));
        }
        figures.put(name, value);
        System.out.printf(Locale.ROOT, "%-28s %12s  %s%n", name, number(value), meaning);
    }

    /** Writes the figures, where a file is given as the first argument of the benchmark. */
    public void write(String... arguments) throws IOException {
        if (arguments.length == 0) {
            return;
        }
        Path file = Path.of(arguments[0]).toAbsolutePath();
        Path folder = file.getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Json.write(file, figures);
        System.out.println("written to " + file);
    }

    private static String number(double value) {
        return value >= 100 ? String.format(Locale.ROOT, "%,.0f", value) : String.format(Locale.ROOT, "%.3f", value);
    }
}
