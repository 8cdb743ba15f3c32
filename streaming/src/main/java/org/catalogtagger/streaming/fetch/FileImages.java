package org.catalogtagger.streaming.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.catalogtagger.streaming.fetch.FetchException.Reason;

/** Reads images from local files, and from whatever Flink file system knows the scheme. */
final class FileImages {
    private final int maxBytes;
    private final AllowedUris allowed;

    FileImages(int maxBytes, AllowedUris allowed) {
        this.maxBytes = maxBytes;
        this.allowed = allowed;
    }

    byte[] read(Target target) throws IOException, FetchException {
        return target.scheme().equals("file") ? local(target) : overFlink(target);
    }

    private byte[] local(Target target) throws IOException, FetchException {
        Path real = pathOf(target).toRealPath();
        if (!allowed.coverReal(real)) {
            throw new FetchException(
                    Reason.NOT_ALLOWED, "a link leads out of what images.fetch.allow covers: " + target);
        }
        // To open a FIFO blocks until someone writes to it; the second look is for what was put in its place meanwhile.
        BasicFileAttributes before = regular(real, target);
        try (InputStream in = Files.newInputStream(real, LinkOption.NOFOLLOW_LINKS)) {
            BasicFileAttributes opened = regular(real, target);
            if (!Objects.equals(before.fileKey(), opened.fileKey()) || !real.equals(real.toRealPath())) {
                throw new IOException("it was replaced while it was opened");
            }
            return UriFetcher.limited(in, maxBytes);
        }
    }

    private static Path pathOf(Target target) throws FetchException {
        try {
            return Path.of(target.uri());
        } catch (IllegalArgumentException | FileSystemNotFoundException e) {
            throw new FetchException(Reason.BAD_URI, "no file can be named " + target, e);
        }
    }

    private BasicFileAttributes regular(Path real, Target target) throws IOException, FetchException {
        BasicFileAttributes attributes =
                Files.readAttributes(real, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!attributes.isRegularFile()) {
            throw new FetchException(Reason.FAILED, "no regular file: " + target);
        }
        if (attributes.size() > maxBytes) {
            throw UriFetcher.tooMany(maxBytes);
        }
        return attributes;
    }

    private byte[] overFlink(Target target) throws IOException, FetchException {
        org.apache.flink.core.fs.Path path = new org.apache.flink.core.fs.Path(target.uri());
        FileSystem files = path.getFileSystem();
        FileStatus status = files.getFileStatus(path);
        if (status.isDir()) {
            throw new FetchException(Reason.FAILED, "no file but a folder: " + target);
        }
        if (status.getLen() > maxBytes) {
            throw UriFetcher.tooMany(maxBytes);
        }
        try (InputStream in = files.open(path)) {
            return UriFetcher.limited(in, maxBytes);
        }
    }
}
