package org.catalogtagger.training.commands;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.cli.TextFile;
import org.catalogtagger.model.bundle.ModelDescription;
import org.catalogtagger.model.bundle.Names;
import org.catalogtagger.model.image.ImageNames;
import org.catalogtagger.training.dataset.LabelledImages;
import org.catalogtagger.training.dataset.LabelledImages.Image;

/** The classes of a model that images are judged by. */
final class ModelClasses {
    private static final int SHOWN = 5;

    private ModelClasses() {}

    /**
     * Reads a file of classes, one a line, in the order of a model's answers; blank lines at its end do not count.
     *
     * @throws CommandException naming the line that is no class
     */
    static List<String> read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new CommandException("--classes: no file " + file);
        }
        List<String> lines = TextFile.read(file)
                .text()
                .stripTrailing()
                .lines()
                .map(String::strip)
                .toList();
        if (lines.isEmpty() || lines.size() > ModelDescription.MAX_CLASSES) {
            throw new CommandException("%s: %,d classes; one a line, from 1 to %,d, is what it should have"
                    .formatted(file, lines.size(), ModelDescription.MAX_CLASSES));
        }
        List<String> classes = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (String line : lines) {
            String name = ImageNames.composed(line);
            if (!Names.isName(name) || !seen.add(name)) {
                throw new CommandException("%s, line %d: %s"
                        .formatted(
                                file,
                                classes.size() + 1,
                                Names.isName(name) ? "the class " + name + " again" : "no name of a class"));
            }
            classes.add(name);
        }
        return classes;
    }

    private static String shown(List<String> names) {
        String first = String.join(", ", names.subList(0, Math.min(SHOWN, names.size())));
        return names.size() <= SHOWN ? first : "%s and %d more".formatted(first, names.size() - SHOWN);
    }

    /**
     * Images with their labels counted as a model counts its classes.
     *
     * @param some of the data's images
     * @param model how the message calls it
     * @throws CommandException naming a class of theirs that the model does not know
     */
    static List<Image> relabelled(
            LabelledImages data, List<Image> some, List<String> classes, String model, Path images) {
        List<String> unknown = some.stream()
                .map(image -> data.classes().get(image.label()))
                .distinct()
                .filter(label -> !classes.contains(label))
                .sorted()
                .toList();
        if (!unknown.isEmpty()) {
            throw new CommandException("the model %s does not know the class %s of %s; it knows %s"
                    .formatted(model, shown(unknown), images, shown(classes)));
        }
        List<Image> relabelled = new ArrayList<>();
        for (Image image : some) {
            relabelled.add(image.withLabel(classes.indexOf(data.classes().get(image.label()))));
        }
        return relabelled;
    }
}
