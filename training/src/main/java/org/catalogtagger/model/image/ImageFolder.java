package org.catalogtagger.model.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Labelled images as files: one folder per class, named by the class, as PyTorch's {@code ImageFolder} has it.
 *
 * @param root the folder of the class folders
 * @param classes the class folders' names, sorted
 * @param images the files, by class and name; hidden files are none of them
 */
public record ImageFolder(Path root, List<String> classes, List<Entry> images) {
    public ImageFolder {
        classes = List.copyOf(classes);
        images = List.copyOf(images);
    }

    /**
     * One image file.
     *
     * @param classIndex into {@link ImageFolder#classes()}
     * @param productId the file's name without its ending, or {@code class/name} where two classes share it
     */
    public record Entry(Path file, int classIndex, String productId) {}

    /**
     * Lists a folder.
     *
     * @throws ImageFolderException if it has no class folders, or one of them is empty
     */
    public static ImageFolder scan(Path root) throws IOException {
        if (!Files.exists(root)) {
            throw new NoSuchFileException(root.toString());
        }
        if (!Files.isDirectory(root)) {
            throw new NotDirectoryException(root.toString());
        }
        List<Path> classFolders =
                visible(root).stream().filter(Files::isDirectory).toList();
        if (classFolders.isEmpty()) {
            throw new ImageFolderException(root + ": no class folders; expected <class>/<product id>.jpg in it");
        }
        List<String> classes = classFolders.stream().map(ImageFolder::nameOf).toList();
        List<Path> files = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        for (int i = 0; i < classes.size(); i++) {
            List<Path> own = visible(classFolders.get(i)).stream()
                    .filter(Files::isRegularFile)
                    .toList();
            if (own.isEmpty()) {
                boolean deeper = !visible(classFolders.get(i)).isEmpty();
                throw new ImageFolderException(classFolders.get(i) + ": the class has no images"
                        + (deeper ? ", only folders; are the class folders one level deeper?" : ""));
            }
            files.addAll(own);
            labels.addAll(Collections.nCopies(own.size(), i));
        }
        return new ImageFolder(root, classes, entries(classes, files, labels));
    }

    private static List<Entry> entries(List<String> classes, List<Path> files, List<Integer> labels) {
        Map<String, Integer> uses = new HashMap<>();
        files.forEach(file -> uses.merge(stem(file), 1, Integer::sum));
        List<Entry> entries = new ArrayList<>(files.size());
        for (int i = 0; i < files.size(); i++) {
            String stem = stem(files.get(i));
            boolean unique = uses.getOrDefault(stem, 0) == 1;
            String productId = unique ? stem : classes.get(labels.get(i)) + "/" + nameOf(files.get(i));
            entries.add(new Entry(files.get(i), labels.get(i), productId));
        }
        return entries;
    }

    private static List<Path> visible(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> !nameOf(file).startsWith("."))
                    .sorted(Comparator.comparing(ImageFolder::nameOf))
                    .toList();
        }
    }

    private static String stem(Path file) {
        return nameOf(file).replaceFirst("\\.[^.]*$", "");
    }

    private static String nameOf(Path file) {
        return String.valueOf(file.getFileName());
    }
}
