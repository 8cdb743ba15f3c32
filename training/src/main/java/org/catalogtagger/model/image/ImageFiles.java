package org.catalogtagger.model.image;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.catalogtagger.model.image.LeftOut.Reason;

/**
 * Which files below a folder are images: the one rule of all commands that read a folder.
 *
 * <p>Images are regular files that are not empty, at any depth, with the ending of a format that the decoder reads, in
 * upper or lower case, or with no ending and the first bytes of one. Hidden files and those that systems write for
 * themselves are none. Links are followed, but each file is listed once, by its own name rather than a link's.
 */
public final class ImageFiles {
    private final Path root;
    private final Path realRoot;
    private final Visitor visitor;
    private final LeftOut leftOut;

    /** Real paths. */
    private final Set<Path> folders = new HashSet<>();

    private final Set<Path> linkedFiles = new HashSet<>();

    /** By where they were met, what they lead to; followed when all that is no link is listed. */
    private final TreeMap<Path, Path> folderLinks = new TreeMap<>();

    private final TreeMap<Path, Path> fileLinks = new TreeMap<>();

    /** Takes the images one by one, in no particular order. */
    @FunctionalInterface
    public interface Visitor {
        /**
         * One image.
         *
         * @param path in the folder, perhaps by a link
         * @param real where it truly lies
         */
        void image(Path path, Path real) throws IOException;
    }

    private ImageFiles(Path root, Visitor visitor, LeftOut leftOut) throws IOException {
        this.root = root;
        this.realRoot = root.toRealPath();
        this.visitor = visitor;
        this.leftOut = leftOut;
    }

    /**
     * Goes through a folder.
     *
     * @param leftOut counts what is no image
     * @throws IOException if it, or a folder or link in it, cannot be read
     */
    public static void walk(Path root, LeftOut leftOut, Visitor visitor) throws IOException {
        new ImageFiles(root, visitor, leftOut).walk();
    }

    private void walk() throws IOException {
        folder(root, realRoot);
        for (Map.Entry<Path, Path> link = folderLinks.pollFirstEntry();
                link != null;
                link = folderLinks.pollFirstEntry()) {
            folder(link.getKey(), link.getValue());
        }
        for (Map.Entry<Path, Path> link : fileLinks.entrySet()) {
            linkedFile(link.getKey(), link.getValue());
        }
    }

    private void folder(Path path, Path real) throws IOException {
        // A folder above the root is a way back into it.
        if ((realRoot.startsWith(real) && !path.equals(root)) || !folders.add(real)) {
            leave(Reason.REPEATED, path);
            return;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(real)) {
            for (Path entry : entries) {
                // Not its text: a name that is not UTF-8 would not be that of the file any more.
                entry(path.resolve(entry.getFileName()), entry);
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    private void entry(Path path, Path real) throws IOException {
        Optional<Reason> fault = faultOfName(nameOf(path));
        if (fault.isPresent()) {
            leave(fault.get(), path);
            return;
        }
        BasicFileAttributes attributes =
                Files.readAttributes(real, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (attributes.isSymbolicLink()) {
            link(path, real);
        } else if (attributes.isDirectory()) {
            folder(path, real);
        } else {
            file(path, real, attributes);
        }
    }

    private void link(Path path, Path link) throws IOException {
        Path target;
        try {
            target = link.toRealPath();
        } catch (AccessDeniedException e) {
            throw e;
        } catch (FileSystemException e) {
            // Nothing there, or links in a circle.
            leave(Reason.BROKEN_LINK, path);
            return;
        }
        (Files.isDirectory(target) ? folderLinks : fileLinks).put(path, target);
    }

    private void linkedFile(Path path, Path real) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(real, BasicFileAttributes.class);
        boolean listed = folders.contains(real.getParent())
                && faultOfName(nameOf(real)).isEmpty()
                && faultOfFile(nameOf(real), real, attributes).isEmpty();
        if (listed || !linkedFiles.add(real)) {
            leave(Reason.REPEATED, path);
        } else {
            file(path, real, attributes);
        }
    }

    private void file(Path path, Path real, BasicFileAttributes attributes) throws IOException {
        Optional<Reason> fault = faultOfFile(nameOf(path), real, attributes);
        if (fault.isEmpty()) {
            visitor.image(path, real);
        } else if (!path.equals(root.resolve(ImageFolder.TABLE))) {
            leave(fault.get(), path);
        }
    }

    private static Optional<Reason> faultOfName(String name) {
        if (ImageNames.isHidden(name)) {
            return Optional.of(Reason.HIDDEN);
        }
        return ImageNames.isSystem(name) ? Optional.of(Reason.SYSTEM) : Optional.empty();
    }

    private static Optional<Reason> faultOfFile(String name, Path file, BasicFileAttributes attributes)
            throws IOException {
        if (!attributes.isRegularFile()) {
            return Optional.of(Reason.SPECIAL);
        }
        if (attributes.size() == 0) {
            return Optional.of(Reason.EMPTY);
        }
        boolean image = ImageNames.hasEnding(name) ? ImageNames.isImage(name) : FirstBytes.areAnImages(file);
        return image ? Optional.empty() : Optional.of(Reason.OTHER_KIND);
    }

    /** Whether a folder in the root may be one of images, by its name. */
    static boolean isOfImages(Path folder) {
        return faultOfName(nameOf(folder)).isEmpty();
    }

    private void leave(Reason reason, Path path) {
        leftOut.add(reason, root.relativize(path).toString());
    }

    static String nameOf(Path path) {
        return String.valueOf(path.getFileName());
    }
}
