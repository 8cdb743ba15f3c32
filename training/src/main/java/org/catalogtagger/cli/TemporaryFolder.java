package org.catalogtagger.cli;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The folder of this process's temporary files, which libraries leave about when they are stopped: Flink alone unpacks
 * 24 MB each time.
 *
 * <p>It lies in {@code catalog-tagger-UID}, beside those of the user's other processes, and is locked while the process
 * lives. It is removed when the process ends; what a {@code kill -9} left is not locked, and removed by the next.
 */
public final class TemporaryFolder {
    /** The system property by which the launcher says that it has made the folder, and Java's temporary one of it. */
    static final String MADE = "catalogtagger.temporary";

    private static final String JAVA = "java.io.tmpdir";
    private static final String LOCK = ".lock";

    /** A launcher's folder has no lock before its JVM runs. */
    private static final Duration STARTING = Duration.ofMinutes(10);

    private static @Nullable TemporaryFolder mine;

    private static final int TRIES = 20;
    private static final Duration TRY_AGAIN = Duration.ofMillis(100);

    private final Path folder;

    /** Held as long as the JVM lives. */
    private final FileLock lock;

    private TemporaryFolder(Path folder, FileLock lock) {
        this.folder = folder;
        this.lock = lock;
    }

    /**
     * Gives this process its folder, and removes those of dead ones. Call it before any library looks for a place.
     *
     * @throws CommandException if it cannot be made
     */
    public static void open() {
        String made = System.getProperty(MADE);
        Path folder = ofThisProcess(made == null ? newFolder(Path.of(System.getProperty(JAVA))) : Path.of(made));
        System.setProperty(JAVA, folder.toString());
    }

    /**
     * The folder of this process; in one that is no command of ours, Flink's TaskManager say, it is made the first time,
     * and Java's temporary folder stays what it is.
     *
     * @throws CommandException if it cannot be made
     */
    public static Path ofThisProcess() {
        return ofThisProcess(newFolder(Path.of(System.getProperty(JAVA))));
    }

    private static synchronized Path ofThisProcess(Path folder) {
        if (mine != null) {
            return mine.folder;
        }
        TemporaryFolder temporary;
        try {
            temporary = claim(folder);
        } catch (IOException e) {
            throw new CommandException(
                    "no temporary folder at %s: %s; TMPDIR names another place".formatted(folder, ErrorLine.of(e)), e);
        }
        mine = temporary;
        Runtime.getRuntime().addShutdownHook(new Thread(temporary::removeAtExit, "remove temporary files"));
        removeAbandoned(placeOf(folder), folder);
        return folder;
    }

    private static Path newFolder(Path place) {
        return place.resolve("catalog-tagger-" + Integer.toUnsignedString(user()))
                .resolve(ProcessHandle.current().pid() + "-" + UUID.randomUUID());
    }

    /** Java's {@code UnixSystem}, all that macOS has, takes a user without a name, as containers have them, for root. */
    private static int user() {
        Path self = Path.of("/proc/self");
        if (!Files.exists(self)) {
            return (int) new UnixSystem().getUid();
        }
        try {
            return (Integer) Files.getAttribute(self, "unix:uid");
        } catch (IOException e) {
            throw new CommandException("whose user this process runs as cannot be read from " + self, e);
        }
    }

    private static Path placeOf(Path folder) {
        return Objects.requireNonNull(folder.toAbsolutePath().getParent());
    }

    /** Makes a folder, if need be, and locks it; being the process's, it is made by a thread that is interrupted too. */
    static TemporaryFolder claim(Path folder) throws IOException {
        var mine = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
        Path place = placeOf(folder);
        if (!Files.exists(place)) {
            Files.createDirectories(place, mine);
        }
        if (Files.isSymbolicLink(place)
                || !Files.getAttribute(place, "unix:uid", LinkOption.NOFOLLOW_LINKS)
                        .equals(user())) {
            throw new IOException(place + " is another user's");
        }
        boolean interrupted = false;
        while (true) {
            Files.createDirectories(folder, mine);
            FileChannel channel =
                    FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                FileLock lock = channel.lock();
                if (Files.exists(folder.resolve(LOCK))) {
                    if (interrupted) {
                        Thread.currentThread().interrupt();
                    }
                    return new TemporaryFolder(folder, lock);
                }
                // Between the two, another process took it for abandoned.
            } catch (FileLockInterruptionException e) {
                interrupted = Thread.interrupted();
            }
            channel.close();
        }
    }

    private void removeAtExit() {
        // What is being stopped may still write there.
        StopOnExit.awaitAll();
        for (int tries = 0; tries < TRIES && Files.exists(folder); tries++) {
            remove(folder);
            if (Files.exists(folder)) {
                pause();
            }
        }
        try {
            lock.close();
        } catch (IOException e) {
            // The JVM's end frees it.
        }
    }

    private static void pause() {
        try {
            Thread.sleep(TRY_AGAIN.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Removes the folders in a place whose process is dead.
     *
     * @param mine is passed over: to close a file, opened to ask for its lock, would free the lock that is held
     */
    static void removeAbandoned(Path place, Path mine) {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(place)) {
            for (Path folder : folders) {
                if (!folder.toAbsolutePath().equals(mine.toAbsolutePath())
                        && Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                    removeIfAbandoned(folder);
                }
            }
        } catch (IOException e) {
            // Whoever looks next will find them.
        }
    }

    /** The lock is held until all is gone: who waits for it sees then that its folder is another's prey. */
    private static void removeIfAbandoned(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock != null) {
                remove(folder);
            }
        } catch (NoSuchFileException e) {
            // A launcher that is about to start its JVM; or somebody tidied the old files of a process that still runs.
            boolean old = Files.getLastModifiedTime(folder)
                    .toInstant()
                    .isBefore(Instant.now().minus(STARTING));
            if (old && !isOfALivingProcess(folder)) {
                remove(folder);
            }
        }
    }

    /** By the number with which its name begins. */
    private static boolean isOfALivingProcess(Path folder) {
        try {
            String pid = String.valueOf(folder.getFileName()).split("-", 2)[0];
            return ProcessHandle.of(Long.parseLong(pid)).isPresent();
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /** Removes what it can; others may be at it too. The lock goes last, so that what is left can be found again. */
    private static void remove(Path folder) {
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    if (!file.equals(folder.resolve(LOCK))) {
                        Files.deleteIfExists(file);
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) {
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, IOException e) throws IOException {
                    if (directory.equals(folder)) {
                        Files.deleteIfExists(folder.resolve(LOCK));
                    }
                    Files.deleteIfExists(directory);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            // Something was just written there.
        }
    }
}
