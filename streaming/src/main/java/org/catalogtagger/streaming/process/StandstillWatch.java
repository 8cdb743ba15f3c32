package org.catalogtagger.streaming.process;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a process that stood still for so long that others have taken its place, before it does what it was about to do:
 * src/site/one-job.md.
 */
final class StandstillWatch {
    private static final Logger LOG = LoggerFactory.getLogger(StandstillWatch.class);
    private static final AtomicBoolean STARTED = new AtomicBoolean();

    /** Looks in the time that it may stand still. */
    private static final int LOOKS = 20;

    private final Duration longest;
    private final Supplier<Clocks> clocks;
    private final Consumer<Duration> end;
    private Clocks seen;

    /**
     * Two of them: the first goes on while a process is stopped, but not while its machine is, the second may be set.
     *
     * @param nanos {@link System#nanoTime()}
     * @param millis {@link System#currentTimeMillis()}
     */
    record Clocks(long nanos, long millis) {
        static Clocks now() {
            return new Clocks(System.nanoTime(), System.currentTimeMillis());
        }

        Duration since(Clocks earlier) {
            Duration byFirst = Duration.ofNanos(nanos - earlier.nanos);
            Duration bySecond = Duration.ofMillis(millis - earlier.millis);
            return byFirst.compareTo(bySecond) > 0 ? byFirst : bySecond;
        }
    }

    /**
     * A watch that has begun.
     *
     * @param longest time between two looks
     * @param end gets what was too long
     */
    StandstillWatch(Duration longest, Supplier<Clocks> clocks, Consumer<Duration> end) {
        this.longest = longest;
        this.clocks = clocks;
        this.end = end;
        seen = clocks.get();
    }

    /** Watches this process from now on, once. */
    static void start(Duration longest) {
        if (STARTED.getAndSet(true)) {
            return;
        }
        Thread thread = new Thread(
                () -> new StandstillWatch(longest, Clocks::now, StandstillWatch::halt).watch(),
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
        Clocks now = clocks.get();
        Duration still = now.since(seen);
        if (still.compareTo(longest) > 0) {
            end.accept(still);
        }
        seen = now;
    }

    /** At once: what is done in good order here is what must not be done any more. */
    private static void halt(Duration still) {
        try {
            LOG.error(
                    "this process stood still for {} s; others have taken its place, so that it ends",
                    still.toSeconds());
        } finally {
            Runtime.getRuntime().halt(1);
        }
    }
}
