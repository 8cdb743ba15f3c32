package org.catalogtagger.training.commands;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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

    @Option(names = "--images", paramLabel = "DIR", description = "The images, laid out as <class>/<product id>.jpg.")
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
        return loading.load(images.orElseThrow(), framing, console);
    }

    @Override
    public Set<Entry> chosen(LabelledImages data, List<ModelBundle> models, PrintStream console) {
        return heldOut.of(data, models, images.orElseThrow(), console);
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
