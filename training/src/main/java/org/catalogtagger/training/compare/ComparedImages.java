package org.catalogtagger.training.compare;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.model.image.Framing;
import org.catalogtagger.model.image.ImageFolder.Entry;
import org.catalogtagger.training.dataset.LabelledImages;
import org.catalogtagger.training.dataset.LabelledImages.Image;

/** The images on which two models are compared. */
public interface ComparedImages {
    /** All of them, decoded as a model wants them. */
    LabelledImages load(Framing framing, PrintStream console) throws IOException;

    /** Those that may judge the models. */
    Set<Entry> chosen(LabelledImages data, List<ModelBundle> models, PrintStream console);

    /** An image's class, if it is known. */
    Optional<String> truth(Image image, LabelledImages data);

    /** Whose image it is, for people. */
    String product(Image image);

    /** Where it lies, for programs. */
    String place(Image image);
}
