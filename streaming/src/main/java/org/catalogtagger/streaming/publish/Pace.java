package org.catalogtagger.streaming.publish;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Lets so many happen in a second. Not thread-safe. */
public final class Pace {
    private final double perSecond;
    private final long start = System.nanoTime();
    private long count;

    /** A pace that begins now; 0 is as fast as it goes. */
    public Pace(double perSecond) {
        this.perSecond = perSecond;
    }

    /** Waits until the next one is due. */
    public void awaitNext() {
        if (perSecond > 0) {
            long due = start + (long) (count / perSecond * TimeUnit.SECONDS.toNanos(1));
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
        }
        count++;
    }
}
