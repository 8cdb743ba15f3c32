package org.catalogtagger.streaming.commands;

import java.util.concurrent.Callable;
import org.catalogtagger.streaming.cluster.LocalCluster;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code tagger cluster down}. */
@Command(
        name = "down",
        description =
                "Ends all processes of the cluster. What they keep stays, and tagger cluster up goes on from there.")
final class ClusterDownCommand implements Callable<Integer> {
    @ParentCommand
    private ClusterCommand cluster;

    @Option(names = "--delete", description = "Delete the cluster's folder, with Kafka's topics and all checkpoints.")
    private boolean delete;

    @Override
    public Integer call() throws Exception {
        LocalCluster local = LocalCluster.in(cluster.directory(), ClusterCommand.configuration());
        local.stop();
        if (delete) {
            local.delete();
        }
        return 0;
    }
}
