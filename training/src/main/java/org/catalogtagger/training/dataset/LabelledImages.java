package org.catalogtagger.training.dataset;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.catalogtagger.model.ImageDecoder;
import org.catalogtagger.model.ImageFolder;
import org.catalogtagger.model.ImageFolder.Entry;
import org.catalogtagger.model.ImageFolderException;
import org.catalogtagger.model.ImageLimits;
import org.catalogtagger.model.ImageSize;
import org.catalogtagger.model.Sha256;
import org.catalogtagger.model.UnreadableImageException;

/**
 * The images of a folder, decoded into memory (4,800 bytes each at 60x80).
 *
 * @param classes in the order of the labels
 * @param images the readable ones, in the folder's order
 * @param unreadable the files that were skipped, and why
 * @param digest SHA-256 over the names and bytes of the readable files, 64 hexadecimal digits
 */
public record LabelledImages(List<String> classes, List<Image> images, List<Unreadable> unreadable, String digest) {
    public LabelledImages {
        classes = List.copyOf(classes);
        images = List.copyOf(images);
        unreadable = List.copyOf(unreadable);
    }

    /**
     * One decoded image.
     *
     * @param label the index of its class
     * @param pixels gray levels as {@link ImageDecoder} gives them
     */
    public record Image(Entry entry, int label, byte[] pixels) {
        /** The same image with its class counted otherwise. */
        public Image withLabel(int newLabel) {
            return new Image(entry, newLabel, pixels);
        }
    }

    /** A file that is no image that can be used. */
    public record Unreadable(Entry entry, String reason) {}

    /**
     * Decodes a folder with all cores.
     *
     * @param maxUnreadable the share of files, 0 to 1, that may be unreadable
     * @param decoded told how many files are done; called from several threads
     * @throws ImageFolderException if more files are unreadable, or a class is left with fewer than two images
     */
    public static LabelledImages load(
            ImageFolder folder, ImageSize size, ImageLimits limits, double maxUnreadable, IntConsumer decoded) {
        ThreadLocal<ImageDecoder> decoders = ThreadLocal.withInitial(() -> new ImageDecoder(size, limits));
        AtomicInteger done = new AtomicInteger();
        List<Loaded> loaded = folder.images().parallelStream()
                .map(entry -> {
                    Loaded one = load(entry, decoders.get());
                    decoded.accept(done.incrementAndGet());
                    return one;
                })
                .toList();
        List<Image> images = new ArrayList<>();
        List<Unreadable> unreadable = new ArrayList<>();
        Sha256 digest = new Sha256();
        for (Loaded one : loaded) {
            one.unreadable().ifPresent(unreadable::add);
            one.image().ifPresent(image -> {
                images.add(image);
                digest.update(folder.root()
                        .relativize(image.entry().file())
                        .toString()
                        .getBytes(StandardCharsets.UTF_8));
                digest.update(one.sha256().getBytes(StandardCharsets.UTF_8));
            });
        }
        check(folder, images, unreadable, maxUnreadable);
        return new LabelledImages(folder.classes(), images, unreadable, digest.hex());
    }

    private static void check(
            ImageFolder folder, List<Image> images, List<Unreadable> unreadable, double maxUnreadable) {
        int files = folder.images().size();
        if (unreadable.size() > maxUnreadable * files) {
            Unreadable first = unreadable.get(0);
            throw new ImageFolderException(
                    "%s: %,d of %,d files are unreadable, more than %.1f %%; the first is %s (%s)"
                            .formatted(
                                    folder.root(),
                                    unreadable.size(),
                                    files,
                                    100 * maxUnreadable,
                                    first.entry().file(),
                                    first.reason()));
        }
        int[] perClass = new int[folder.classes().size()];
        images.forEach(image -> perClass[image.label()]++);
        IntStream.range(0, perClass.length)
                .filter(i -> perClass[i] < 2)
                .findFirst()
                .ifPresent(i -> {
                    throw new ImageFolderException(
                            "%s: the class %s has %d readable image(s); training and test need one each"
                                    .formatted(folder.root(), folder.classes().get(i), perClass[i]));
                });
    }

    private static Loaded load(Entry entry, ImageDecoder decoder) {
        try {
            byte[] encoded = Files.readAllBytes(entry.file());
            String sha256 = new Sha256().update(encoded).hex();
            return new Loaded(
                    Optional.of(new Image(entry, entry.classIndex(), decoder.decode(encoded))),
                    Optional.empty(),
                    sha256);
        } catch (UnreadableImageException e) {
            return new Loaded(
                    Optional.empty(),
                    Optional.of(new Unreadable(entry, e.reason().code() + ": " + e.getMessage())),
                    "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Loaded(Optional<Image> image, Optional<Unreadable> unreadable, String sha256) {}
}
