package org.catalogtagger.model.bundle;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** A directory that appears whole: written beside its place, forced to disk, then renamed. */
public final class AtomicDirectory {
    private AtomicDirectory() {}

    /** Writes the files of a directory. */
    @FunctionalInterface
    public interface Writer<T> {
        T write(Path directory) throws IOException;
    }

    /**
     * Fills a new directory and puts it in the place of the old one, if any. Its own files are forced to disk first;
     * those of its subdirectories are not: they are images by the thousand, which are there elsewhere. If writing fails, the old one is as it
     * was. Between the two renames at the end there is no directory of that name for an instant; the old one then lies
     * beside, as {@code .NAME.previous}.
     *
     * @return what the writer returned
     */
    public static <T> T replace(Path target, Writer<T> writer) throws IOException {
        Path parent = requireWritable(target);
        Path absolute = target.toAbsolutePath().normalize();
        Path previous = parent.resolve("." + absolute.getFileName() + ".previous");
        // Not createTempDirectory: the result is to have the permissions that the user's umask gives.
        Path temporary =
                Files.createDirectory(parent.resolve("." + absolute.getFileName() + ".writing-" + UUID.randomUUID()));
        try {
            T written = writer.write(temporary);
            force(temporary);
            deleteRecursively(previous);
            if (Files.exists(absolute)) {
                Files.move(absolute, previous, StandardCopyOption.ATOMIC_MOVE);
            }
            Files.move(temporary, absolute, StandardCopyOption.ATOMIC_MOVE);
            deleteRecursively(previous);
            return written;
        } catch (FileSystemException e) {
            throw e;
        } catch (IOException e) {
            // "No space left on device" does not say where.
            throw new IOException("cannot write " + target + ": " + e.getMessage(), e);
        } finally {
            deleteRecursively(temporary);
        }
    }

    /**
     * Makes sure that a directory can be put in a place, before hours are spent on what is to be in it.
     *
     * @return the directory above, which is made if there is none
     */
    public static Path requireWritable(Path target) throws IOException {
        Path absolute = target.toAbsolutePath().normalize();
        Path parent = absolute.getParent();
        if (parent == null || (Files.exists(absolute) && !Files.isDirectory(absolute))) {
            throw new IOException("cannot write a directory at " + target + ": something else is there");
        }
        Files.createDirectories(parent);
        if (!Files.isWritable(parent)) {
            throw new AccessDeniedException(parent.toString());
        }
        return parent;
    }

    /** Deletes a directory and all that is in it; nothing if there is none. */
    public static void deleteRecursively(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(directory)) {
            paths = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : paths) {
            Files.deleteIfExists(path);
        }
    }

    private static void force(Path directory) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                if (Files.isDirectory(file)) {
                    continue;
                }
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    channel.force(true);
                }
            }
        }
    }
}
