package org.catalogtagger.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * One set of weights per bundle and JVM: the first who acquires it loads it, the last who closes it frees it. 500 MB
 * times the subtasks of a TaskManager would be waste.
 */
public final class SharedModel implements AutoCloseable {
    private static final Map<Path, Entry> LOADED = new HashMap<>();

    private final Path key;
    private final Entry entry;
    private boolean closed;

    private SharedModel(Path key, Entry entry) {
        this.key = key;
        this.entry = entry;
    }

    /**
     * A share in the model of a bundle.
     *
     * @throws BundleException if the bundle cannot be used
     */
    public static SharedModel acquire(Path directory) {
        synchronized (LOADED) {
            Path key = keyOf(directory);
            Entry entry = LOADED.get(key);
            if (entry == null) {
                ModelBundle bundle = ModelBundle.open(directory);
                entry = new Entry(bundle.description(), Classifier.load(bundle));
                LOADED.put(key, entry);
            }
            entry.shares++;
            return new SharedModel(key, entry);
        }
    }

    public ModelDescription description() {
        return entry.description;
    }

    public Classifier classifier() {
        return entry.classifier;
    }

    @Override
    public void close() {
        synchronized (LOADED) {
            if (closed) {
                return;
            }
            closed = true;
            entry.shares--;
            if (entry.shares == 0) {
                LOADED.remove(key);
                entry.classifier.close();
            }
        }
    }

    private static Path keyOf(Path directory) {
        try {
            return directory.toRealPath();
        } catch (IOException e) {
            throw new BundleException("no model bundle at " + directory, e);
        }
    }

    private static final class Entry {
        private final ModelDescription description;
        private final Classifier classifier;
        private int shares;

        private Entry(ModelDescription description, Classifier classifier) {
            this.description = description;
            this.classifier = classifier;
        }
    }
}
