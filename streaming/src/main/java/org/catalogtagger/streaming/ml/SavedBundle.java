package org.catalogtagger.streaming.ml;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import org.catalogtagger.model.bundle.ModelBundle;

/** The model's bundle inside of a saved stage. Stages are saved to directories that this machine has mounted. */
final class SavedBundle {
    private SavedBundle() {}

    /** Where it is. */
    static Path in(String stage) {
        URI uri = stage.matches("[A-Za-z][A-Za-z0-9+.-]+:.*")
                ? URI.create(stage)
                : Path.of(stage).toUri();
        if (!"file".equals(uri.getScheme())) {
            throw new IllegalArgumentException("a model is saved to and loaded from a local directory, not " + stage);
        }
        return Path.of(uri.getPath()).toAbsolutePath().resolve("bundle");
    }

    /** Puts a copy there. */
    static void copyInto(String stage, Path bundle) throws IOException {
        ModelBundle.open(bundle).copyTo(in(stage));
    }
}
