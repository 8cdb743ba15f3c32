package org.catalogtagger.streaming.bundles;

import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.cli.TemporaryFolder;
import org.catalogtagger.model.bundle.AtomicDirectory;
import org.catalogtagger.model.bundle.BundleException;
import org.catalogtagger.model.bundle.BundleFiles;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.model.bundle.ModelDescription;
import org.catalogtagger.model.bundle.Sha256;
import org.catalogtagger.streaming.bundles.StoreCalls.Call;

/** A bundle in a store. Only its four files are asked for, and nothing is listed. */
final class RemoteBundle {
    private final StoreFolder folder;
    private final StoreCalls.Limits limits;

    RemoteBundle(StoreFolder folder, StoreCalls.Limits limits) {
        this.folder = folder;
        this.limits = limits;
    }

    /**
     * The SHA-256 of its sums, a name for what lies there now; empty if there is no bundle.
     *
     * @throws BundleException if the store does not say
     */
    Optional<String> digest() {
        try {
            return Optional.of(call(new StoreCalls(limits), BundleFiles.SUMS, progress -> {
                ByteArrayOutputStream sums = new ByteArrayOutputStream();
                folder.read(BundleFiles.SUMS, BundleFiles.MAX_SUMS_BYTES, bytes -> sums, progress);
                return new Sha256().update(sums.toByteArray()).hex();
            }));
        } catch (FileNotFoundException e) {
            return Optional.empty();
        }
    }

    /**
     * The same of a bundle that must be there.
     *
     * @throws BundleException if it is not
     */
    String requireDigest() {
        return digest().orElseThrow(() ->
                new BundleException("no model bundle at %s: no %s there".formatted(folder, BundleFiles.SUMS)));
    }

    /**
     * Fetches it to a directory of this process, which is removed afterwards, and verifies it.
     *
     * @param digest that it must have
     * @param accept told of the model before its largest file is fetched; may throw
     * @param use takes from the directory what it needs
     * @throws BundleException if it cannot be fetched or used, or is another by now
     */
    <T> T fetched(String digest, Consumer<ModelDescription> accept, Function<ModelBundle, T> use) {
        StoreCalls calls = new StoreCalls(limits);
        Path directory = newDirectory();
        try {
            BundleFiles.fetch((file, to, limit) -> fetch(calls, file, to, limit), accept, directory);
            if (!Sha256.of(directory.resolve(BundleFiles.SUMS)).equals(digest)) {
                throw new BundleException(folder + " is being replaced; try again");
            }
            return use.apply(ModelBundle.open(directory));
        } catch (BundleException e) {
            // Who hears of it knows the bundle by its URI.
            String message = String.valueOf(e.getMessage());
            throw new BundleException(message.replace(directory.toString(), folder.toString()), e);
        } catch (IOException e) {
            throw new BundleException("the copy of %s cannot be read: %s".formatted(folder, e), e);
        } finally {
            remove(directory);
        }
    }

    private void fetch(StoreCalls calls, String file, Path to, long limit) {
        Path directory = Objects.requireNonNull(to.getParent());
        try {
            Path unused = call(calls, file, progress -> {
                // An attempt that was given up may still write to its own.
                Path part = Files.createTempFile(directory, file, ".part");
                folder.read(file, limit, bytes -> open(part, bytes), progress);
                return Files.move(part, to);
            });
        } catch (FileNotFoundException e) {
            throw new BundleException("the model bundle %s has no %s".formatted(folder, file), e);
        }
    }

    /** Half of what is free is left to others. */
    private OutputStream open(Path part, long bytes) throws IOException {
        long free = Files.getFileStore(part).getUsableSpace();
        if (bytes > free / 2) {
            throw new BundleException("%s takes %,d bytes, more than half of the %,d that are free at %s"
                    .formatted(folder, bytes, free, part.getParent()));
        }
        return Files.newOutputStream(part);
    }

    private <T> T call(StoreCalls calls, String file, Call<T> call) throws FileNotFoundException {
        try {
            return calls.call(call);
        } catch (FileNotFoundException e) {
            throw e;
        } catch (IOException e) {
            throw new BundleException("%s/%s: %s".formatted(folder, file, StoreCalls.reason(e)), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BundleException("interrupted while it fetched " + folder, e);
        }
    }

    private Path newDirectory() {
        try {
            Path place = TemporaryFolder.ofThisProcess();
            // Whoever tidies temporary folders may have removed it.
            return Files.createTempDirectory(Files.createDirectories(place), "bundle-");
        } catch (IOException | CommandException e) {
            throw new BundleException("no room for a copy of %s: %s".formatted(folder, e.getMessage()), e);
        }
    }

    /** What a call that was given up makes there meanwhile goes with the process. */
    private static void remove(Path directory) {
        try {
            AtomicDirectory.deleteRecursively(directory);
        } catch (IOException e) {
            // See above.
        }
    }
}
