package org.catalogtagger.model.bundle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * That a directory is being written, for as long as it takes: of two commands that are to write one, the second is refused
 * at once, not told after hours that it has written what the other then replaced. Held by a locked file, which a process that
 * is killed frees.
 */
public final class DirectoryClaim implements AutoCloseable {
    /** Of this process: to open a file that it has locked, and close it again, would free the lock. */
    private static final Set<Path> OWN = new HashSet<>();

    /** A process number and a UUID. */
    private static final int MAX_MARK_BYTES = 64;

    private final Path file;
    private final List<FileChannel> open;

    private final Thread atExit;

    /** Made for the claim, to go again if nothing is written there. */
    private final Optional<Path> made;

    private boolean freed;

    private DirectoryClaim(Path file, List<FileChannel> open, Optional<Path> made) {
        this.file = file;
        this.open = List.copyOf(open);
        this.made = made;
        this.atExit = new Thread(this::free, "free " + file);
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /**
     * Claims a directory that {@link AtomicDirectory#replace} is to put in its place, and removes what a command that was
     * killed left beside it.
     *
     * @throws IOException if another command has claimed it, or nothing can be written beside it
     */
    public static DirectoryClaim beside(Path target) throws IOException {
        Path parent = AtomicDirectory.requireWritable(target);
        Path name = AtomicDirectory.placeOf(target).getFileName();
        DirectoryClaim claim = of(parent.resolve("." + name + ".lock"), target, Optional.empty());
        AtomicDirectory.removeAbandoned(target);
        return claim;
    }

    /**
     * Claims a directory in which files are to be written, which is made if there is none, and removed again if none are.
     *
     * @throws IOException if another command has claimed it, or nothing can be written there
     */
    public static DirectoryClaim within(Path directory) throws IOException {
        Path target = AtomicDirectory.requirePlace(directory);
        boolean isThere = Files.isDirectory(target);
        Path place = (isThere ? target : Files.createDirectories(target)).toRealPath();
        return of(place.resolve(".lock"), directory, isThere ? Optional.empty() : Optional.of(place));
    }

    private static DirectoryClaim of(Path file, Path directory, Optional<Path> made) throws IOException {
        synchronized (OWN) {
            if (!OWN.add(file)) {
                throw taken(directory, Long.toString(ProcessHandle.current().pid()));
            }
        }
        boolean held = false;
        try {
            DirectoryClaim claim = new DirectoryClaim(file, lock(file, directory), made);
            held = true;
            return claim;
        } finally {
            if (!held) {
                forget(file);
            }
        }
    }

    /** The channel that has the lock, and what else has the file open: to close it would free the lock. */
    private static List<FileChannel> lock(Path file, Path directory) throws IOException {
        String mark = ProcessHandle.current().pid() + " " + UUID.randomUUID();
        while (true) {
            List<FileChannel> open = new ArrayList<>();
            boolean held = false;
            try {
                // No link: nobody means the file that it points to.
                FileChannel channel = FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        LinkOption.NOFOLLOW_LINKS);
                open.add(channel);
                if (!isFree(channel)) {
                    throw taken(directory, read(channel).split(" ", 2)[0]);
                }
                channel.truncate(0).write(ByteBuffer.wrap(mark.getBytes(StandardCharsets.UTF_8)));
                Optional<FileChannel> named = openAgain(file);
                named.ifPresent(open::add);
                // Else whoever had it removed the file after it was opened here, and another may have the next.
                held = named.isPresent() && read(named.get()).equals(mark);
                if (held) {
                    return open;
                }
            } finally {
                if (!held) {
                    close(open);
                }
            }
        }
    }

    private static Optional<FileChannel> openAgain(Path file) throws IOException {
        try {
            return Optional.of(FileChannel.open(file, StandardOpenOption.READ));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static boolean isFree(FileChannel channel) {
        try {
            return channel.tryLock() != null;
        } catch (IOException e) {
            // A file system without locks: rather no claim than no model.
            return true;
        }
    }

    private static String read(FileChannel channel) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(MAX_MARK_BYTES);
        int bytes = channel.read(content, 0);
        return new String(content.array(), 0, Math.max(0, bytes), StandardCharsets.UTF_8);
    }

    private static void close(List<FileChannel> channels) throws IOException {
        for (FileChannel channel : channels) {
            channel.close();
        }
    }

    private static IOException taken(Path directory, String process) {
        return new IOException("another command is writing %s now%s"
                .formatted(directory, process.isEmpty() ? "" : ": process " + process));
    }

    private static void forget(Path file) {
        synchronized (OWN) {
            OWN.remove(file);
        }
    }

    /** Frees the directory. */
    @Override
    public void close() {
        free();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // This is the exit.
        }
    }

    private synchronized void free() {
        if (freed) {
            return;
        }
        freed = true;
        try {
            Files.deleteIfExists(file);
            if (made.isPresent()) {
                Files.delete(made.get());
            }
        } catch (IOException e) {
            // There is something in the directory, which was the aim; a file that is left here is not locked any more.
        }
        try {
            close(open);
        } catch (IOException e) {
            // The process' end frees it.
        }
        forget(file);
    }
}
