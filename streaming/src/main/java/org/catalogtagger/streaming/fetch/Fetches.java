package org.catalogtagger.streaming.fetch;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.util.ExceptionUtils;
import org.catalogtagger.streaming.fetch.FetchException.Reason;

/**
 * Runs fetches beside each other, each of which is over when the policy's time is up, whatever it waits for. What can be
 * aborted leaves its thread then; what cannot (the resolution of a name, a file system that hangs) keeps it, and is given
 * up. When too many hang, further fetches fail at once: threads are as many as run and hang, no more.
 */
public final class Fetches implements AutoCloseable {
    /** From the abort until a fetch that did not end by it is given up. */
    static final Duration GRACE = Duration.ofMillis(500);

    private static final Duration IDLE = Duration.ofSeconds(30);

    private final FetchPolicy policy;
    private final UriFetcher fetcher;
    private final ThreadPoolExecutor threads;

    /** Given up, and not ended. */
    private final AtomicInteger hanging = new AtomicInteger();

    /** Two clocks: to abort may itself take its time, to give up does not. */
    private final ScheduledThreadPoolExecutor aborting = clock("fetch abort");

    private final ScheduledThreadPoolExecutor givingUp = clock("fetch clock");

    public Fetches(FetchPolicy policy) {
        this.policy = policy;
        this.fetcher = new UriFetcher(policy);
        this.threads = new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, IDLE.toSeconds(), TimeUnit.SECONDS, new SynchronousQueue<>(), daemons("fetch"));
    }

    /** So many may hang. */
    static int mostHanging(FetchPolicy policy) {
        return 2 * policy.parallel();
    }

    /**
     * Fetches an image.
     *
     * @param uriList an event's value, see RFC 2483
     * @return the image; or it fails, with a {@link FetchException} unless the JVM itself is in trouble
     */
    public CompletableFuture<byte[]> start(byte[] uriList) {
        CompletableFuture<byte[]> image = new CompletableFuture<>();
        if (hanging.get() >= mostHanging(policy)) {
            image.completeExceptionally(new FetchException(
                    Reason.FAILED, "all %d threads hang in earlier fetches".formatted(mostHanging(policy))));
            return image;
        }
        Deadline deadline = new Deadline();
        long millis = policy.timeout().toMillis();
        Future<?> abort = aborting.schedule(deadline::expire, millis, TimeUnit.MILLISECONDS);
        Future<?> giveUp =
                givingUp.schedule(() -> giveUp(image, millis), millis + GRACE.toMillis(), TimeUnit.MILLISECONDS);
        threads.execute(() -> {
            try {
                if (!run(uriList, deadline, image)) {
                    hanging.decrementAndGet();
                }
            } finally {
                abort.cancel(false);
                giveUp.cancel(false);
            }
        });
        return image;
    }

    private void giveUp(CompletableFuture<byte[]> image, long millis) {
        // Counted before it is told: who hears of it may start the next one at once.
        hanging.incrementAndGet();
        if (!image.completeExceptionally(
                new FetchException(Reason.TIMEOUT, "given up after %d ms: it hangs".formatted(millis)))) {
            hanging.decrementAndGet();
        }
    }

    /** Whether it ended before it was given up. */
    private boolean run(byte[] uriList, Deadline deadline, CompletableFuture<byte[]> image) {
        deadline.begin();
        byte[] fetched = null;
        Throwable fault = null;
        try {
            fetched = fetcher.fetch(Target.single(uriList), deadline);
        } catch (FetchException e) {
            fault = e;
        } catch (Throwable e) {
            // A file system whose classes are missing, say, concerns those who use it.
            fault = ExceptionUtils.isJvmFatalOrOutOfMemoryError(e)
                    ? e
                    : new FetchException(Reason.FAILED, "it failed: " + e, e);
        } finally {
            deadline.end();
        }
        return fault == null ? image.complete(fetched) : image.completeExceptionally(fault);
    }

    /** How many threads fetch, or hang. */
    int activeThreads() {
        return threads.getActiveCount();
    }

    private static ScheduledThreadPoolExecutor clock(String name) {
        ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1, daemons(name));
        clock.setRemoveOnCancelPolicy(true);
        return clock;
    }

    private static ThreadFactory daemons(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    @Override
    public void close() throws IOException {
        aborting.shutdownNow();
        givingUp.shutdownNow();
        threads.shutdownNow();
        fetcher.close();
    }
}
