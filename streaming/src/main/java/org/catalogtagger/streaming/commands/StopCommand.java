package org.catalogtagger.streaming.commands;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.catalogtagger.streaming.job.ClusterJobs;
import org.catalogtagger.streaming.settings.ShownSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tagger stop}. */
@Command(
        name = "stop",
        description =
                "Stops a streaming job of a Flink cluster. It leaves a savepoint, from which its next start goes on.")
public final class StopCommand implements Callable<Integer> {
    static final Duration PATIENCE = Duration.ofMinutes(5);

    @Mixin
    private ClusterOption cluster;

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
            ClusterJobs.Job found = jobs.living(job);
            String savepoint = jobs.stop(found, PATIENCE);
            spec.commandLine()
                    .getOut()
                    .printf(
                            "stopped the job of %s; its next start goes on from %s%n",
                            found.consumerGroup(), ShownSettings.withoutCredentials(savepoint));
        }
        return 0;
    }
}
