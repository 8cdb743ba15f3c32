package org.catalogtagger.streaming.classify;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.catalogtagger.streaming.events.ModelRelease;

/**
 * Loads models, on a thread beside the task's if wanted, which then hands them over to the task's. Owns what the task has
 * not taken.
 */
final class ModelLoader implements AutoCloseable {
    /** Storage may never answer. */
    static final Duration LONGEST_LOAD = Duration.ofMinutes(2);

    /** Storage may be late after a restart, which is when a whole machine or its mounts may have been away. */
    static final Duration LATE_STORAGE = Duration.ofSeconds(30);

    private static final Duration TRY_AGAIN = Duration.ofSeconds(1);
    private static final int LONGEST_REASON = 1000;

    private final Function<String, ModelBatch> load;
    private final ExecutorService beside;
    private final MailboxExecutor taskThread;
    private final Duration patience;
    private final Set<ModelBatch> handedOver = ConcurrentHashMap.newKeySet();

    /**
     * A loader.
     *
     * @param load loads a bundle by its path or URI; may throw what it likes
     * @param beside one thread, which is closed with this
     * @param patience how long a model that was in use is tried again
     */
    ModelLoader(
            Function<String, ModelBatch> load, ExecutorService beside, MailboxExecutor taskThread, Duration patience) {
        this.load = load;
        this.beside = beside;
        this.taskThread = taskThread;
        this.patience = patience;
    }

    /** A thread to load on. */
    static ExecutorService thread() {
        return Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "model-loader");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Loads the model of a release.
     *
     * @throws RuntimeException if it cannot be used, or its bundle holds another version than the release says
     * @throws Error as well: of memory, of a library
     */
    ModelBatch load(ModelRelease release) {
        ModelBatch loaded = load.apply(release.bundle());
        if (!release.modelVersion().isEmpty() && !release.modelVersion().equals(loaded.modelVersion())) {
            loaded.close();
            throw new IllegalArgumentException("%s holds %s, not %s; was it overwritten since its release?"
                    .formatted(release.bundle(), loaded.modelVersion(), release.modelVersion()));
        }
        return loaded;
    }

    /**
     * Loads a model that was in use, again and again while it cannot be: what is in the way may pass.
     *
     * @throws RuntimeException if it cannot be used to the last
     * @throws Error as well
     */
    ModelBatch reload(ModelRelease release) throws InterruptedException {
        long start = System.nanoTime();
        while (true) {
            try {
                return load(release);
            } catch (RuntimeException | Error e) {
                if (System.nanoTime() - start >= patience.toNanos()) {
                    throw e;
                }
            }
            Thread.sleep(TRY_AGAIN.toMillis());
        }
    }

    /**
     * Loads the model of a release beside the task.
     *
     * @param use takes the model, on the task's thread
     * @param refuse takes why there is none, on the task's thread
     */
    void loadAside(ModelRelease release, Consumer<ModelBatch> use, Consumer<String> refuse) {
        beside.execute(() -> {
            try {
                handOver(load(release), use);
            } catch (RuntimeException | Error e) {
                boolean unused = onTaskThread(() -> refuse.accept(reason(e)));
            }
        });
    }

    private void handOver(ModelBatch loaded, Consumer<ModelBatch> use) {
        handedOver.add(loaded);
        boolean running = onTaskThread(() -> {
            if (handedOver.remove(loaded)) {
                use.accept(loaded);
            }
        });
        if (!running && handedOver.remove(loaded)) {
            loaded.close();
        }
    }

    /** Whether the task still takes something. */
    private boolean onTaskThread(Runnable action) {
        try {
            taskThread.execute(action::run, "take what was loaded");
            return true;
        } catch (RuntimeException e) {
            // RejectedExecutionException, or what Flink makes of it.
            return false;
        }
    }

    /** What went wrong, in at most a thousand characters: it becomes part of a record. */
    static String reason(Throwable thrown) {
        String message = thrown.getMessage();
        String reason = thrown instanceof Error || message == null ? thrown.toString() : message;
        return reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON) + "…";
    }

    /**
     * Frees what the task has not taken.
     *
     * @throws IllegalStateException if a load does not end: what native code does cannot be interrupted. It will free what it
     *     loads
     */
    @Override
    public void close() throws InterruptedException {
        List<Runnable> unused = beside.shutdownNow();
        boolean ended = beside.awaitTermination(LONGEST_LOAD.toSeconds(), TimeUnit.SECONDS);
        for (ModelBatch untaken : List.copyOf(handedOver)) {
            if (handedOver.remove(untaken)) {
                untaken.close();
            }
        }
        if (!ended) {
            throw new IllegalStateException("a model has been loading for " + LONGEST_LOAD.toSeconds() + " s");
        }
    }
}
