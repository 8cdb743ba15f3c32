package org.catalogtagger.training.commands;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.model.bundle.AtomicDirectory;
import org.catalogtagger.model.bundle.BundleFiles;
import org.catalogtagger.training.report.TrainingReport;

/** Where a bundle may be written: its files take the place of a whole directory. */
final class BundlePlace {
    private BundlePlace() {}

    /**
     * Makes sure that nothing is lost by it but a bundle of before.
     *
     * @param inputs what the bundle is made of
     * @throws CommandException if something else is there
     * @throws IOException if nothing can be written there
     */
    static void require(Path out, List<Path> inputs) throws IOException {
        Path unused = AtomicDirectory.requireWritable(out);
        Path target = AtomicDirectory.placeOf(out);
        for (Path input : inputs) {
            if (input.toAbsolutePath().normalize().startsWith(target)) {
                throw new CommandException("--out %s would replace the directory that %s is in".formatted(out, input));
            }
        }
        if (Files.isDirectory(target)) {
            List<String> others = others(target);
            if (!others.isEmpty()) {
                throw new CommandException(
                        "--out %s is a directory with something else than a bundle, which would be lost: %s"
                                .formatted(out, others.get(0)));
            }
        }
    }

    private static List<String> others(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            List<String> names = files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
            return names.contains(BundleFiles.SUMS)
                    ? names.stream()
                            .filter(name -> !BundleFiles.isOurs(name) && !name.equals(TrainingReport.DIRECTORY))
                            .toList()
                    : names;
        }
    }

    /**
     * Makes sure that what is written is not among the images, where the next command would take its folder for a class.
     *
     * @throws CommandException if it would be
     */
    static void requireOutside(Path images, Path out) throws IOException {
        if (Files.isDirectory(images)
                && AtomicDirectory.placeOf(out)
                        .startsWith(images.toAbsolutePath().normalize())) {
            throw new CommandException("--out %s is in the folder of the images; take another".formatted(out));
        }
    }
}
