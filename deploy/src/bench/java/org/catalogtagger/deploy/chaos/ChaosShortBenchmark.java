package org.catalogtagger.deploy.chaos;

import java.time.Duration;

/** 12 kills while 50,000 images come, in under five minutes. */
public final class ChaosShortBenchmark {
    private ChaosShortBenchmark() {}

    /** Takes the file for the figures. */
    public static void main(String... arguments) throws Exception {
        new Chaos(50_000, 12, Duration.ofMinutes(3), Long.getLong("bench.seed", 1), false).run(arguments);
        System.exit(0);
    }
}
