package org.catalogtagger.streaming.commands;

import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code tagger cluster}. */
@Command(
        name = "cluster",
        description = {
            "A whole cluster as processes of this machine: three brokers, ZooKeeper, two JobManagers with the job in them,"
                    + " two TaskManagers. For trying what happens when one of them ends; only this machine reaches it.",
            "All that it is and leaves lies in one folder."
        },
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ClusterUpCommand.class,
            ClusterStatusCommand.class,
            ClusterKillCommand.class,
            ClusterDownCommand.class
        })
public final class ClusterCommand implements Runnable {
    @Option(
            names = "--directory",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            defaultValue = "tagger-cluster",
            showDefaultValue = picocli.CommandLine.Help.Visibility.ALWAYS,
            description = "The cluster's folder.")
    private Path directory;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which command?");
    }

    Path directory() {
        return directory;
    }

    /** Where the launcher finds the settings that all ways to deploy share. */
    static Path configuration() {
        return Path.of(System.getProperty("catalogtagger.configuration", "deploy/conf"));
    }
}
