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
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/** A directory that appears whole: written beside its place, forced to disk, then renamed. */
public final class AtomicDirectory {
    private static final int MAX_LINKS = 40;

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
     * beside, as {@code .NAME.previous}, from where {@link #recover} brings it back. What has been put into the old one meanwhile
     * is in the new one then.
     *
     * @return what the writer returned
     */
    public static <T> T replace(Path target, Writer<T> writer) throws IOException {
        Path parent = requireWritable(target);
        recover(target);
        Path absolute = placeOf(target);
        Path previous = previousOf(absolute);
        Set<Path> known = Set.copyOf(entries(absolute));
        // Not createTempDirectory: the result is to have the permissions that the user's umask gives.
        Path temporary = Files.createDirectory(parent.resolve(temporaryPrefix(absolute) + UUID.randomUUID()));
        Thread atExit = new Thread(() -> {
            try {
                deleteRecursively(temporary);
            } catch (IOException e) {
                // Its writer is still at it; there is nobody to tell any more.
            }
        });
        Runtime.getRuntime().addShutdownHook(atExit);
        try {
            T written = writer.write(temporary);
            force(temporary);
            deleteRecursively(previous);
            swap(temporary, absolute, previous);
            keepNew(known, previous, absolute);
            deleteRecursively(previous);
            return written;
        } catch (FileSystemException e) {
            throw e;
        } catch (IOException e) {
            // "No space left on device" does not say where.
            throw new IOException("cannot write " + target + ": " + e.getMessage(), e);
        } finally {
            deleteRecursively(temporary);
            forget(atExit);
        }
    }

    private static List<Path> entries(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(Path::getFileName).toList();
        }
    }

    /** What somebody put into the old directory while the new one was written goes along. */
    private static void keepNew(Set<Path> known, Path previous, Path target) throws IOException {
        for (Path name : entries(previous)) {
            if (!known.contains(name) && !Files.exists(target.resolve(name))) {
                Files.move(previous.resolve(name), target.resolve(name), StandardCopyOption.ATOMIC_MOVE);
            }
        }
    }

    private static void forget(Thread atExit) {
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // This is the exit.
        }
    }

    private static void swap(Path written, Path target, Path previous) throws IOException {
        while (true) {
            if (Files.exists(target)) {
                Files.move(target, previous, StandardCopyOption.ATOMIC_MOVE);
            }
            try {
                Files.move(written, target, StandardCopyOption.ATOMIC_MOVE);
                return;
            } catch (FileSystemException e) {
                if (!Files.exists(target) || !Files.exists(written)) {
                    throw e;
                }
                // Somebody who came to read between the two renames has brought the old one back.
            }
        }
    }

    /**
     * Brings back the directory that a {@link #replace} left as {@code .NAME.previous} when it was killed between its two
     * renames. Nothing is done where there is a directory of that name, or none to bring back.
     *
     * @throws IOException if it cannot be renamed
     */
    public static void recover(Path target) throws IOException {
        Path absolute = placeOf(target);
        if (absolute.getFileName() == null || Files.exists(absolute)) {
            return;
        }
        try {
            Files.move(previousOf(absolute), absolute, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            // None is there, or the writer is alive and was faster.
            if (!Files.exists(absolute) && Files.exists(previousOf(absolute))) {
                throw e;
            }
        }
    }

    /** Where a directory is or would be: a symbolic link stays, and what it points to is replaced. */
    public static Path placeOf(Path target) throws IOException {
        Path place = target.toAbsolutePath().normalize();
        for (int links = 0; Files.isSymbolicLink(place); links++) {
            if (links == MAX_LINKS) {
                throw new IOException("cannot write %s: its symbolic links lead in a circle".formatted(target));
            }
            place = place.resolveSibling(Files.readSymbolicLink(place)).normalize();
        }
        return place;
    }

    private static String temporaryPrefix(Path absolute) {
        return "." + absolute.getFileName() + ".writing-";
    }

    /** Removes what those who were killed while they wrote a directory left beside it; nobody must be writing it now. */
    public static void removeAbandoned(Path target) throws IOException {
        Path absolute = placeOf(target);
        List<Path> abandoned;
        try (Stream<Path> beside = Files.list(Objects.requireNonNull(absolute.getParent()))) {
            abandoned = beside.filter(path -> String.valueOf(path.getFileName()).startsWith(temporaryPrefix(absolute)))
                    .toList();
        }
        for (Path path : abandoned) {
            deleteRecursively(path);
        }
    }

    /** Deletes a directory, and what {@link #replace} may have left of an earlier one. */
    public static void delete(Path target) throws IOException {
        Path absolute = placeOf(target);
        if (absolute.getFileName() != null) {
            // First, that nobody brings it back.
            deleteRecursively(previousOf(absolute));
        }
        deleteRecursively(absolute);
    }

    private static Path previousOf(Path absolute) {
        return absolute.resolveSibling("." + absolute.getFileName() + ".previous");
    }

    /**
     * Makes sure that a directory can be put in a place, before hours are spent on what is to be in it.
     *
     * @return the directory above, which is made if there is none
     */
    public static Path requireWritable(Path target) throws IOException {
        Path absolute = requirePlace(target);
        Path parent = absolute.getParent();
        if (parent == null) {
            throw taken(target);
        }
        Files.createDirectories(parent);
        if (!Files.isWritable(parent)) {
            throw new AccessDeniedException(parent.toString());
        }
        if (Files.isDirectory(absolute) && MountPoints.has(absolute.toRealPath())) {
            throw new IOException(
                    "cannot write a directory at %s: a file system is mounted there, which nothing takes the place of; name one in it"
                            .formatted(target));
        }
        return parent;
    }

    /** Where a directory is, or would be if there is none. */
    static Path requirePlace(Path target) throws IOException {
        Path place = placeOf(target);
        if (Files.exists(place) && !Files.isDirectory(place)) {
            throw taken(target);
        }
        return place;
    }

    private static IOException taken(Path target) {
        return new IOException("cannot write a directory at " + target + ": something else is there");
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
