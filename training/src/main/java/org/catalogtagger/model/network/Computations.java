package org.catalogtagger.model.network;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Lets a JVM end between computations. When a JVM ends, the native libraries tear down what they share, while other threads
 * may still compute with it: SIGTERM in a backward pass crashed the process.
 */
public final class Computations {
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

    /** A computation that has begun; it is closed by the thread that began it. */
    @FunctionalInterface
    public interface Computation extends AutoCloseable {
        @Override
        void close();
    }

    Computations() {}

    /** Begins a computation, alone or within another of the same thread; waits for good once they have been ended. */
    public Computation begin() {
        lock.readLock().lock();
        return lock.readLock()::unlock;
    }

    /**
     * Ends them: none begins any more, but within those that run.
     *
     * @return whether those that ran have closed within the time
     */
    public boolean end(Duration patience) {
        try {
            return lock.writeLock().tryLock(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
