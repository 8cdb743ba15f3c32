package org.catalogtagger.deploy.chaos;

import java.time.Duration;

/** 200 kills within an hour, while a million images come. */
public final class ChaosBenchmark {
    private ChaosBenchmark() {}

    /** Takes the file for the figures. */
    public static void main(String... arguments) throws Exception {
        new Chaos(1_000_000, 200, Duration.ofMinutes(60), Long.getLong("bench.seed", 1)).run(arguments);
        System.exit(0);
    }
}
