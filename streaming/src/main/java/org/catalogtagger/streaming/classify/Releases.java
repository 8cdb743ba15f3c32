package org.catalogtagger.streaming.classify;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.catalogtagger.streaming.events.ModelRelease;
import org.catalogtagger.streaming.events.ModelRelease.Role;
import org.catalogtagger.streaming.events.ReleaseOutcome;
import org.jspecify.annotations.Nullable;

/**
 * Which models a subtask uses. A released one is loaded on a thread beside the task's, which goes on tagging; when it is
 * ready, the task switches between two batches. A release that cannot be used changes nothing.
 *
 * <p>All methods belong to the task's thread, but that metrics may ask for the versions from theirs.
 */
final class Releases implements AutoCloseable {
    /** What was released last, by role; and under {@code <role>-before}, what was in use when that came. */
    static final MapStateDescriptor<String, ModelRelease> STATE = new MapStateDescriptor<>(
            "releases", TypeInformation.of(String.class), TypeInformation.of(ModelRelease.class));

    private static final String BEFORE = "-before";
    private static final Duration LONGEST_LOAD = Duration.ofMinutes(2);

    /** Hears what became of a release. */
    @FunctionalInterface
    interface Listener {
        /** See {@link ReleaseOutcome}. */
        void outcome(ModelRelease release, String modelVersion, boolean accepted, String detail);
    }

    private final BroadcastState<String, ModelRelease> state;
    private final Function<Path, ModelBatch> load;
    private final MailboxExecutor taskThread;
    private final Runnable beforeSwitch;
    private final Listener listener;
    private final ExecutorService loader = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "model-loader");
        thread.setDaemon(true);
        return thread;
    });

    /** Loaded, and not yet in use: the task has to free them should it end before. */
    private final Set<ModelBatch> ready = ConcurrentHashMap.newKeySet();

    private volatile @Nullable ModelBatch live;
    private volatile @Nullable ModelBatch shadow;

    /**
     * No models yet.
     *
     * @param state survives the job's restarts
     * @param load loads a bundle; may throw what it likes
     * @param beforeSwitch empties the batches
     */
    Releases(
            BroadcastState<String, ModelRelease> state,
            Function<Path, ModelBatch> load,
            MailboxExecutor taskThread,
            Runnable beforeSwitch,
            Listener listener) {
        this.state = state;
        this.load = load;
        this.taskThread = taskThread;
        this.beforeSwitch = beforeSwitch;
        this.listener = listener;
    }

    /**
     * Loads what the state says was released, or what was in use before, or else what the settings say.
     *
     * @throws RuntimeException if none of them can be used
     */
    void open(String bundleOfSettings) throws Exception {
        for (ModelRelease candidate : candidates(Role.LIVE)) {
            if (live == null) {
                live = loadOrRefuse(candidate);
            }
        }
        if (live == null) {
            ModelRelease first = new ModelRelease(Role.LIVE, bundleOfSettings, "", 0);
            live = load(first);
        }
        ModelRelease besides = state.get(Role.SHADOW.key());
        if (besides != null && !besides.withdraws()) {
            shadow = loadOrRefuse(besides);
        }
    }

    private List<ModelRelease> candidates(Role role) throws Exception {
        List<ModelRelease> candidates = new ArrayList<>();
        for (String key : List.of(role.key(), role.key() + BEFORE)) {
            ModelRelease release = state.get(key);
            if (release != null) {
                candidates.add(release);
            }
        }
        return candidates;
    }

    private @Nullable ModelBatch loadOrRefuse(ModelRelease release) {
        try {
            return load(release);
        } catch (RuntimeException | OutOfMemoryError e) {
            // Records can be sent once the job runs.
            taskThread.execute(() -> refused(release, e), "tell of a refused model");
            return null;
        }
    }

    /** The model that makes the tags. */
    ModelBatch live() {
        ModelBatch model = live;
        if (model == null) {
            throw new IllegalStateException("not open");
        }
        return model;
    }

    /** The model beside it, if there is one. */
    @Nullable
    ModelBatch shadow() {
        return shadow;
    }

    /** The version of a role's model; empty if there is none. */
    String version(Role role) {
        ModelBatch model = role == Role.LIVE ? live : shadow;
        return model == null ? "" : model.modelVersion();
    }

    /** Takes a release; its model is used as soon as it is ready. */
    void release(ModelRelease release) throws Exception {
        String key = release.role().key();
        ModelRelease before = state.get(key);
        if (before != null) {
            state.put(key + BEFORE, before);
        }
        state.put(key, release);
        if (release.withdraws()) {
            loader.execute(() -> taskThread.execute(() -> withdraw(release), "withdraw a model"));
            return;
        }
        loader.execute(() -> {
            try {
                ModelBatch loaded = load(release);
                ready.add(loaded);
                taskThread.execute(() -> use(release, loaded), "switch to a loaded model");
            } catch (RejectedExecutionException e) {
                // The task has ended, and will free what is ready.
            } catch (RuntimeException | OutOfMemoryError e) {
                taskThread.execute(() -> refused(release, e), "refuse a model");
            }
        });
    }

    private ModelBatch load(ModelRelease release) {
        ModelBatch loaded = load.apply(Path.of(release.bundle()));
        if (!release.modelVersion().isEmpty() && !release.modelVersion().equals(loaded.modelVersion())) {
            loaded.close();
            throw new IllegalArgumentException("%s holds %s, not %s; was it overwritten since its release?"
                    .formatted(release.bundle(), loaded.modelVersion(), release.modelVersion()));
        }
        return loaded;
    }

    private void use(ModelRelease release, ModelBatch loaded) throws Exception {
        if (!ready.remove(loaded)) {
            return;
        }
        if (release.role() == Role.SHADOW && loaded.modelVersion().equals(live().modelVersion())) {
            loaded.close();
            refused(release, new IllegalArgumentException(loaded.modelVersion() + " is the live model"));
            return;
        }
        beforeSwitch.run();
        if (release.role() == Role.LIVE) {
            live().close();
            live = loaded;
            ModelBatch beside = shadow;
            if (beside != null && beside.modelVersion().equals(loaded.modelVersion())) {
                // Promoted.
                closeShadow();
                state.remove(Role.SHADOW.key());
            }
        } else {
            closeShadow();
            shadow = loaded;
        }
        listener.outcome(release, loaded.modelVersion(), true, "in use");
    }

    private void withdraw(ModelRelease release) {
        if (release.role() == Role.LIVE) {
            listener.outcome(release, "", false, "a live model is not withdrawn but replaced by another");
            return;
        }
        beforeSwitch.run();
        closeShadow();
        listener.outcome(release, "", true, "withdrawn");
    }

    private void refused(ModelRelease release, Throwable why) throws Exception {
        String key = release.role().key();
        if (release.equals(state.get(key))) {
            ModelRelease before = state.get(key + BEFORE);
            if (before == null) {
                state.remove(key);
            } else {
                state.put(key, before);
            }
        }
        String message = why.getMessage();
        listener.outcome(release, "", false, message == null ? why.getClass().getSimpleName() : message);
    }

    private void closeShadow() {
        ModelBatch last = shadow;
        if (last != null) {
            last.close();
            shadow = null;
        }
    }

    /** Frees the models. */
    @Override
    public void close() throws InterruptedException {
        loader.shutdown();
        // A load cannot be interrupted, and what it loads must be freed.
        if (!loader.awaitTermination(LONGEST_LOAD.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("a model has been loading for " + LONGEST_LOAD.toSeconds() + " s");
        }
        ready.forEach(ModelBatch::close);
        ready.clear();
        closeShadow();
        ModelBatch last = live;
        if (last != null) {
            last.close();
            live = null;
        }
    }
}
