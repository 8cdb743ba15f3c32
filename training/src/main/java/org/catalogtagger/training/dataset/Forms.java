package org.catalogtagger.training.dataset;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** Images as {@link NearDuplicates#FORM}, decoded when they are asked for first. Threads may share it. */
public final class Forms {
    private final Opening opening;
    private @Nullable PackedImages opened;

    /** How they are had. */
    @FunctionalInterface
    interface Opening {
        PackedImages open() throws IOException;
    }

    Forms(Opening opening) {
        this.opening = opening;
    }

    /** Those of images that are compared as they are. */
    static Forms of(PackedImages images) {
        return new Forms(() -> images);
    }

    /**
     * The images.
     *
     * @throws UncheckedIOException if they cannot be decoded or kept
     */
    synchronized PackedImages get() {
        PackedImages images = opened;
        if (images == null) {
            try {
                images = opening.open();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            opened = images;
        }
        return images;
    }
}
