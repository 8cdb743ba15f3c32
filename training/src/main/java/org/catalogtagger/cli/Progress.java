package org.catalogtagger.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * How far a long piece of work is: a bar on a terminal, and elsewhere (a file, CI) a plain line every ten seconds.
 * Not thread-safe.
 */
public final class Progress implements AutoCloseable {
    /** The system property by which the launcher says that standard error is a terminal; Java 17 cannot tell. */
    private static final String TERMINAL = "catalogtagger.terminal";

    private static final Duration LINE_INTERVAL = Duration.ofSeconds(10);

    private final String task;
    private final long total;
    private final PrintStream out;
    private final @Nullable ProgressBar bar;
    private final long startNanos = System.nanoTime();
    private long lastLineNanos = startNanos;

    /** Steps that were behind it when it was first asked: work that is resumed starts in the middle. */
    private long doneBefore = -1;

    private Progress(String task, long total, PrintStream out, @Nullable ProgressBar bar) {
        this.task = task;
        this.total = total;
        this.out = out;
        this.bar = bar;
    }

    /**
     * Starts a piece of work.
     *
     * @param task what is going on
     * @param total steps until it is done; -1 if nobody knows
     */
    public static Progress start(String task, long total, PrintStream out) {
        if (!Boolean.getBoolean(TERMINAL)) {
            return new Progress(task, total, out, null);
        }
        ProgressBar bar = new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(total)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(200)
                .clearDisplayOnFinish()
                .build();
        return new Progress(task, total, out, bar);
    }

    /**
     * Says how far it is.
     *
     * @param done steps, of the total
     * @param note what else is worth knowing, may be empty
     */
    public void to(long done, String note) {
        if (bar != null) {
            bar.stepTo(done);
            bar.setExtraMessage(" " + note);
            return;
        }
        if (doneBefore < 0) {
            doneBefore = done - 1;
        }
        long now = System.nanoTime();
        if (now - lastLineNanos >= LINE_INTERVAL.toNanos() && done != total) {
            lastLineNanos = now;
            out.printf(Locale.ROOT, "%s: %,d%s%s%n", task, done, ofTotal(done, now), note.isEmpty() ? "" : ", " + note);
        }
    }

    private String ofTotal(long done, long now) {
        if (total < 0) {
            return "";
        }
        Duration left = Duration.ofNanos((now - startNanos) / Math.max(1, done - doneBefore) * (total - done));
        return String.format(Locale.ROOT, " of %,d, %s left", total, brief(left));
    }

    /** A duration as people say it: {@code 850 ms}, {@code 12.3 s}, {@code 4 min 05 s}, {@code 1 h 02 min}. */
    public static String brief(Duration duration) {
        if (duration.toSeconds() >= 3600) {
            return "%d h %02d min".formatted(duration.toHours(), duration.toMinutesPart());
        }
        if (duration.toSeconds() >= 60) {
            return "%d min %02d s".formatted(duration.toMinutes(), duration.toSecondsPart());
        }
        return duration.toMillis() < 1000
                ? duration.toMillis() + " ms"
                : String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
