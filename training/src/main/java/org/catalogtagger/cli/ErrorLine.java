package org.catalogtagger.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** An exception as one line for people. */
public final class ErrorLine {
    private static final String DISK_FULL = "No space left on device";

    private ErrorLine() {}

    /** What went wrong, without stack trace and on one line. */
    public static String of(Throwable thrown) {
        Throwable e = unwrap(thrown);
        String line = describe(e).replaceAll("\\s*\\R\\s*", " ").strip();
        // The system does not say which disk is full; whoever does say it names the place.
        return line.equals(DISK_FULL)
                ? "%s, where it writes to, or in %s, where temporary files lie (TMPDIR names another place)"
                        .formatted(DISK_FULL, System.getProperty("java.io.tmpdir"))
                : line;
    }

    /** The same of the innermost cause, where frameworks wrap it many times over. */
    public static String ofRootCause(Throwable thrown) {
        Throwable root = thrown;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return of(root);
    }

    private static Throwable unwrap(Throwable thrown) {
        Throwable e = thrown;
        while ((e instanceof UncheckedIOException
                        || e instanceof ExecutionException
                        || e instanceof CompletionException)
                && e.getCause() != null) {
            e = e.getCause();
        }
        return e;
    }

    private static String describe(Throwable e) {
        if (e instanceof NoSuchFileException) {
            return "no such file or directory: " + e.getMessage();
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied: " + e.getMessage();
        }
        if (e instanceof NotDirectoryException) {
            return "not a directory: " + e.getMessage();
        }
        if (e instanceof FileAlreadyExistsException) {
            return "already there: " + e.getMessage();
        }
        if (e.getMessage() == null) {
            return e.getClass().getSimpleName();
        }
        // Messages of Java's own input and output speak for themselves; those of other libraries often do not.
        boolean clear = e.getClass() == IOException.class
                || e instanceof FileSystemException
                || e instanceof BindException
                || isOurs(e);
        return clear ? e.getMessage() : e.getClass().getSimpleName() + ": " + e.getMessage();
    }

    private static boolean isOurs(Throwable e) {
        return e.getClass().getName().startsWith("org.catalogtagger.");
    }
}
