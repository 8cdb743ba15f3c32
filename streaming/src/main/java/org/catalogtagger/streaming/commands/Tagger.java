package org.catalogtagger.streaming.commands;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.cli.ErrorLine;
import org.catalogtagger.cli.StopOnExit;
import org.catalogtagger.cli.TemporaryFolder;
import org.catalogtagger.model.network.PyTorch;
import org.catalogtagger.streaming.quickstart.QuickstartCommand;
import org.catalogtagger.training.commands.EvaluateCommand;
import org.catalogtagger.training.commands.ExperimentsCommand;
import org.catalogtagger.training.commands.ImportCommand;
import org.catalogtagger.training.commands.ImportKaggleCommand;
import org.catalogtagger.training.commands.InspectCommand;
import org.catalogtagger.training.commands.SampleCommand;
import org.catalogtagger.training.commands.TrainCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code tagger}: all commands under one name. */
@Command(
        name = "tagger",
        description = "Tags product images as they arrive.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        usageHelpAutoWidth = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:success", "1:failure", "2:wrong usage"},
        versionProvider = Tagger.Version.class,
        subcommands = {
            QuickstartCommand.class,
            SampleCommand.class,
            ImportCommand.class,
            ImportKaggleCommand.class,
            TrainCommand.class,
            EvaluateCommand.class,
            InspectCommand.class,
            DiffCommand.class,
            ExperimentsCommand.class,
            StreamCommand.class,
            StreamDefaultsCommand.class,
            JobsCommand.class,
            StopCommand.class,
            SavepointCommand.class,
            ClusterCommand.class,
            TopicsCommand.class,
            BatchCommand.class,
            SqlCommand.class,
            PublishCommand.class,
            ReleaseCommand.class,
            ReplayRejectedCommand.class,
            ReplayDriftCommand.class,
            DriftCommand.class,
            WatchCommand.class
        })
public final class Tagger implements Runnable {
    private static final Duration LONGEST_COMPUTATION = Duration.ofSeconds(10);

    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Show the stack trace of an error.")
    private boolean verbose;

    @Spec
    private CommandSpec spec;

    /** Runs a command and exits with its code. */
    public static void main(String[] arguments) {
        try {
            TemporaryFolder.open();
        } catch (CommandException e) {
            System.err.println("tagger: " + ErrorLine.of(e));
            System.exit(CommandLine.ExitCode.SOFTWARE);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(Tagger::endComputations, "end computations"));
        System.exit(execute(commandLine(), arguments));
    }

    private static int execute(CommandLine commandLine, String[] arguments) {
        try {
            return commandLine.execute(arguments);
        } catch (OutOfMemoryError e) {
            System.err.printf(
                    Locale.ROOT,
                    "tagger: out of memory (%s); Java may take %,d MiB: TAGGER_JAVA_OPTS=-Xmx8g lets it take more%n",
                    e.getMessage(),
                    Runtime.getRuntime().maxMemory() >> 20);
            return CommandLine.ExitCode.SOFTWARE;
        }
    }

    /** What is being stopped may still compute; then PyTorch must not be torn down under a computation. */
    private static void endComputations() {
        StopOnExit.awaitAll();
        PyTorch.computations().end(LONGEST_COMPUTATION);
    }

    /** The commands, with the manners that they share. */
    static CommandLine commandLine() {
        Tagger tagger = new Tagger();
        return new CommandLine(tagger)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((e, commandLine, parsed) -> {
                    PrintWriter err = commandLine.getErr();
                    err.println("tagger " + commandLine.getCommandName() + ": " + ErrorLine.of(e));
                    if (tagger.verbose) {
                        e.printStackTrace(err);
                    }
                    err.flush();
                    return CommandLine.ExitCode.SOFTWARE;
                });
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Which command?");
    }

    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Tagger.class.getPackage().getImplementationVersion();
            return new String[] {"Catalog Tagger " + (version == null ? "(unpackaged)" : version)};
        }
    }
}
