package org.catalogtagger.training.commands;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import org.catalogtagger.cli.Progress;
import org.catalogtagger.training.fit.EpochResult;
import org.catalogtagger.training.fit.FitListener;
import org.jspecify.annotations.Nullable;

/** Shows a fit on the console: a bar over its batches, and a line for each epoch. */
public final class FitConsole implements FitListener, AutoCloseable {
    private final PrintStream out;
    private long startNanos = System.nanoTime();
    private @Nullable Progress progress;
    private int epochsSeen;

    public FitConsole(PrintStream out) {
        this.out = out;
    }

    /** The next of several fits. */
    void begin(String title) {
        close();
        progress = null;
        epochsSeen = 0;
        startNanos = System.nanoTime();
        out.println(title);
    }

    @Override
    public void onBatch(BatchResult batch) {
        if (progress == null) {
            progress = Progress.start("training", batch.batches(), out);
        }
        progress.to(
                batch.batch(),
                String.format(
                        Locale.ROOT,
                        "epoch %d, loss %.4f, accuracy %.1f %%, %,.0f images/s",
                        batch.epoch(),
                        batch.loss(),
                        100 * batch.accuracy(),
                        batch.imagesPerSecond()));
    }

    @Override
    public void onEpoch(EpochResult epoch, int epochs) {
        epochsSeen++;
        Duration elapsed = Duration.ofNanos(System.nanoTime() - startNanos);
        Duration left = elapsed.multipliedBy(epochs - epoch.epoch()).dividedBy(epochsSeen);
        String validation = epoch.validationAccuracy().isPresent()
                ? String.format(
                        Locale.ROOT,
                        ", validation accuracy %.1f %%, macro recall %.1f %%",
                        100 * epoch.validationAccuracy().getAsDouble(),
                        100 * epoch.validationMacroRecall().getAsDouble())
                : "";
        out.printf(
                Locale.ROOT,
                "epoch %d of %d: loss %.4f, training accuracy %.1f %%%s, %,.0f images/s, %s, %s%n",
                epoch.epoch(),
                epochs,
                epoch.loss(),
                100 * epoch.accuracy(),
                validation,
                epoch.imagesPerSecond(),
                Progress.brief(Duration.ofMillis((long) (1000 * epoch.seconds()))),
                epoch.epoch() == epochs ? "done" : Progress.brief(left) + " left");
    }

    @Override
    public void close() {
        if (progress != null) {
            progress.close();
        }
    }
}
