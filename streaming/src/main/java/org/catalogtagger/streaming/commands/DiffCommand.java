package org.catalogtagger.streaming.commands;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.training.commands.Findings;
import org.catalogtagger.training.commands.FolderToCompare;
import org.catalogtagger.training.compare.ModelDiff;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tagger diff}. */
@Command(
        name = "diff",
        description = {
            "Says which images would change their tag from one model to another, before it is released.",
            "Writes a page with pictures, and a table."
        })
public final class DiffCommand implements Callable<Integer> {
    @Option(
            names = "--model",
            paramLabel = "BUNDLE",
            required = true,
            description = "Given twice: the model of now, and the one that may follow it.")
    private List<Path> models = List.of();

    @Mixin
    private FolderToCompare folder;

    @Mixin
    private EventsToCompare events;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description = "Where the page and the table are written.")
    private Path out;

    @Mixin
    private Findings findings;

    @Spec
    private CommandSpec command;

    private void requireNone(List<String> options) {
        for (String option : options) {
            if (command.commandLine().getParseResult().hasMatchedOption(option)) {
                throw new ParameterException(
                        command.commandLine(),
                        "%s is %s"
                                .formatted(option, folder.isGiven() ? "of --bootstrap" : "of a folder, --images DIR"));
            }
        }
    }

    @Override
    public Integer call() throws IOException {
        if (folder.isGiven() == events.areGiven()) {
            throw new ParameterException(command.commandLine(), "Either --images or --bootstrap");
        }
        requireNone(folder.isGiven() ? EventsToCompare.OPTIONS : FolderToCompare.OPTIONS);
        if (models.size() != 2) {
            throw new CommandException("--model is given twice, not %d time(s)".formatted(models.size()));
        }
        PrintStream console = System.out;
        ModelDiff diff = new ModelDiff(ModelBundle.open(models.get(0)), ModelBundle.open(models.get(1)));
        if (folder.isGiven()) {
            findings.write(diff.of(folder, out, console));
        } else {
            try (EventsToCompare.Fetched fetched = events.fetch(console)) {
                findings.write(diff.of(fetched, out, console));
            }
        }
        return 0;
    }
}
