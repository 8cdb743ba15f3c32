package org.catalogtagger.model.bundle;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * A bundle's files, looked at before they are opened: a pipe would never end, a device never be empty, and a file that is
 * too large is none of ours. A link to a regular file counts as that file.
 */
final class BundleFile {
    private BundleFile() {}

    /**
     * All of a file, read once, so that what is hashed is what is used.
     *
     * @param limit the most bytes that such a file can have
     * @throws BundleException if it is no regular file, larger, cannot be read, or changes meanwhile
     */
    static byte[] read(Path file, long limit) {
        long size = requireRegular(file);
        if (size > limit) {
            throw new BundleException("%s: %,d bytes, more than the %,d that it can need; is it another file?"
                    .formatted(file, size, limit));
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes((int) size + 1);
            if (bytes.length != size) {
                throw changing(file);
            }
            return bytes;
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /**
     * Opens a file to be read in pieces.
     *
     * @throws BundleException if it is no regular file or cannot be opened
     */
    static FileChannel open(Path file) {
        long unused = requireRegular(file);
        try {
            return FileChannel.open(file, StandardOpenOption.READ);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /**
     * The file's size in bytes.
     *
     * @throws BundleException if there is none, or it is a directory, a pipe, a device
     */
    static long requireRegular(Path file) {
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(file, BasicFileAttributes.class);
        } catch (NoSuchFileException e) {
            throw new BundleException("the model bundle " + file.getParent() + " has no " + file.getFileName(), e);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
        if (!attributes.isRegularFile()) {
            throw new BundleException(file + ": is no regular file");
        }
        return attributes.size();
    }

    static BundleException unreadable(Path file, IOException e) {
        return new BundleException(file + ": cannot be read: " + e, e);
    }

    static BundleException changing(Path file) {
        return new BundleException(file + ": changes while it is read; is it still being written?");
    }
}
