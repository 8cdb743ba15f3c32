package org.catalogtagger.deploy.chaos;

import java.time.Duration;

/**
 * 200 disturbances within an hour, while a million images come, each process on a machine of its own; as root. With
 * {@code -Dbench.minutes=N} at the same pace for so long; {@code -Dbench.kills=N} so many disturbances in that time, one a minute say, so that
 * each is over before the next; {@code -Dbench.seed=N} draws others.
 */
public final class ChaosBenchmark {
    private static final int MINUTES = 60;
    private static final int EVENTS = 1_000_000;
    private static final int KILLS = 200;

    private ChaosBenchmark() {}

    /** Takes the file for the figures. */
    public static void main(String... arguments) throws Exception {
        int minutes = Integer.getInteger("bench.minutes", MINUTES);
        new Chaos(
                        (int) ((long) EVENTS * minutes / MINUTES),
                        Integer.getInteger("bench.kills", KILLS * minutes / MINUTES),
                        Duration.ofMinutes(minutes),
                        Long.getLong("bench.seed", 1),
                        true)
                .run(arguments);
        System.exit(0);
    }
}
