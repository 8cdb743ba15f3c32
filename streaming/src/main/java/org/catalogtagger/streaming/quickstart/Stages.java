package org.catalogtagger.streaming.quickstart;

import java.io.PrintStream;
import java.util.Locale;

/** Says what the quickstart does, with the seconds since it began. */
final class Stages {
    private final PrintStream out;
    private final long startNanos = System.nanoTime();

    Stages(PrintStream out) {
        this.out = out;
    }

    /** One line. */
    void say(String format, Object... arguments) {
        out.printf(Locale.ROOT, "[%6.1f s] %s%n", seconds(), String.format(Locale.ROOT, format, arguments));
    }

    /** Where the lines go. */
    PrintStream out() {
        return out;
    }

    private double seconds() {
        return (System.nanoTime() - startNanos) / 1e9;
    }
}
