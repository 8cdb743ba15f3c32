package org.catalogtagger.streaming.classify;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;
import org.catalogtagger.streaming.classify.ReleaseEvent.Abort;
import org.catalogtagger.streaming.classify.ReleaseEvent.Commit;
import org.catalogtagger.streaming.classify.ReleaseEvent.Decision;
import org.catalogtagger.streaming.classify.ReleaseEvent.FallBack;
import org.catalogtagger.streaming.classify.ReleaseEvent.Lost;
import org.catalogtagger.streaming.classify.ReleaseEvent.Report;
import org.catalogtagger.streaming.classify.ReleaseEvent.Vote;
import org.catalogtagger.streaming.classify.ReleaseState.Pending;
import org.catalogtagger.streaming.events.ModelRelease;
import org.catalogtagger.streaming.events.ModelRelease.Role;
import org.catalogtagger.streaming.events.ReleaseOutcome;
import org.jspecify.annotations.Nullable;

/**
 * Which models a subtask uses. A released one is loaded on a thread beside the task's, which goes on tagging; when it is
 * ready, or cannot be used, the subtask votes, and when the {@link ReleaseCoordinator} has decided, all subtasks switch
 * between two batches, or none does. Releases are taken one after the other, in their order, which is the same in all
 * subtasks; one that waits while a later one of its role has come is refused unread.
 *
 * <p>A restored subtask loads the models that were in use, for a while again and again. If one of them cannot do that any
 * more, all of them fall back to the model of the settings, or as a shadow to none.
 *
 * <p>All methods belong to the task's thread, but that metrics may ask for the versions from theirs.
 */
final class Releases implements AutoCloseable {
    /** Hears what became of a release. */
    @FunctionalInterface
    interface Listener {
        /** See {@link ReleaseOutcome}. */
        void outcome(ModelRelease release, String modelVersion, boolean accepted, String detail);
    }

    /** Runs something on the task's thread once a time has passed. */
    @FunctionalInterface
    interface Timer {
        void after(Duration time, Runnable action);
    }

    /**
     * The task that the models are used in.
     *
     * @param coordinator takes what is reported to it
     * @param beforeSwitch empties the batches
     */
    record Task(Timer timer, Consumer<Report> coordinator, Runnable beforeSwitch, Listener listener) {}

    private final ReleaseState state;
    private final ModelLoader loader;
    private final Task task;
    private final ModelRelease ofSettings;

    /** The first is being loaded or voted on. */
    private final Deque<Pending> pending = new ArrayDeque<>();

    private boolean voted;
    private @Nullable ModelBatch prepared;
    private boolean fallingBack;
    private volatile @Nullable ModelBatch live;
    private volatile @Nullable ModelBatch shadow;

    /**
     * No models yet.
     *
     * @param bundleOfSettings which tags until another is released
     * @param loader closed with this
     */
    Releases(ReleaseState state, String bundleOfSettings, ModelLoader loader, Task task) {
        this.state = state;
        this.ofSettings = new ModelRelease(Role.LIVE, bundleOfSettings, "", 0);
        this.loader = loader;
        this.task = task;
    }

    /**
     * Loads what was in use, or else what the settings say, and goes on with the releases that were not decided.
     *
     * @throws RuntimeException if neither can be used
     */
    void open() throws Exception {
        Map<Role, String> lost = new EnumMap<>(Role.class);
        live = restore(Role.LIVE, lost);
        shadow = restore(Role.SHADOW, lost);
        if (live == null) {
            live = loader.load(ofSettings);
        }
        lost.forEach((role, why) -> task.coordinator().accept(new Lost(role, why)));
        pending.addAll(state.pending());
        prepareFirst();
    }

    private @Nullable ModelBatch restore(Role role, Map<Role, String> lost) throws Exception {
        ModelRelease inUse = state.inUse(role);
        if (inUse == null) {
            return null;
        }
        try {
            return loader.reload(inUse);
        } catch (RuntimeException | Error e) {
            lost.put(role, ModelLoader.reason(e));
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

    /** Takes a release; its model is used once all subtasks have it ready. */
    void release(ModelRelease release) throws Exception {
        pending.add(state.add(release));
        if (pending.size() == 1) {
            prepareFirst();
        }
    }

    private void prepareFirst() {
        voted = false;
        Pending first = pending.peek();
        if (first == null) {
            return;
        }
        ModelRelease release = first.release();
        if (pending.stream()
                .anyMatch(other -> !other.equals(first) && other.release().role() == release.role())) {
            vote("", "another was released after it");
        } else if (release.withdraws()) {
            vote("", release.role() == Role.LIVE ? "a live model is not withdrawn but replaced by another" : "");
        } else {
            loader.loadAside(release, loaded -> prepared(first, loaded), why -> refuse(first, why));
            long seconds = ModelLoader.LONGEST_LOAD.toSeconds();
            task.timer()
                    .after(ModelLoader.LONGEST_LOAD, () -> refuse(first, "not loaded within %d s".formatted(seconds)));
        }
    }

    private void prepared(Pending of, ModelBatch loaded) {
        if (!of.equals(pending.peek()) || voted) {
            loaded.close();
        } else if (of.release().role() == Role.SHADOW && loaded.modelVersion().equals(live().modelVersion())) {
            loaded.close();
            vote("", loaded.modelVersion() + " is the live model");
        } else {
            prepared = loaded;
            vote(loaded.modelVersion(), "");
        }
    }

    private void refuse(Pending release, String why) {
        if (release.equals(pending.peek()) && !voted) {
            vote("", why);
        }
    }

    private void vote(String modelVersion, String refusal) {
        voted = true;
        task.coordinator().accept(new Vote(pending.element().number(), modelVersion, refusal));
    }

    /** Does what was decided for all subtasks. */
    void decided(Decision decision) throws Exception {
        if (decision instanceof Commit commit) {
            commit(decided(commit.release()));
        } else if (decision instanceof Abort abort) {
            abort(decided(abort.release()), abort.why());
        } else if (decision instanceof FallBack fallBack) {
            fallBack(fallBack.role(), fallBack.why());
        }
    }

    private ModelRelease decided(long number) throws Exception {
        Pending first = pending.element();
        if (first.number() != number) {
            throw new IllegalStateException("release %d is decided, but %d is due".formatted(number, first.number()));
        }
        pending.remove();
        state.remove(first);
        return first.release();
    }

    private void commit(ModelRelease release) throws Exception {
        ModelBatch next = prepared;
        prepared = null;
        task.beforeSwitch().run();
        if (release.role() == Role.SHADOW) {
            useShadow(next);
        } else if (next != null) {
            useLive(next);
        }
        String version = next == null ? "" : next.modelVersion();
        if (next == null) {
            state.clear(release.role());
        } else {
            state.use(new ModelRelease(release.role(), release.bundle(), version, release.releasedAt()));
        }
        task.listener().outcome(release, version, true, next == null ? "withdrawn" : "in use");
        prepareFirst();
    }

    private void useLive(ModelBatch next) throws Exception {
        fallingBack = false;
        live().close();
        live = next;
        ModelBatch beside = shadow;
        if (beside != null && beside.modelVersion().equals(next.modelVersion())) {
            // Promoted.
            useShadow(null);
            state.clear(Role.SHADOW);
        }
    }

    private void useShadow(@Nullable ModelBatch next) {
        free(shadow);
        shadow = next;
    }

    private void abort(ModelRelease release, String why) {
        free(prepared);
        prepared = null;
        task.listener().outcome(release, "", false, why);
        prepareFirst();
    }

    private void fallBack(Role role, String why) throws Exception {
        ModelRelease inUse = state.inUse(role);
        if (inUse == null) {
            return;
        }
        state.clear(role);
        task.listener().outcome(inUse, "", false, "was in use and cannot be loaded again: " + why);
        if (role == Role.SHADOW) {
            task.beforeSwitch().run();
            useShadow(null);
        } else {
            fallingBack = true;
            loader.loadAside(ofSettings, this::fellBack, this::cannotFallBack);
        }
    }

    private void fellBack(ModelBatch loaded) {
        if (!fallingBack) {
            loaded.close();
            return;
        }
        fallingBack = false;
        task.beforeSwitch().run();
        live().close();
        live = loaded;
    }

    private void cannotFallBack(String why) {
        if (fallingBack) {
            throw new IllegalStateException(
                    "neither the released model nor that of the settings can be loaded: " + why);
        }
    }

    /** Frees the models. */
    @Override
    public void close() throws InterruptedException {
        try {
            loader.close();
        } finally {
            free(prepared);
            free(shadow);
            free(live);
            prepared = null;
            shadow = null;
            live = null;
        }
    }

    private static void free(@Nullable ModelBatch model) {
        if (model != null) {
            model.close();
        }
    }
}
