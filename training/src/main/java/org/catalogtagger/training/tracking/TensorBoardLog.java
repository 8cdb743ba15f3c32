package org.catalogtagger.training.tracking;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.catalogtagger.model.bundle.ConfusionMatrix;
import org.catalogtagger.training.fit.EpochResult;

/**
 * A run's figures for TensorBoard: {@code loss}, {@code accuracy/training}, {@code accuracy/validation},
 * {@code macro_recall/validation} and {@code images_per_second} of each epoch, {@code accuracy/test} and
 * {@code macro_recall/test} at its end. Each run that goes on has a file of its own in the same folder; what an interrupted
 * one said of epochs that are repeated, TensorBoard leaves out. A run does not end because its figures cannot be written.
 */
public final class TensorBoardLog implements RunLog {
    private final EventFile file;
    private final Path path;
    private final Consumer<String> warnings;
    private int epoch;
    private boolean failed;

    TensorBoardLog(EventFile file, Path path, Consumer<String> warnings) {
        this.file = file;
        this.path = path;
        this.warnings = warnings;
    }

    /**
     * Begins a file in a folder.
     *
     * @param folder is made, if need be
     * @param warnings takes a line, once, if figures can no longer be written
     * @throws IOException if none can be made there
     */
    public static TensorBoardLog open(Path folder, Consumer<String> warnings) throws IOException {
        Files.createDirectories(folder);
        // TensorBoard finds files by this in their names, and reads them in the order of the names.
        Path path = folder.resolve("events.out.tfevents.%010d.%s.%d"
                .formatted(
                        System.currentTimeMillis() / 1000,
                        hostName(),
                        ProcessHandle.current().pid()));
        EventFile file = EventFile.create(path);
        file.write(EventMessage.version(now()));
        return new TensorBoardLog(file, path, warnings);
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName().replaceAll("[^\\w.-]", "_");
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    @Override
    public void onEpoch(EpochResult result, int epochs) {
        if (epoch == 0 && result.epoch() > 1) {
            write(EventMessage.start(now(), result.epoch()));
        }
        epoch = result.epoch();
        write(EventMessage.scalars(now(), epoch, RunFigures.of(result)));
    }

    @Override
    public void tested(ConfusionMatrix test) {
        write(EventMessage.scalars(now(), epoch, RunFigures.of(test)));
    }

    private void write(byte[] event) {
        if (failed) {
            return;
        }
        try {
            file.write(event);
        } catch (IOException e) {
            failed = true;
            warnings.accept("no more figures for TensorBoard: %s: %s".formatted(path, e.getMessage()));
        }
    }

    /** Seconds since 1970. */
    private static double now() {
        return System.currentTimeMillis() / 1e3;
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            if (!failed) {
                warnings.accept("figures for TensorBoard are lost: %s: %s".formatted(path, e.getMessage()));
            }
        }
    }
}
