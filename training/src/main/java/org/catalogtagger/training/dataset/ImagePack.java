package org.catalogtagger.training.dataset;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.catalogtagger.model.bundle.AtomicDirectory;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.model.bundle.Sha256;
import org.catalogtagger.model.image.Framing;
import org.catalogtagger.model.image.ImageDecoder;
import org.catalogtagger.model.image.ImageFolder;
import org.catalogtagger.model.image.ImageFolder.Entry;
import org.catalogtagger.model.image.ImageLimits;
import org.catalogtagger.model.image.ImageNames;
import org.catalogtagger.model.image.UnreadableImageException;

/**
 * A folder of images, decoded once with all cores and kept for the next run: a directory with {@value #PIXELS}, which
 * {@link PackedImages} maps, and {@value #INDEX}. Image {@code i} is the folder's file {@code i}.
 *
 * <p>There is one pack per folder and framing. It holds as long as the folder's digest is the one in its index, that is,
 * until a file is added, removed, renamed or changed; then it is written anew.
 *
 * @param index what the pack was made from, and what of it could not be read
 * @param images the decoded ones
 */
record ImagePack(Index index, PackedImages images) {
    private static final String INDEX = "index.json";
    private static final String PIXELS = "pixels";

    /** Grows when the decoder gives other samples, or the layout changes. */
    private static final int VERSION = 3;

    private static final String PERMISSION = "permission denied";

    /** What a thread decodes before it writes it. */
    private static final int CHUNK_BYTES = 8 << 20;

    private static final int MOST_IN_CHUNK = 256;

    /**
     * The pack's description.
     *
     * @param digest SHA-256 over the names and bytes of all files, 64 hexadecimal digits
     * @param unreadable the reason by the index of each file that could not be decoded
     */
    record Index(
            int version, String digest, Framing framing, ImageLimits limits, TreeMap<Integer, String> unreadable) {}

    /**
     * Opens the pack of a folder, or makes it.
     *
     * @param cache the directory of all packs
     * @param done told how many files are done, from several threads
     */
    static ImagePack of(ImageFolder folder, Framing framing, ImageLimits limits, Path cache, IntConsumer done)
            throws IOException {
        return of(folder, framing, limits, cache, done, () -> digest(folder, done));
    }

    /**
     * The pack of the same images in another framing.
     *
     * @throws IOException if files have changed since
     */
    ImagePack framed(ImageFolder folder, Framing other, Path cache) throws IOException {
        if (index.framing().equals(other)) {
            return this;
        }
        ImagePack framed = of(folder, other, index.limits(), cache, done -> {}, index::digest);
        if (!framed.index().digest().equals(index.digest())
                || !framed.index()
                        .unreadable()
                        .keySet()
                        .equals(index.unreadable().keySet())) {
            throw new IOException(folder.root() + ": images have changed while they were read; try again");
        }
        return framed;
    }

    private static ImagePack of(
            ImageFolder folder,
            Framing framing,
            ImageLimits limits,
            Path cache,
            IntConsumer done,
            Supplier<String> digest)
            throws IOException {
        Path directory = directory(folder, framing, cache);
        Optional<ImagePack> there = open(directory, framing, limits);
        if (there.isPresent() && there.get().index().digest().equals(digest.get())) {
            return there.get();
        }
        return AtomicDirectory.replace(directory, temporary -> {
            Index made = pack(folder, framing, limits, temporary.resolve(PIXELS), done);
            Json.write(temporary.resolve(INDEX), made);
            return new ImagePack(made, PackedImages.map(temporary.resolve(PIXELS), framing.size()));
        });
    }

    /**
     * The pack that is there, if it is of these terms. Another command on the same folder, with another manifest say, may put its own in
     * this one's place at any time: what is mapped stays what it was, and the index is that of the pixels if it was there
     * before and after they were mapped.
     */
    private static Optional<ImagePack> open(Path directory, Framing framing, ImageLimits limits) throws IOException {
        Optional<Index> index = readIndex(directory)
                .filter(found -> found.version() == VERSION
                        && found.framing().equals(framing)
                        && found.limits().equals(limits));
        if (index.isEmpty() || !Files.isRegularFile(directory.resolve(PIXELS))) {
            return Optional.empty();
        }
        try {
            PackedImages pixels = PackedImages.map(directory.resolve(PIXELS), framing.size());
            return index.equals(readIndex(directory))
                    ? Optional.of(new ImagePack(index.get(), pixels))
                    : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static Path directory(ImageFolder folder, Framing framing, Path cache) throws IOException {
        String place = new Sha256()
                .update(folder.root().toRealPath().toString().getBytes(StandardCharsets.UTF_8))
                .hex();
        return cache.resolve("%s-%s-%s-%s"
                .formatted(
                        folder.root().toRealPath().getFileName(),
                        place.substring(0, 12),
                        framing.size(),
                        framing.fit().name().toLowerCase(Locale.ROOT)));
    }

    /** A damaged index is as good as none. */
    private static Optional<Index> readIndex(Path directory) {
        try {
            return Optional.of(Json.read(directory.resolve(INDEX), Index.class));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String digest(ImageFolder folder, IntConsumer done) {
        List<Entry> files = folder.images();
        String[] sums = new String[files.size()];
        AtomicInteger finished = new AtomicInteger();
        IntStream.range(0, sums.length).parallel().forEach(i -> {
            sums[i] = sum(files.get(i));
            done.accept(finished.incrementAndGet());
        });
        return digest(folder, sums);
    }

    private static String digest(ImageFolder folder, String[] sums) {
        Sha256 digest = new Sha256();
        for (int i = 0; i < sums.length; i++) {
            Path name = folder.root().relativize(folder.images().get(i).file());
            digest.update(ImageNames.composed(name.toString()).getBytes(StandardCharsets.UTF_8));
            digest.update(sums[i].getBytes(StandardCharsets.UTF_8));
        }
        return digest.hex();
    }

    private static Index pack(ImageFolder folder, Framing framing, ImageLimits limits, Path file, IntConsumer done)
            throws IOException {
        List<Entry> files = folder.images();
        int samples = framing.size().samples();
        String[] sums = new String[files.size()];
        String[] faults = new String[files.size()];
        ThreadLocal<ImageDecoder> decoders = ThreadLocal.withInitial(() -> new ImageDecoder(framing, limits));
        AtomicInteger finished = new AtomicInteger();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            int inChunk = Math.max(1, Math.min(MOST_IN_CHUNK, CHUNK_BYTES / samples));
            int chunks = (files.size() + inChunk - 1) / inChunk;
            IntStream.range(0, chunks).parallel().forEach(chunk -> {
                int from = chunk * inChunk;
                int to = Math.min(from + inChunk, files.size());
                ByteBuffer levels = ByteBuffer.allocate((to - from) * samples);
                for (int i = from; i < to; i++) {
                    try {
                        byte[] encoded = read(files.get(i), limits);
                        sums[i] = new Sha256().update(encoded).hex();
                        levels.put((i - from) * samples, decoders.get().decode(encoded));
                    } catch (UnreadableImageException e) {
                        faults[i] = e.reason().code() + ": " + e.getMessage();
                    } catch (AccessDeniedException e) {
                        faults[i] = PERMISSION;
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                    if (sums[i] == null) {
                        sums[i] = sum(files.get(i));
                    }
                }
                write(channel, levels, (long) from * samples);
                done.accept(finished.addAndGet(to - from));
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        TreeMap<Integer, String> unreadable = new TreeMap<>();
        IntStream.range(0, faults.length).filter(i -> faults[i] != null).forEach(i -> unreadable.put(i, faults[i]));
        return new Index(VERSION, digest(folder, sums), framing, limits, unreadable);
    }

    /** All of a file, unless it is larger than any image may be: it may be larger than memory, too. */
    private static byte[] read(Entry entry, ImageLimits limits) throws IOException, UnreadableImageException {
        limits.checkBytes(Files.size(entry.file()));
        return Files.readAllBytes(entry.file());
    }

    /** SHA-256 of a file's bytes; one that may not be read has none, and is decoded when it may be. */
    private static String sum(Entry entry) {
        try {
            return Sha256.of(entry.file());
        } catch (AccessDeniedException e) {
            return PERMISSION;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(FileChannel channel, ByteBuffer levels, long position) {
        try {
            while (levels.hasRemaining()) {
                channel.write(levels, position + levels.position());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
