package org.catalogtagger.streaming.commands;

import java.util.concurrent.Callable;
import org.catalogtagger.streaming.cluster.LocalCluster;
import org.catalogtagger.streaming.cluster.Member;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code tagger cluster kill}. */
@Command(
        name = "kill",
        description = "Kills a process of the cluster, to see what happens. tagger cluster up starts it again.")
final class ClusterKillCommand implements Callable<Integer> {
    @ParentCommand
    private ClusterCommand cluster;

    @Parameters(paramLabel = "KIND", description = "One of ${COMPLETION-CANDIDATES}.")
    private Member.Kind kind;

    @Parameters(paramLabel = "N", description = "Which of them, from 1.")
    private int number;

    @Option(
            names = "--signal",
            paramLabel = "NAME",
            defaultValue = "KILL",
            showDefaultValue = Visibility.ALWAYS,
            description = "STOP lets it stand still, CONT lets it go on, TERM ends it in good order.")
    private String signal;

    @Override
    public Integer call() throws Exception {
        LocalCluster local = LocalCluster.in(cluster.directory(), ClusterCommand.configuration());
        local.process(local.plan().member(kind, number)).signal(signal);
        return 0;
    }
}
