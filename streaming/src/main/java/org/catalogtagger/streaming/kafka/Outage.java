package org.catalogtagger.streaming.kafka;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.cli.ErrorLine;

/** A time in which no broker of a cluster answers. */
public final class Outage {
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private Outage() {}

    /**
     * Does what needs Kafka, again and again while it is away.
     *
     * @param patience how long it may be away
     * @param notices gets a line at the beginning of an outage
     * @throws CommandException if it is away for longer, or answers and refuses
     */
    public static <T> T outlast(Callable<T> task, Duration patience, Consumer<String> notices) throws Exception {
        long begin = System.nanoTime();
        boolean told = false;
        while (true) {
            try {
                return task.call();
            } catch (CommandException e) {
                if (!KafkaConnection.isAbsence(e) || System.nanoTime() - begin >= patience.toNanos()) {
                    throw e;
                }
                if (!told) {
                    told = true;
                    notices.accept("%s; waiting for it, %d s at most".formatted(ErrorLine.of(e), patience.toSeconds()));
                }
                TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
            }
        }
    }
}
