package org.catalogtagger.streaming.bundles;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.catalogtagger.model.bundle.BundleException;
import org.catalogtagger.model.bundle.BundleFiles;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.model.bundle.Sha256;
import org.catalogtagger.streaming.bundles.BundleAddress.Here;

/** A place for bundles that others reach too: a folder of a mounted volume, or a URI. Each has a folder named by its version. */
public final class BundleStore {
    private BundleStore() {}

    /**
     * Copies a bundle into a store, whole or not at all; one that is there already stays.
     *
     * @param store see {@link BundleAddress}
     * @return where it is there
     * @throws BundleException if there is another of the same version, or the store cannot be asked
     * @throws IOException if it cannot be written
     */
    public static BundleAddress put(ModelBundle bundle, String store) throws IOException {
        String name = folderName(bundle.description().modelVersion());
        BundleAddress address = BundleAddress.of(store);
        Path sums = bundle.directory().resolve(BundleFiles.SUMS);
        if (address instanceof Here here) {
            Path target = here.directory().toAbsolutePath().normalize().resolve(name);
            Path sumsThere = target.resolve(BundleFiles.SUMS);
            if (!isThere(
                    target, sums, Files.exists(sumsThere) ? Optional.of(Sha256.of(sumsThere)) : Optional.empty())) {
                bundle.copyTo(target);
            }
            return new Here(target);
        }
        StoreFolder target = new StoreFolder(URI.create(address + "/" + name));
        if (!isThere(target, sums, new RemoteBundle(target, StoreCalls.Limits.DEFAULT).digest())) {
            write(bundle, target);
        }
        return new BundleAddress.Elsewhere(target.uri());
    }

    /** A version may have any visible character. */
    private static String folderName(String modelVersion) {
        return modelVersion.replaceAll("[^A-Za-z0-9._-]|^\\.", "_");
    }

    private static boolean isThere(Object target, Path sums, Optional<String> there) throws IOException {
        if (there.isEmpty()) {
            return false;
        }
        if (!there.get().equals(Sha256.of(sums))) {
            throw new BundleException(
                    "another model of the same version is at %s; give one of them another modelVersion"
                            .formatted(target));
        }
        return true;
    }

    private static void write(ModelBundle bundle, StoreFolder target) throws IOException {
        for (String file : BundleFiles.inOrderOfWriting(bundle.description())) {
            try {
                target.write(file, bundle.directory().resolve(file));
            } catch (IOException e) {
                throw new IOException("%s/%s: %s".formatted(target, file, StoreCalls.reason(e)), e);
            }
        }
    }
}
