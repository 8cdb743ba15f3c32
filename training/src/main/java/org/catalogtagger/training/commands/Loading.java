package org.catalogtagger.training.commands;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import org.catalogtagger.cli.Progress;
import org.catalogtagger.model.ImageFolder;
import org.catalogtagger.model.ImageLimits;
import org.catalogtagger.model.ImageSize;
import org.catalogtagger.training.dataset.LabelledImages;
import org.catalogtagger.training.dataset.LabelledImages.Unreadable;

/** Loads a folder of images with a progress display, and says what it skipped. */
public final class Loading {
    private static final int UNREADABLE_SHOWN = 20;

    private Loading() {}

    /**
     * Loads a folder.
     *
     * @param maxUnreadable the share of unreadable files, 0 to 1, above which it is refused
     */
    public static LabelledImages load(Path folder, ImageSize size, double maxUnreadable, PrintStream out)
            throws IOException {
        ImageFolder files = ImageFolder.scan(folder);
        LabelledImages data;
        try (Progress progress = Progress.start("reading", files.images().size(), out)) {
            data = LabelledImages.load(files, size, ImageLimits.DEFAULT, maxUnreadable, done -> {
                synchronized (progress) {
                    progress.to(done, "");
                }
            });
        }
        out.printf(
                "data: %,d images of %d classes in %s%n",
                data.images().size(), data.classes().size(), folder);
        if (!data.unreadable().isEmpty()) {
            out.printf("skipped %,d unreadable file(s):%n", data.unreadable().size());
            data.unreadable().stream().limit(UNREADABLE_SHOWN).forEach(file -> out.println("  " + line(file)));
            if (data.unreadable().size() > UNREADABLE_SHOWN) {
                out.printf("  and %,d more%n", data.unreadable().size() - UNREADABLE_SHOWN);
            }
        }
        return data;
    }

    private static String line(Unreadable file) {
        return file.entry().file() + ": " + file.reason();
    }
}
