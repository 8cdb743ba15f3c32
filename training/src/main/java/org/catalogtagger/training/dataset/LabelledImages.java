package org.catalogtagger.training.dataset;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntConsumer;
import org.catalogtagger.model.bundle.Sha256;
import org.catalogtagger.model.image.Framing;
import org.catalogtagger.model.image.ImageDecoder;
import org.catalogtagger.model.image.ImageFolder;
import org.catalogtagger.model.image.ImageFolder.Entry;
import org.catalogtagger.model.image.ImageFolderException;
import org.catalogtagger.model.image.ImageLimits;
import org.catalogtagger.model.image.ImageSize;

/**
 * The images of a folder, decoded.
 *
 * @param classes in the order of the labels
 * @param images the readable ones, in the folder's order
 * @param unreadable the files that were skipped, and why
 * @param digest SHA-256 over the names and bytes of all files and the manifest, 64 hexadecimal digits
 * @param size of the images
 * @param manifest what else is known of them, if anything
 */
public record LabelledImages(
        List<String> classes,
        List<Image> images,
        List<Unreadable> unreadable,
        String digest,
        ImageSize size,
        Optional<Manifest> manifest) {
    public LabelledImages {
        classes = List.copyOf(classes);
        images = List.copyOf(images);
        unreadable = List.copyOf(unreadable);
    }

    /**
     * One decoded image.
     *
     * @param label the index of its class
     * @param packed where its samples are
     * @param index of the image in it
     * @param forms where it is as {@link NearDuplicates#FORM}, under the same index
     */
    public record Image(Entry entry, int label, PackedImages packed, int index, Forms forms) {
        /** One that is compared with others as it is. */
        public Image(Entry entry, int label, PackedImages packed, int index) {
            this(entry, label, packed, index, Forms.of(packed));
        }

        /** Its samples as {@link ImageDecoder} gives them. */
        public byte[] pixels() {
            byte[] pixels = new byte[packed.size().samples()];
            copyTo(pixels);
            return pixels;
        }

        /** Copies its samples into an array of their number. */
        public void copyTo(byte[] pixels) {
            packed.copy(index, pixels);
        }

        /** The same image with its class counted otherwise. */
        public Image withLabel(int newLabel) {
            return new Image(entry, newLabel, packed, index, forms);
        }
    }

    /** A file that is no image that can be used. */
    public record Unreadable(Entry entry, String reason) {}

    /**
     * The same images with what a table says of them.
     *
     * @param table the one that the folder was listed by
     */
    public LabelledImages with(Manifest table) {
        String both = new Sha256()
                .update((digest + table.digest()).getBytes(StandardCharsets.UTF_8))
                .hex();
        return new LabelledImages(classes, images, unreadable, both, size, Optional.of(table));
    }

    /** The same with other images of them, whose labels index the given classes. */
    LabelledImages with(List<String> otherClasses, List<Image> some) {
        return new LabelledImages(otherClasses, some, unreadable, digest, size, manifest);
    }

    /**
     * Reads a folder. The first time, it is decoded with all cores into a file in the cache; after that the file is used
     * for as long as no image has changed.
     *
     * @param maxUnreadable the share of files, 0 to 1, that may be unreadable
     * @param cache the directory of such files; made if there is none
     * @param done told how many files are done; called from several threads
     * @throws ImageFolderException if more files are unreadable, or all are
     */
    public static LabelledImages load(
            ImageFolder folder, Framing framing, ImageLimits limits, double maxUnreadable, Path cache, IntConsumer done)
            throws IOException {
        ImagePack pack = ImagePack.of(folder, framing, limits, cache, done);
        Forms forms =
                new Forms(() -> pack.framed(folder, NearDuplicates.FORM, cache).images());
        Map<Integer, String> faults = pack.index().unreadable();
        List<Image> images = new ArrayList<>();
        List<Unreadable> unreadable = new ArrayList<>();
        for (int i = 0; i < folder.images().size(); i++) {
            Entry entry = folder.images().get(i);
            String fault = faults.get(i);
            if (fault == null) {
                images.add(new Image(entry, entry.classIndex(), pack.images(), i, forms));
            } else {
                unreadable.add(new Unreadable(entry, fault));
            }
        }
        check(folder, unreadable, maxUnreadable);
        return new LabelledImages(
                folder.classes(), images, unreadable, pack.index().digest(), framing.size(), Optional.empty());
    }

    /**
     * So many of the images, drawn at random, each class in its proportion and with three at least, if it has them:
     * one to fit to, one for validation, one to test on.
     *
     * @param count about how many; all, if there are no more
     */
    public LabelledImages subset(int count, long seed) {
        if (count >= images.size()) {
            return this;
        }
        List<Image> some = new ArrayList<>();
        Random random = new Random(seed);
        for (int label = 0; label < classes.size(); label++) {
            int wanted = label;
            List<Image> own = new ArrayList<>(
                    images.stream().filter(image -> image.label() == wanted).toList());
            Collections.shuffle(own, random);
            long share = Math.round((double) own.size() * count / images.size());
            some.addAll(own.subList(0, (int) Math.min(own.size(), Math.max(3, share))));
        }
        String subsetDigest = new Sha256()
                .update("%s subset %d, 3 of each, %d"
                        .formatted(digest, count, seed)
                        .getBytes(StandardCharsets.UTF_8))
                .hex();
        return new LabelledImages(classes, some, List.of(), subsetDigest, size, manifest);
    }

    private static void check(ImageFolder folder, List<Unreadable> unreadable, double maxUnreadable) {
        int files = folder.images().size();
        if (unreadable.size() > maxUnreadable * files || unreadable.size() == files) {
            Unreadable first = unreadable.get(0);
            throw new ImageFolderException("%s: %,d of %,d files are unreadable, %s; the first is %s (%s)"
                    .formatted(
                            folder.root(),
                            unreadable.size(),
                            files,
                            unreadable.size() == files
                                    ? "all"
                                    : "more than the %.1f %% of --max-unreadable".formatted(100 * maxUnreadable),
                            first.entry().file(),
                            first.reason()));
        }
    }
}
