package org.catalogtagger.training.commands;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.model.image.Framing;
import org.catalogtagger.model.image.ImageFolder.Entry;
import org.catalogtagger.training.compare.ComparedImages;
import org.catalogtagger.training.dataset.LabelledImages;
import org.catalogtagger.training.dataset.LabelledImages.Image;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A folder of images on which models are compared, by options. */
public final class FolderToCompare implements ComparedImages {
    /** The options that are of a folder only. */
    public static final List<String> OPTIONS =
            List.of("--unlabelled", "--held-out", "--manifest", "--max-unreadable", "--cache");

    private static final int SHOWN = 5;

    @Option(
            names = "--images",
            paramLabel = "DIR",
            description = "The images, laid out as <class>/<product id>.jpg, or with --unlabelled in any way.")
    private Optional<Path> images = Optional.empty();

    @Option(
            names = "--unlabelled",
            description = "The folders' names are not the classes of the images: what is right is not known.")
    private boolean unlabelled;

    @Mixin
    private HeldOut heldOut;

    @Mixin
    private Loading loading;

    /** Whether there is one. */
    public boolean isGiven() {
        return images.isPresent();
    }

    @Override
    public LabelledImages load(Framing framing, PrintStream console) throws IOException {
        return loading.load(images.orElseThrow(), unlabelled, framing, console);
    }

    @Override
    public Set<Entry> chosen(LabelledImages data, List<ModelBundle> models, PrintStream console) {
        Set<Entry> chosen = heldOut.of(data, models, images.orElseThrow(), console);
        if (!unlabelled) {
            sayUnknown(data, chosen, models, console);
        }
        return chosen;
    }

    /** A class that is new is wrong for all of them, truly; a folder whose name is no class is too. */
    private static void sayUnknown(
            LabelledImages data, Set<Entry> chosen, List<ModelBundle> models, PrintStream console) {
        Map<String, Long> unknown = data.images().stream()
                .filter(image -> chosen.contains(image.entry()))
                .map(image -> data.classes().get(image.label()))
                .filter(label -> models.stream()
                        .noneMatch(model -> model.description().classes().contains(label)))
                .collect(Collectors.groupingBy(label -> label, TreeMap::new, Collectors.counting()));
        if (!unknown.isEmpty()) {
            console.printf(
                    "no model knows %s%s: none is right on these images (--unlabelled if folders are no classes)%n",
                    unknown.entrySet().stream()
                            .limit(SHOWN)
                            .map(label -> "%s (%,d images)".formatted(label.getKey(), label.getValue()))
                            .collect(Collectors.joining(", ")),
                    unknown.size() > SHOWN ? " and %,d more classes".formatted(unknown.size() - SHOWN) : "");
        }
    }

    @Override
    public Optional<String> truth(Image image, LabelledImages data) {
        return unlabelled ? Optional.empty() : Optional.of(data.classes().get(image.label()));
    }

    @Override
    public String product(Image image) {
        return image.entry().productId();
    }

    @Override
    public String place(Image image) {
        return image.entry().file().toString();
    }
}
