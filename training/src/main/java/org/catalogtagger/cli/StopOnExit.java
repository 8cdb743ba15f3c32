package org.catalogtagger.cli;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Closes what was started, the last first: when it is closed itself, or when the JVM is told to end (Ctrl-C, kill).
 */
public final class StopOnExit implements AutoCloseable {
    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private final Thread hook = new Thread(this::stopAtExit, "stop");
    private volatile boolean exiting;

    public StopOnExit() {
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

    @Override
    public void close() {
        stopAll();
        if (!exiting) {
            Runtime.getRuntime().removeShutdownHook(hook);
        }
    }

    private void stopAtExit() {
        exiting = true;
        System.err.println("stopping");
        stopAll();
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
