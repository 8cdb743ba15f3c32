package org.catalogtagger.streaming.bundles;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.core.fs.UnsupportedFileSystemSchemeException;
import org.catalogtagger.model.bundle.BundleException;

/**
 * Calls of a store that may hang, trickle, or fail for a moment: each is given up when nothing comes for a while, and tried
 * again for as long as there is time. A call that no interrupt ends keeps its thread; when too many do, further ones fail at
 * once.
 */
final class StoreCalls {
    private static final int MOST_HANGING = 8;

    /** Given up, and perhaps not ended. */
    private static final Set<Thread> GIVEN_UP = ConcurrentHashMap.newKeySet();

    private final Limits limits;
    private final long deadline;

    /**
     * What a bundle's fetch may take.
     *
     * @param silence the longest time without a byte
     * @param total for all calls together, pauses included
     * @param attempts of each call
     * @param pause before the second attempt; twice as long before each further one
     */
    record Limits(Duration silence, Duration total, int attempts, Duration pause) {
        /** The total leaves a released model's loading, which has two minutes in all, time for the rest. */
        static final Limits DEFAULT =
                new Limits(Duration.ofSeconds(20), Duration.ofSeconds(100), 3, Duration.ofSeconds(1));
    }

    /** Something that a store is asked for. */
    @FunctionalInterface
    interface Call<T> {
        T run(Progress progress) throws IOException;
    }

    /** How far a call has come. */
    static final class Progress {
        private final AtomicLong bytes = new AtomicLong();
        private volatile boolean givenUp;

        /**
         * So many more bytes have come.
         *
         * @throws InterruptedIOException if nobody waits for them any more
         */
        void made(int more) throws InterruptedIOException {
            if (givenUp) {
                throw new InterruptedIOException("given up");
            }
            bytes.addAndGet(more);
        }
    }

    /** Calls whose time begins to run. */
    StoreCalls(Limits limits) {
        this.limits = limits;
        this.deadline = System.nanoTime() + limits.total().toNanos();
    }

    /**
     * What the store answers.
     *
     * @throws IOException if it does not, or says no
     * @throws BundleException as the call threw it
     */
    <T> T call(Call<T> call) throws IOException, InterruptedException {
        Duration pause = limits.pause();
        for (int attempt = 1; ; attempt++) {
            try {
                return attempt(call);
            } catch (IOException e) {
                if (isFinal(e) || attempt >= limits.attempts() || deadline - System.nanoTime() <= pause.toNanos()) {
                    throw e;
                }
            }
            TimeUnit.NANOSECONDS.sleep(pause.toNanos());
            pause = pause.multipliedBy(2);
        }
    }

    private static boolean isFinal(IOException e) {
        return e instanceof FileNotFoundException
                || e instanceof NoSuchFileException
                || e instanceof AccessDeniedException
                || e instanceof UnsupportedFileSystemSchemeException;
    }

    private <T> T attempt(Call<T> call) throws IOException, InterruptedException {
        if (hanging() >= MOST_HANGING) {
            throw new IOException("%d earlier calls hang".formatted(MOST_HANGING));
        }
        Progress progress = new Progress();
        FutureTask<T> running = new FutureTask<>(() -> call.run(progress));
        Thread thread = new Thread(running, "bundle-fetch");
        thread.setDaemon(true);
        thread.start();
        try {
            return await(running, progress);
        } catch (ExecutionException e) {
            throw failure(Objects.requireNonNull(e.getCause()));
        } finally {
            if (!running.isDone()) {
                progress.givenUp = true;
                running.cancel(true);
                GIVEN_UP.add(thread);
            }
        }
    }

    /** How many calls of this JVM were given up and go on. */
    static int hanging() {
        GIVEN_UP.removeIf(thread -> !thread.isAlive());
        return GIVEN_UP.size();
    }

    private <T> T await(FutureTask<T> running, Progress progress)
            throws IOException, InterruptedException, ExecutionException {
        while (true) {
            long before = progress.bytes.get();
            long left = deadline - System.nanoTime();
            try {
                return running.get(Math.min(left, limits.silence().toNanos()), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                if (deadline - System.nanoTime() <= 0) {
                    throw new IOException("not there within " + seconds(limits.total()), e);
                }
                if (progress.bytes.get() == before) {
                    throw new IOException("nothing came for " + seconds(limits.silence()), e);
                }
            }
        }
    }

    private static String seconds(Duration time) {
        return time.toMillis() / 1000.0 + " s";
    }

    /** A file system is other people's code, whose classes may even be missing. */
    private static IOException failure(Throwable cause) {
        if (cause instanceof IOException e) {
            return e;
        }
        if (cause instanceof BundleException e) {
            throw e;
        }
        if (cause instanceof VirtualMachineError e) {
            throw e;
        }
        return new IOException(cause.toString(), cause);
    }

    /** Why, in the words of a person who has to do something about it. */
    static String reason(IOException e) {
        if (e instanceof UnsupportedFileSystemSchemeException) {
            return "no file system for its scheme is here; its plugin belongs in a folder of its own in Flink's plugins,"
                    + " which FLINK_PLUGINS_DIR names";
        }
        if (e instanceof FileNotFoundException || e instanceof NoSuchFileException) {
            return "not there";
        }
        if (e instanceof AccessDeniedException denied) {
            return "not allowed; are the credentials right? " + detail(denied);
        }
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    private static String detail(FileSystemException e) {
        return e.getReason() == null ? String.valueOf(e.getMessage()) : e.getReason();
    }
}
