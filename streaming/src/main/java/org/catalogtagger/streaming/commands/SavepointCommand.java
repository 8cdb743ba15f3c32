package org.catalogtagger.streaming.commands;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.catalogtagger.streaming.job.ClusterJobs;
import org.catalogtagger.streaming.settings.ShownSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tagger savepoint}. */
@Command(
        name = "savepoint",
        description =
                "Takes a savepoint of a streaming job of a Flink cluster, which goes on; tagger stream --from goes"
                        + " back to it.")
public final class SavepointCommand implements Callable<Integer> {
    @Mixin
    private ClusterOption cluster;

    @Option(
            names = "--to",
            paramLabel = "DIR",
            description = "Where it goes, a path or URI that the JobManager can write to. Without it, among the job's"
                    + " checkpoints, where the next starts delete what they do not need.")
    private Optional<String> directory = Optional.empty();

    @Parameters(
            arity = "0..1",
            paramLabel = "JOB",
            description = "Its consumer group, or its id; needed if more than one runs.")
    private Optional<String> job = Optional.empty();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        try (ClusterJobs jobs = cluster.jobs()) {
            String savepoint = jobs.savepoint(jobs.living(job), directory, StopCommand.PATIENCE);
            spec.commandLine().getOut().println(ShownSettings.withoutCredentials(savepoint));
        }
        return 0;
    }
}
