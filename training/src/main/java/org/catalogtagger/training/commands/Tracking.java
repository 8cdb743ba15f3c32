package org.catalogtagger.training.commands;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;
import org.catalogtagger.training.tracking.TensorBoardLog;
import picocli.CommandLine.Option;

/** Where else a run's figures go. */
public final class Tracking {
    @Option(
            names = "--tensorboard",
            paramLabel = "DIR",
            description = {
                "Also write each epoch's figures as TensorBoard's event files; tensorboard --logdir DIR shows them."
            })
    private Optional<Path> tensorBoard = Optional.empty();

    /**
     * TensorBoard's log, if one is asked for; whoever opens it closes it.
     *
     * @throws IOException if it cannot be written there
     */
    Optional<TensorBoardLog> open(PrintStream console) throws IOException {
        return tensorBoard.isEmpty()
                ? Optional.empty()
                : Optional.of(TensorBoardLog.open(tensorBoard.get(), console::println));
    }
}
