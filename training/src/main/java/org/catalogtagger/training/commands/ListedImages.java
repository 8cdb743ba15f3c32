package org.catalogtagger.training.commands;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;
import org.catalogtagger.model.image.ImageFolder;
import org.catalogtagger.model.image.ImageFolderException;
import org.catalogtagger.training.dataset.Manifest;
import picocli.CommandLine.Option;

/** The option {@code --manifest} of commands that take a folder of images: all of them, or those of a table. */
public final class ListedImages {
    @Option(
            names = "--manifest",
            paramLabel = "CSV",
            description = {
                "A table of the images to take: its first line names the columns, each other is one image's.",
                "path (in the folder) or id (the file's name without its ending) says which; label, if it is there, its"
                        + " class. Other columns can be named in other options."
            })
    private Optional<Path> manifest = Optional.empty();

    /**
     * The images that are meant.
     *
     * @param table what else is known of them, if there is a table
     */
    public record Listed(ImageFolder folder, Optional<Manifest> table) {}

    /** Whether a table says which. */
    public boolean byTable() {
        return manifest.isPresent();
    }

    /**
     * Lists a folder, and says what is left out.
     *
     * @throws org.catalogtagger.cli.CommandException naming the line of the table that is wrong
     */
    public Listed list(Path folder, PrintStream out) throws IOException {
        return list(folder, false, out);
    }

    /**
     * The same.
     *
     * @param inAnyWay whether images may lie there without class folders: then they are all of one
     */
    Listed list(Path folder, boolean inAnyWay, PrintStream out) throws IOException {
        Optional<Manifest> table = table(folder, out);
        ImageFolder files = table.isPresent() ? table.get().images() : scan(folder, inAnyWay);
        table.ifPresent(given -> sayWithoutImage(given.rowsWithoutImage(files.images()), out));
        if (!files.leftOut().isEmpty()) {
            out.println(folder + ": " + files.leftOut());
        }
        return new Listed(files, table);
    }

    private static ImageFolder scan(Path folder, boolean inAnyWay) throws IOException {
        try {
            return ImageFolder.scan(folder);
        } catch (ImageFolderException e) {
            if (!inAnyWay) {
                throw e;
            }
            return ImageFolder.scan(folder, image -> true, image -> Optional.of("(none)"));
        }
    }

    /**
     * The table, if there is one; what is to be said of it is said.
     *
     * @throws org.catalogtagger.cli.CommandException naming the line that is wrong
     */
    public Optional<Manifest> table(Path folder, PrintStream out) throws IOException {
        if (manifest.isEmpty()) {
            return Optional.empty();
        }
        Manifest table = Manifest.read(manifest.get(), folder);
        table.note().ifPresent(out::println);
        return Optional.of(table);
    }

    /** Says how many rows are of no image, if any are. */
    public void sayWithoutImage(long rows, PrintStream out) {
        if (rows > 0) {
            out.printf("%s: %,d row(s) are of no image here%n", manifest.orElseThrow(), rows);
        }
    }
}
