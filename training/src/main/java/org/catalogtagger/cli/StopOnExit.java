package org.catalogtagger.cli;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Closes what was started, the last first: when it is closed itself, or when the JVM is told to end (Ctrl-C, kill).
 */
public final class StopOnExit implements AutoCloseable {
    private static final Set<StopOnExit> OPEN = ConcurrentHashMap.newKeySet();
    private static final long PATIENCE_SECONDS = 120;

    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private final Thread hook = new Thread(this::stopAtExit, "stop");
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile boolean exiting;

    public StopOnExit() {
        OPEN.add(this);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Takes charge of something that runs. */
    public synchronized <T extends AutoCloseable> T add(T running) {
        started.push(running);
        return running;
    }

    /** Whether the JVM is ending, so that what fails now fails because it was stopped. */
    public boolean exiting() {
        return exiting;
    }

    /** While the JVM ends: waits until all that was to be stopped has been. */
    public static void awaitAll() {
        for (StopOnExit open : OPEN) {
            try {
                if (!open.stopped.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    return;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        stopAll();
        OPEN.remove(this);
        if (!exiting) {
            Runtime.getRuntime().removeShutdownHook(hook);
        }
    }

    private void stopAtExit() {
        exiting = true;
        System.err.println("stopping");
        stopAll();
        stopped.countDown();
    }

    private synchronized void stopAll() {
        while (!started.isEmpty()) {
            try {
                started.pop().close();
            } catch (Exception e) {
                // The others are to be stopped all the same.
                System.err.println("while stopping: " + ErrorLine.of(e));
            }
        }
    }
}
