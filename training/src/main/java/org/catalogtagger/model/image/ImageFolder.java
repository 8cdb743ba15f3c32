package org.catalogtagger.model.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.catalogtagger.model.image.LeftOut.Reason;

/**
 * Labelled images as files: one folder per class, named by the class, as PyTorch's {@code ImageFolder} has it. Folders
 * in a class folder are of that class too.
 *
 * @param root the folder of the class folders
 * @param classes the class folders' names in Unicode's form C, sorted
 * @param images the files that {@link ImageFiles} lists, by class and name
 * @param leftOut the others
 */
public record ImageFolder(Path root, List<String> classes, List<Entry> images, LeftOut leftOut) {
    /** Folders of these names hold class folders. */
    private static final Set<String> PARTS =
            Set.of("train", "training", "val", "valid", "validation", "dev", "test", "testing");

    /** What else is known of the images may lie beside the class folders, under this name. */
    public static final String TABLE = "products.csv";

    public ImageFolder {
        classes = List.copyOf(classes);
        images = List.copyOf(images);
    }

    /**
     * One image file.
     *
     * @param classIndex into {@link ImageFolder#classes()}
     * @param productId the file's name without its ending, or {@code class/name} where two files share it
     */
    public record Entry(Path file, int classIndex, String productId) {}

    /**
     * Lists a folder.
     *
     * @throws ImageFolderException if it has no class folders, or one of them has no images
     */
    public static ImageFolder scan(Path root) throws IOException {
        if (!Files.exists(root)) {
            throw new NoSuchFileException(root.toString());
        }
        if (!Files.isDirectory(root)) {
            throw new NotDirectoryException(root.toString());
        }
        SortedMap<String, List<Path>> classes = new TreeMap<>();
        List<Path> classFolders = classFolders(root);
        classFolders.forEach(folder -> classes.put(className(folder), new ArrayList<>()));
        LeftOut leftOut = new LeftOut();
        ImageFiles.walk(root, leftOut, (path, real) -> {
            Path inRoot = root.relativize(path);
            if (inRoot.getNameCount() == 1) {
                leftOut.add(Reason.NO_CLASS, inRoot.toString());
            } else {
                classes.computeIfAbsent(className(root.resolve(inRoot.getName(0))), c -> new ArrayList<>())
                        .add(path);
            }
        });
        // A link to another class folder is none of its own.
        classFolders.stream().filter(Files::isSymbolicLink).forEach(link -> classes.remove(className(link), List.of()));
        check(root, classes, leftOut);
        return new ImageFolder(root, List.copyOf(classes.keySet()), entries(root, classes), leftOut);
    }

    /**
     * Lists images whose classes something else than their folders says.
     *
     * @param isListed whether the image of a path in the root is not to be left out
     * @param classOf its class; without one it is left out too
     * @throws ImageFolderException if there are none
     */
    public static ImageFolder scan(Path root, Predicate<Path> isListed, Function<Path, Optional<String>> classOf)
            throws IOException {
        if (!Files.isDirectory(root)) {
            throw new NotDirectoryException(root.toString());
        }
        SortedMap<String, List<Path>> classes = new TreeMap<>();
        LeftOut leftOut = new LeftOut();
        ImageFiles.walk(root, leftOut, (path, real) -> {
            Path inRoot = root.relativize(path);
            Optional<String> label = classOf.apply(inRoot);
            if (label.isPresent()) {
                classes.computeIfAbsent(label.get(), c -> new ArrayList<>()).add(path);
            } else {
                leftOut.add(isListed.test(inRoot) ? Reason.NO_CLASS : Reason.UNLISTED, inRoot.toString());
            }
        });
        if (classes.isEmpty()) {
            throw new ImageFolderException(
                    root + ": none of its images is listed with a class" + (leftOut.isEmpty() ? "" : "; " + leftOut));
        }
        return new ImageFolder(root, List.copyOf(classes.keySet()), entries(root, classes), leftOut);
    }

    private static void check(Path root, Map<String, List<Path>> classes, LeftOut leftOut) {
        String notes = leftOut.isEmpty() ? "" : "; " + leftOut;
        if (classes.isEmpty()) {
            throw new ImageFolderException(
                    root + ": no class folders; expected <class>/<product id>.jpg in it" + notes);
        }
        classes.forEach((name, files) -> {
            if (files.isEmpty()) {
                throw new ImageFolderException(root.resolve(name) + ": the class has no images" + notes);
            }
        });
        boolean allDeeper = classes.values().stream()
                .flatMap(List::stream)
                .allMatch(file -> root.relativize(file).getNameCount() > 2);
        if (allDeeper && (classes.size() == 1 || PARTS.containsAll(classes.keySet()))) {
            throw new ImageFolderException("%s: only folders in %s, no images; are the class folders one level deeper?"
                    .formatted(root, String.join(", ", classes.keySet())));
        }
    }

    private static List<Entry> entries(Path root, SortedMap<String, List<Path>> classes) {
        Map<String, Integer> uses = new HashMap<>();
        classes.values().forEach(files -> files.forEach(file -> uses.merge(productId(file), 1, Integer::sum)));
        List<Entry> entries = new ArrayList<>();
        int classIndex = 0;
        for (List<Path> files : classes.values()) {
            files.sort(Comparator.comparing(
                    file -> ImageNames.composed(root.relativize(file).toString())));
            for (Path file : files) {
                boolean unique = uses.getOrDefault(productId(file), 0) == 1;
                entries.add(new Entry(
                        file,
                        classIndex,
                        unique ? productId(file) : root.relativize(file).toString()));
            }
            classIndex++;
        }
        return entries;
    }

    private static List<Path> classFolders(Path root) throws IOException {
        try (Stream<Path> files = Files.list(root)) {
            return files.filter(ImageFiles::isOfImages)
                    .filter(Files::isDirectory)
                    .toList();
        }
    }

    private static String className(Path folder) {
        String name = ImageNames.composed(ImageFiles.nameOf(folder));
        if (name.indexOf('\uFFFD') >= 0) {
            throw new ImageFolderException(
                    folder + ": the class folder's name is not UTF-8; rename it (convmv does it for many)");
        }
        return name;
    }

    private static String productId(Path file) {
        return ImageNames.productId(ImageFiles.nameOf(file));
    }
}
