package org.catalogtagger.streaming.commands;

import java.util.concurrent.Callable;
import org.catalogtagger.streaming.job.ClusterJobs;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code tagger jobs}. */
@Command(
        name = "jobs",
        description =
                "Lists the streaming jobs of a Flink cluster, the newest first: consumer group, status, when it was"
                        + " submitted, id.")
public final class JobsCommand implements Callable<Integer> {
    @Mixin
    private ClusterOption cluster;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        try (ClusterJobs jobs = cluster.jobs()) {
            for (ClusterJobs.Job job : jobs.all()) {
                spec.commandLine()
                        .getOut()
                        .printf("%-24s %-12s %s  %s%n", job.consumerGroup(), job.status(), job.since(), job.id());
            }
        }
        return 0;
    }
}
