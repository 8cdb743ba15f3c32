package org.catalogtagger.streaming.bundles;

import java.util.function.Function;
import org.catalogtagger.model.LoadedModel;
import org.catalogtagger.model.Programs;
import org.catalogtagger.model.SharedModel;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.streaming.bundles.BundleAddress.Elsewhere;
import org.catalogtagger.streaming.bundles.BundleAddress.Here;

/**
 * Bundles by path or URI. What lies elsewhere is fetched when it is needed, verified as a directory is, and removed once it
 * is in memory, which all users of a JVM share.
 */
public final class Bundles {
    private Bundles() {}

    /**
     * A share in the model that lies at an address now, whatever it is.
     *
     * @param bundle see {@link BundleAddress}
     * @throws org.catalogtagger.model.bundle.BundleException if it cannot be had or used
     */
    public static SharedModel acquire(String bundle) {
        return acquire(bundle, Programs.ALLOWED);
    }

    /** The same, unless it is a program and may be none. */
    public static SharedModel acquire(String bundle, Programs programs) {
        return acquire(bundle, programs, StoreCalls.Limits.DEFAULT);
    }

    static SharedModel acquire(String bundle, Programs programs, StoreCalls.Limits limits) {
        BundleAddress address = BundleAddress.of(bundle);
        if (address instanceof Here here) {
            return SharedModel.acquire(here.directory(), programs);
        }
        RemoteBundle remote = new RemoteBundle(new StoreFolder(((Elsewhere) address).uri()), limits);
        String digest = remote.requireDigest();
        return SharedModel.acquire(
                address.toString(),
                digest,
                programs,
                () -> remote.fetched(
                        digest,
                        description -> programs.require(description, address),
                        fetched -> LoadedModel.of(fetched, programs)));
    }

    /**
     * Verifies a bundle.
     *
     * @param bundle see {@link BundleAddress}
     * @param use reads what it needs of it; its directory may be gone afterwards
     * @throws org.catalogtagger.model.bundle.BundleException if it cannot be had or used
     */
    public static <T> T open(String bundle, Function<ModelBundle, T> use) {
        BundleAddress address = BundleAddress.of(bundle);
        if (address instanceof Here here) {
            return use.apply(ModelBundle.open(here.directory()));
        }
        RemoteBundle remote = new RemoteBundle(new StoreFolder(((Elsewhere) address).uri()), StoreCalls.Limits.DEFAULT);
        return remote.fetched(remote.requireDigest(), description -> {}, use);
    }
}
