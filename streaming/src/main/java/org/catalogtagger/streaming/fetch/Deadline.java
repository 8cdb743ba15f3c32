package org.catalogtagger.streaming.fetch;

import org.jspecify.annotations.Nullable;

/**
 * The end of a fetch's time. Whoever watches the clock expires it from another thread, which aborts what the fetch waits
 * for just then: no timeout of a library covers all that a server or a file system may do.
 */
final class Deadline {
    private @Nullable Thread thread;
    private Runnable abort = () -> {};
    private boolean expired;

    /** The calling thread fetches from now on. */
    synchronized void begin() {
        thread = Thread.currentThread();
    }

    /** It does no more, and must not be interrupted. */
    synchronized void end() {
        thread = null;
        Thread.interrupted();
    }

    /** What ends the fetch's present wait, beside an interrupt; at once if it is too late already. */
    synchronized void onExpiry(Runnable action) {
        abort = action;
        if (expired) {
            action.run();
        }
    }

    synchronized void expire() {
        expired = true;
        if (thread != null) {
            abort.run();
            thread.interrupt();
        }
    }

    synchronized boolean isExpired() {
        return expired;
    }
}
