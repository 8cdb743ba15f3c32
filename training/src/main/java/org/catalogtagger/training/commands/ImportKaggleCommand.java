package org.catalogtagger.training.commands;

import java.io.IOException;
import java.io.PrintStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.cli.Progress;
import org.catalogtagger.model.bundle.AtomicDirectory;
import org.catalogtagger.model.image.ImageFolder;
import org.catalogtagger.model.image.ImageNames;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tagger import-kaggle}. */
@Command(
        name = "import-kaggle",
        description = {
            "Lays the public \"Fashion Product Images\" data set out as <class>/<id>.jpg, as train wants it.",
            "What the table says of each image, its year say, comes beside the class folders, as products.csv.",
            "The defaults give the classes of the notebook."
        })
public final class ImportKaggleCommand implements Callable<Integer> {
    private static final long SEED = 0;

    @Option(
            names = "--styles",
            paramLabel = "styles.csv",
            required = true,
            description = "The data set's table, with the columns id and articleType: CSV in UTF-8, or UTF-16 with a"
                    + " byte-order mark; else it is read as Windows-1252.")
    private Path styles;

    @Option(names = "--images", paramLabel = "DIR", required = true, description = "Its images, named <id>.jpg.")
    private Path images;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "Where the class folders are made.")
    private Path out;

    @Option(
            names = "--min-images",
            paramLabel = "N",
            defaultValue = "101",
            description = "Leave out classes with fewer images (default: ${DEFAULT-VALUE}).")
    private int minImages;

    @Option(
            names = "--exclude",
            paramLabel = "CLASS",
            split = ",",
            defaultValue = "Briefs,Bra,Trunk",
            description = "Leave out these classes (default: ${DEFAULT-VALUE}).")
    private Set<String> exclude = Set.of();

    @Option(
            names = "--cap",
            paramLabel = "CLASS=N",
            split = ",",
            defaultValue = "Tshirts=3534",
            description = "Keep at most N images of a class, drawn at random (default: ${DEFAULT-VALUE}).")
    private Map<String, Integer> caps = Map.of();

    @Override
    public Integer call() throws IOException {
        PrintStream console = System.out;
        caps.forEach((label, most) -> {
            if (most < 1) {
                throw new CommandException(
                        "--cap %s=%d: at least 1; --exclude leaves a class out".formatted(label, most));
            }
        });
        if (Files.exists(out)) {
            throw new CommandException(out + " is already there; name a new folder");
        }
        StylesTable table = StylesTable.read(styles);
        table.notes().forEach(console::println);
        Map<String, List<Path>> classes = classes(table, console);
        sayMissing("--cap", caps.keySet(), classes.keySet(), console);
        sayMissing("--exclude", exclude, classes.keySet(), console);
        Map<String, List<Path>> kept = choose(classes);
        if (kept.isEmpty()) {
            throw new CommandException("no class of %s has %d images in %s".formatted(styles, minImages, images));
        }
        int total = kept.values().stream().mapToInt(List::size).sum();
        AtomicDirectory.replace(out, temporary -> {
            try (Progress progress = Progress.start("copying", total, console)) {
                copy(kept, temporary, progress);
            }
            writeTable(table, kept, temporary.resolve(ImageFolder.TABLE));
            return temporary;
        });
        kept.forEach((label, files) -> console.printf("%,8d  %s%n", files.size(), label));
        console.printf("%,d images of %d classes in %s%n", total, kept.size(), out);
        return 0;
    }

    /** Class by class, the image files that are there. */
    private Map<String, List<Path>> classes(StylesTable table, PrintStream console) {
        Map<String, List<Path>> classes = new TreeMap<>();
        List<StylesTable.Row> imageless = new ArrayList<>();
        for (StylesTable.Row row : table.rows()) {
            Path file = images.resolve(row.id() + ".jpg");
            if (Files.isRegularFile(file)) {
                classes.computeIfAbsent(row.label(), c -> new ArrayList<>()).add(file);
            } else {
                imageless.add(row);
            }
        }
        if (!imageless.isEmpty()) {
            console.printf(
                    Locale.ROOT,
                    "%s: %,d of %,d rows have no image in %s and are left out, line %d (%s.jpg) first%n",
                    styles,
                    imageless.size(),
                    table.rows().size(),
                    images,
                    imageless.get(0).line(),
                    imageless.get(0).id());
        }
        return classes;
    }

    /** A word where a class is named that is not there: the defaults' may well not be in a part of the data set. */
    private static void sayMissing(String option, Set<String> named, Set<String> there, PrintStream console) {
        for (String label : named) {
            if (!there.contains(ImageNames.composed(label))) {
                console.printf("%s %s: there is no such class with images%n", option, label);
            }
        }
    }

    private Map<String, List<Path>> choose(Map<String, List<Path>> classes) {
        Map<String, List<Path>> kept = new TreeMap<>();
        Map<String, Integer> limits = new HashMap<>();
        caps.forEach((label, limit) -> limits.put(ImageNames.composed(label), limit));
        Set<String> excluded = exclude.stream().map(ImageNames::composed).collect(Collectors.toSet());
        classes.forEach((label, files) -> {
            if (files.size() >= minImages && !excluded.contains(label)) {
                List<Path> drawn = new ArrayList<>(files);
                Collections.shuffle(drawn, new Random(SEED));
                kept.put(label, drawn.subList(0, Math.min(drawn.size(), limits.getOrDefault(label, drawn.size()))));
            }
        });
        return kept;
    }

    private static void writeTable(StylesTable table, Map<String, List<Path>> kept, Path file) throws IOException {
        Set<String> ids = kept.values().stream()
                .flatMap(List::stream)
                .map(image -> ImageNames.productId(String.valueOf(image.getFileName())))
                .collect(Collectors.toSet());
        CSVFormat format = CSVFormat.DEFAULT
                .builder()
                .setHeader(table.columns().toArray(String[]::new))
                .setRecordSeparator('\n')
                .get();
        try (Writer out = Files.newBufferedWriter(file, StandardCharsets.UTF_8);
                CSVPrinter csv = new CSVPrinter(out, format)) {
            for (StylesTable.Row row : table.rows()) {
                if (ids.contains(row.id())) {
                    csv.printRecord(row.cells());
                }
            }
        }
    }

    private static void copy(Map<String, List<Path>> kept, Path target, Progress progress) throws IOException {
        long copied = 0;
        for (Map.Entry<String, List<Path>> entry : kept.entrySet()) {
            Path folder = Files.createDirectories(target.resolve(entry.getKey()));
            for (Path file : entry.getValue()) {
                Files.copy(
                        file, folder.resolve(String.valueOf(file.getFileName())), StandardCopyOption.COPY_ATTRIBUTES);
                copied++;
                progress.to(copied, entry.getKey());
            }
        }
    }
}
