package org.catalogtagger.training.commands;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.cli.Progress;
import org.catalogtagger.model.image.Framing;
import org.catalogtagger.model.image.ImageFolder;
import org.catalogtagger.model.image.ImageLimits;
import org.catalogtagger.training.commands.ListedImages.Listed;
import org.catalogtagger.training.dataset.LabelledImages;
import org.catalogtagger.training.dataset.LabelledImages.Unreadable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of commands that load a folder of images, which they do with a progress display. */
public final class Loading {
    private static final int UNREADABLE_SHOWN = 20;
    private static final double MAX_UNREADABLE = 1;

    @Option(
            names = "--max-unreadable",
            paramLabel = "PERCENT",
            description =
                    "More unreadable files than this share are an error (default: 1; inspect, which shows them: 100).")
    private Optional<Double> maxUnreadable = Optional.empty();

    @Option(
            names = "--cache",
            paramLabel = "DIR",
            description = "Where decoded images are kept for the next run (default: catalog-tagger in"
                    + " $$XDG_CACHE_HOME, or in ~/.cache).")
    private Optional<Path> cache = Optional.empty();

    @Mixin
    private ListedImages listed;

    /** Loads a folder, and says what it skipped. */
    public LabelledImages load(Path folder, Framing framing, PrintStream out) throws IOException {
        return load(folder, false, framing, out);
    }

    /** The same however many are unreadable, if nothing else is asked for: to say which is what they are loaded for. */
    LabelledImages loadAll(Path folder, Framing framing, PrintStream out) throws IOException {
        maxUnreadable = Optional.of(maxUnreadable.orElse(100.0));
        return load(folder, framing, out);
    }

    /**
     * The same.
     *
     * @param inAnyWay whether images may lie there without class folders
     */
    LabelledImages load(Path folder, boolean inAnyWay, Framing framing, PrintStream out) throws IOException {
        double maxUnreadablePercent = maxUnreadable.orElse(MAX_UNREADABLE);
        if (!(maxUnreadablePercent >= 0 && maxUnreadablePercent <= 100)) {
            throw new CommandException("--max-unreadable must be from 0 to 100, not " + maxUnreadablePercent);
        }
        Listed found = listed.list(folder, inAnyWay, out);
        ImageFolder files = found.folder();
        LabelledImages data;
        try (Progress progress = Progress.start("reading", files.images().size(), out)) {
            data = LabelledImages.load(
                    files, framing, ImageLimits.DEFAULT, maxUnreadablePercent / 100, cacheDirectory(), done -> {
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
        return found.table().map(data::with).orElse(data);
    }

    private Path cacheDirectory() {
        return cache.orElseGet(() -> {
            String given = System.getenv("XDG_CACHE_HOME");
            Path caches = given == null || given.isEmpty()
                    ? Path.of(System.getProperty("user.home"), ".cache")
                    : Path.of(given);
            return caches.resolve("catalog-tagger");
        });
    }

    private static String line(Unreadable file) {
        return file.entry().file() + ": " + file.reason();
    }
}
