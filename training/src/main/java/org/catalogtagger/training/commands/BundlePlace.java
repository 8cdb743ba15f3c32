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
        Path target = out.toAbsolutePath().normalize();
        for (Path input : inputs) {
            if (input.toAbsolutePath().normalize().startsWith(target)) {
                throw new CommandException("--out %s would replace the directory that %s is in".formatted(out, input));
            }
        }
        if (Files.isDirectory(target)) {
            try (Stream<Path> files = Files.list(target)) {
                files.map(file -> String.valueOf(file.getFileName()))
                        .filter(name -> !BundleFiles.isOurs(name) && !name.equals(TrainingReport.DIRECTORY))
                        .sorted()
                        .findFirst()
                        .ifPresent(other -> {
                            throw new CommandException(
                                    "--out %s is a directory with something else than a bundle, which would be lost: %s"
                                            .formatted(out, other));
                        });
            }
        }
    }
}
