package org.catalogtagger.streaming.files;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.model.image.ImageFiles;
import org.catalogtagger.model.image.ImageNames;
import org.catalogtagger.model.image.LeftOut;
import org.catalogtagger.model.image.LeftOut.Reason;

/**
 * Lists the images that are to be tagged, in files that the job's subtasks share: an image takes no memory until its
 * turn comes.
 */
public final class ImageListing implements AutoCloseable {
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    /** So many that subtasks end at about the same time. */
    private static final int PARTS = 32;

    private final long listedAt;
    private final Set<String> places = new TreeSet<>();
    private final List<BufferedWriter> parts = new ArrayList<>();
    private long images;

    /**
     * A listing of no images yet.
     *
     * @param directory for its files, which is made
     * @param listedAt the images' event time, milliseconds since 1970
     */
    public ImageListing(Path directory, long listedAt) throws IOException {
        this.listedAt = listedAt;
        Files.createDirectories(directory);
        for (int i = 0; i < PARTS; i++) {
            parts.add(Files.newBufferedWriter(directory.resolve("part-" + i)));
        }
    }

    /** How many images are listed. */
    public long images() {
        return images;
    }

    /** Where the images lie, as an allow-list has it: folders, and schemes with hosts. */
    public List<String> places() {
        return List.copyOf(places);
    }

    /**
     * Lists the images of a folder, as {@link ImageFiles} finds them. The product id is the file's name without its
     * ending; of images whose names are not the only ones of their kind in the folder, the path in it.
     *
     * @param classes an image in a folder with such a name, at any depth, is known to be of that class
     * @return what is no image
     */
    public LeftOut addFolder(Path folder, Collection<String> classes) throws IOException {
        return addFolder(folder, inFolder -> true, inFolder -> classOf(inFolder, classes));
    }

    /**
     * Lists some images of a folder; their product ids are the same.
     *
     * @param chosen whether an image is, by its path in the folder
     * @param labelOf what is known of its class, likewise
     * @return what is no image, or not chosen
     */
    public LeftOut addFolder(Path folder, Predicate<Path> chosen, Function<Path, Optional<String>> labelOf)
            throws IOException {
        RepeatedNames names = new RepeatedNames();
        ImageFiles.walk(folder, new LeftOut(), (path, file) -> names.add(ImageNames.productId(nameOf(path))));
        Path real = folder.toRealPath();
        places.add(real.toUri().toString());
        LeftOut leftOut = new LeftOut();
        ImageFiles.walk(folder, leftOut, (path, file) -> {
            Path inFolder = folder.relativize(path);
            if (!chosen.test(inFolder)) {
                leftOut.add(Reason.UNLISTED, inFolder.toString());
                return;
            }
            if (!file.startsWith(real)) {
                // Reached by a link, which is how its owner names it.
                places.add(file.resolveSibling("").toUri().toString());
            }
            String productId = names.unique(ImageNames.productId(nameOf(path)), inFolder.toString());
            add(productId, file.toUri(), labelOf.apply(inFolder));
        });
        return leftOut;
    }

    /** The nearest folder above an image that is named like a class. */
    public static Optional<String> classOf(Path file, Collection<String> classes) {
        for (Path above = file.getParent(); above != null; above = above.getParent()) {
            String name = ImageNames.composed(nameOf(above));
            if (classes.contains(name)) {
                return Optional.of(name);
            }
        }
        return Optional.empty();
    }

    /**
     * Lists what a text file names: a URI or a path on each line, then perhaps a tab and the image's label. Relative
     * paths count from the file's folder; empty lines and those that begin with {@code #} count for nothing. The product id
     * is the name without its ending; of images whose names are not the only ones of their kind in the list, what stands there.
     *
     * @throws CommandException naming the first line that is neither
     */
    public void addList(Path list) throws IOException {
        RepeatedNames names = new RepeatedNames();
        readList(list, (uri, text, label) -> names.add(productId(uri)));
        readList(list, (uri, text, label) -> {
            places.add(
                    "file".equals(uri.getScheme())
                            ? "file:///"
                            : uri.resolve("/").toString());
            add(names.unique(productId(uri), text), uri, label);
        });
    }

    /** Sees an image that a list names. */
    @FunctionalInterface
    private interface ListedVisitor {
        void visit(URI uri, String text, Optional<String> label) throws IOException;
    }

    private static void readList(Path list, ListedVisitor visitor) throws IOException {
        try (BufferedReader lines = Files.newBufferedReader(list)) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (number == 1 && line.startsWith(BYTE_ORDER_MARK)) {
                    line = line.substring(1);
                }
                if (line.isBlank() || line.startsWith("#")) {
                    continue;
                }
                String where = list + ", line " + number;
                String[] columns = line.split("\t", -1);
                String label = columns.length > 1 ? ImageNames.composed(columns[1].strip()) : "";
                if (columns.length > 2) {
                    throw new CommandException(where + ": more than a URI and a label");
                }
                String text = columns[0].strip();
                visitor.visit(uri(where, list, text), text, Optional.of(label).filter(known -> !known.isEmpty()));
            }
        } catch (MalformedInputException e) {
            throw new CommandException(list + ": not a text in UTF-8; it must be a folder or a list of URIs", e);
        }
    }

    private static URI uri(String where, Path list, String text) {
        Path folder = list.toAbsolutePath().normalize().resolveSibling("");
        URI uri;
        try {
            uri = text.matches("[A-Za-z][A-Za-z0-9+.-]*:.*")
                    ? new URI(text)
                    : folder.resolve(text).normalize().toUri();
        } catch (URISyntaxException e) {
            throw new CommandException("%s: neither a URI nor a path: %s".formatted(where, text), e);
        }
        if (uri.isOpaque() || uri.getPath() == null || uri.getPath().isEmpty()) {
            throw new CommandException("%s: a URI without a path: %s".formatted(where, text));
        }
        return uri;
    }

    private static String productId(URI uri) {
        return ImageNames.productId(uri.getPath().replaceFirst(".*/", ""));
    }

    private void add(String productId, URI uri, Optional<String> label) throws IOException {
        BufferedWriter part = parts.get((int) (images % PARTS));
        part.write(Json.MAPPER.writeValueAsString(new ListedImage(productId, uri.toString(), label, listedAt)));
        part.newLine();
        images++;
    }

    /** Names that two images or more have: such a name tells nobody whose tag it is. */
    private static final class RepeatedNames {
        private final Set<String> seen = new HashSet<>();
        private final Set<String> repeated = new HashSet<>();

        void add(String name) {
            if (!seen.add(name)) {
                repeated.add(name);
            }
        }

        String unique(String name, String otherwise) {
            if (!repeated.contains(name)) {
                return name;
            }
            // b/1.jpg repeats 1, and is the only one called 1.jpg if there is a 1.jpg.jpg.
            return seen.contains(otherwise) ? "./" + otherwise : otherwise;
        }
    }

    private static String nameOf(Path path) {
        return String.valueOf(path.getFileName());
    }

    @Override
    public void close() throws IOException {
        for (BufferedWriter part : parts) {
            part.close();
        }
    }
}
