package org.catalogtagger.streaming.bundles;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.FileSystem.WriteMode;
import org.apache.flink.core.fs.Path;
import org.catalogtagger.model.bundle.BundleException;
import org.catalogtagger.streaming.bundles.StoreCalls.Progress;

/**
 * The files under a URI, by one of Flink's file systems.
 *
 * @param uri without a slash at its end
 */
record StoreFolder(URI uri) {
    private static final int BUFFER = 1 << 16;

    /** Opens the place that a file of so many bytes goes to. */
    @FunctionalInterface
    interface Target {
        OutputStream open(long bytes) throws IOException;
    }

    /**
     * Copies a file from there.
     *
     * @param limit bytes
     * @param target opened once the file is known to be small enough
     * @throws FileNotFoundException if there is none
     * @throws BundleException if it is larger, or a folder
     * @throws IOException if it is not read to its end
     */
    void read(String name, long limit, Target target, Progress progress) throws IOException {
        Path file = path(name);
        try {
            FileSystem files = file.getFileSystem();
            FileStatus status = files.getFileStatus(file);
            if (status.isDir()) {
                throw new BundleException(file + ": is a folder");
            }
            if (status.getLen() > limit) {
                throw new BundleException("%s: %,d bytes, more than the %,d that it may have; is it another file?"
                        .formatted(file, status.getLen(), limit));
            }
            progress.made(1);
            try (InputStream in = files.open(file);
                    OutputStream out = target.open(status.getLen())) {
                copy(in, out, status.getLen(), progress);
            }
        } catch (NoSuchFileException e) {
            throw (IOException) new FileNotFoundException(e.getMessage()).initCause(e);
        }
    }

    private static void copy(InputStream in, OutputStream out, long bytes, Progress progress) throws IOException {
        byte[] buffer = new byte[BUFFER];
        long copied = 0;
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            progress.made(read);
            copied += read;
            if (copied > bytes) {
                break;
            }
            out.write(buffer, 0, read);
        }
        if (copied != bytes) {
            throw new IOException("it has %,d bytes, but %s came".formatted(bytes, copied > bytes ? "more" : copied));
        }
    }

    /** Copies a file to there, in the place of one that may be there. */
    void write(String name, java.nio.file.Path from) throws IOException {
        Path file = path(name);
        try (OutputStream out = file.getFileSystem().create(file, WriteMode.OVERWRITE)) {
            long unused = Files.copy(from, out);
        }
    }

    private Path path(String name) {
        return new Path(URI.create(uri + "/" + name));
    }

    @Override
    public String toString() {
        return uri.toString();
    }
}
