package org.catalogtagger.streaming.commands;

import org.catalogtagger.streaming.job.ClusterJobs;
import org.catalogtagger.streaming.job.FlinkEnvironment;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where the Flink cluster is. */
final class ClusterOption {
    @Option(
            names = "--jobmanager",
            paramLabel = "HOST:PORT",
            required = true,
            description = "The Flink cluster: its JobManager's REST API.")
    private String jobmanager;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    ClusterJobs jobs() throws Exception {
        if (!FlinkEnvironment.isAddress(jobmanager)) {
            throw new ParameterException(spec.commandLine(), "--jobmanager must be HOST:PORT, not " + jobmanager);
        }
        return ClusterJobs.at(jobmanager);
    }
}
