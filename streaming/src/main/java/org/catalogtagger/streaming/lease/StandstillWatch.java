package org.catalogtagger.streaming.lease;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a JobManager that stood still for so long that another leads, before it does what it was about to do: src/site/one-job.md.
 */
final class StandstillWatch {
    private static final Logger LOG = LoggerFactory.getLogger(StandstillWatch.class);
    private static final AtomicBoolean STARTED = new AtomicBoolean();

    /** Looks in the time that it may stand still. */
    private static final int LOOKS = 20;

    private final Duration longest;
    private final LongSupplier nanos;
    private final Consumer<Duration> end;
    private long seen;

    /**
     * A watch that has begun.
     *
     * @param longest time between two looks
     * @param nanos a clock that goes on while the process stands still, in nanoseconds
     * @param end gets what was too long
     */
    StandstillWatch(Duration longest, LongSupplier nanos, Consumer<Duration> end) {
        this.longest = longest;
        this.nanos = nanos;
        this.end = end;
        seen = nanos.getAsLong();
    }

    /** Watches this process from now on, once. */
    static void start(Duration longest) {
        if (STARTED.getAndSet(true)) {
            return;
        }
        Thread thread = new Thread(
                () -> new StandstillWatch(longest, System::nanoTime, StandstillWatch::halt).watch(),
                "catalog-tagger-standstill");
        thread.setDaemon(true);
        thread.start();
    }

    private void watch() {
        try {
            while (true) {
                TimeUnit.NANOSECONDS.sleep(longest.toNanos() / LOOKS);
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** To be called often. */
    void look() {
        long now = nanos.getAsLong();
        Duration still = Duration.ofNanos(now - seen);
        if (still.compareTo(longest) > 0) {
            end.accept(still);
        }
        seen = now;
    }

    /** At once: what is done in good order here is what must not be done any more. */
    private static void halt(Duration still) {
        try {
            LOG.error("this JobManager stood still for {} s; another leads since, so this one ends", still.toSeconds());
        } finally {
            Runtime.getRuntime().halt(1);
        }
    }
}
