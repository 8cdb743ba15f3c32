package org.catalogtagger.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.catalogtagger.model.bundle.AtomicDirectory;
import org.catalogtagger.model.bundle.BundleException;
import org.catalogtagger.model.bundle.ConfusionMatrix;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.model.bundle.ModelDescription;
import org.jspecify.annotations.Nullable;

/**
 * One set of weights per model and JVM: the first who acquires it loads it, the last who closes it frees it. 500 MB
 * times the subtasks of a TaskManager would be waste.
 */
public final class SharedModel implements AutoCloseable {
    private static final Map<Key, Entry> LOADED = new HashMap<>();

    private final Entry entry;
    private final LoadedModel loaded;
    private boolean closed;

    /** A place alone does not name a model: a later training may have replaced what lies there. */
    private record Key(String place, String digest) {}

    private SharedModel(Entry entry, LoadedModel loaded) {
        this.entry = entry;
        this.loaded = loaded;
    }

    /**
     * A share in the model that lies in a directory now.
     *
     * @param programs whether it may be one
     * @throws BundleException if the bundle cannot be used
     */
    public static SharedModel acquire(Path directory, Programs programs) {
        Path real = realPath(directory);
        String digest = ModelBundle.digest(real);
        return acquire(real.toString(), digest, programs, () -> load(real, digest, programs));
    }

    /** The same, whatever it is. */
    public static SharedModel acquire(Path directory) {
        return acquire(directory, Programs.ALLOWED);
    }

    private static LoadedModel load(Path directory, String digest, Programs programs) {
        ModelBundle bundle = ModelBundle.open(directory);
        if (!ModelBundle.digest(directory).equals(digest)) {
            throw new BundleException(directory + " is being replaced; try again");
        }
        return LoadedModel.of(bundle, programs);
    }

    /**
     * A share in a model that lies elsewhere.
     *
     * @param digest of what lies there now, for which it stands together with the place
     * @param programs whether it may be one, also if this JVM has it
     * @param load loads just that; not asked if this JVM has it
     */
    public static SharedModel acquire(String place, String digest, Programs programs, Supplier<LoadedModel> load) {
        Key key = new Key(place, digest);
        Entry entry;
        synchronized (LOADED) {
            entry = LOADED.computeIfAbsent(key, Entry::new);
            entry.shares++;
        }
        try {
            // Not under the map's lock: who uses or frees another model need not wait for this one.
            LoadedModel loaded = entry.load(programs, load);
            programs.require(loaded.description(), place);
            return new SharedModel(entry, loaded);
        } catch (RuntimeException | Error e) {
            release(entry);
            throw e;
        }
    }

    /** How many models this JVM holds. */
    public static int inMemory() {
        synchronized (LOADED) {
            return LOADED.size();
        }
    }

    public ModelDescription description() {
        return loaded.description();
    }

    /** How the model did on its test part. */
    public ConfusionMatrix evaluation() {
        return loaded.evaluation();
    }

    public Classifier classifier() {
        return loaded.classifier();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            release(entry);
        }
    }

    private static void release(Entry entry) {
        synchronized (LOADED) {
            entry.shares--;
            if (entry.shares == 0) {
                LOADED.remove(entry.key);
                entry.free();
            }
        }
    }

    private static Path realPath(Path directory) {
        try {
            AtomicDirectory.recover(directory);
            return directory.toRealPath();
        } catch (IOException e) {
            throw new BundleException("no model bundle at " + directory, e);
        }
    }

    private static final class Entry {
        private final Key key;
        private int shares;
        private @Nullable LoadedModel loaded;
        private @Nullable BundleException refusal;
        private @Nullable Programs refusedFor;

        private Entry(Key key) {
            this.key = key;
        }

        private synchronized LoadedModel load(Programs programs, Supplier<LoadedModel> load) {
            if (refusal != null && programs == refusedFor) {
                throw new BundleException(String.valueOf(refusal.getMessage()), refusal);
            }
            if (loaded == null) {
                loaded = loadFirst(programs, load);
            }
            return loaded;
        }

        private LoadedModel loadFirst(Programs programs, Supplier<LoadedModel> load) {
            try {
                return load.get();
            } catch (BundleException e) {
                // Those who waited for it would wait as long again, one after the other. Whoever comes later tries
                // anew.
                refusal = Thread.currentThread().isInterrupted() ? null : e;
                refusedFor = programs;
                throw e;
            }
        }

        private synchronized void free() {
            if (loaded != null) {
                loaded.classifier().close();
            }
        }
    }
}
