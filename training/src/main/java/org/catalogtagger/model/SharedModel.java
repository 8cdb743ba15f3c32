package org.catalogtagger.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
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
    private final Loaded loaded;
    private boolean closed;

    /** A directory alone does not name a model: a later training may have replaced what lies there. */
    private record Key(Path directory, String digest) {}

    private record Loaded(ModelDescription description, ConfusionMatrix evaluation, Classifier classifier) {}

    private SharedModel(Entry entry, Loaded loaded) {
        this.entry = entry;
        this.loaded = loaded;
    }

    /**
     * A share in the model that lies in a directory now.
     *
     * @throws BundleException if the bundle cannot be used
     */
    public static SharedModel acquire(Path directory) {
        Key key = new Key(realPath(directory), ModelBundle.digest(directory));
        Entry entry;
        synchronized (LOADED) {
            entry = LOADED.computeIfAbsent(key, Entry::new);
            entry.shares++;
        }
        try {
            // Not under the map's lock: who uses or frees another model need not wait for this one.
            return new SharedModel(entry, entry.load());
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
            return directory.toRealPath();
        } catch (IOException e) {
            throw new BundleException("no model bundle at " + directory, e);
        }
    }

    private static final class Entry {
        private final Key key;
        private int shares;
        private @Nullable Loaded loaded;

        private Entry(Key key) {
            this.key = key;
        }

        private synchronized Loaded load() {
            if (loaded == null) {
                ModelBundle bundle = ModelBundle.open(key.directory());
                if (!ModelBundle.digest(key.directory()).equals(key.digest())) {
                    throw new BundleException(key.directory() + " is being replaced; try again");
                }
                loaded = new Loaded(bundle.description(), bundle.evaluation(), Classifier.load(bundle));
            }
            return loaded;
        }

        private synchronized void free() {
            if (loaded != null) {
                loaded.classifier().close();
            }
        }
    }
}
