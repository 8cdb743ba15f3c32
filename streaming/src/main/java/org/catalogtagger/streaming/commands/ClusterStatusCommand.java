package org.catalogtagger.streaming.commands;

import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.catalogtagger.streaming.cluster.LocalCluster;
import org.catalogtagger.streaming.cluster.Member;
import org.catalogtagger.streaming.cluster.Member.Kind;
import org.catalogtagger.streaming.job.ClusterJobs;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code tagger cluster status}. */
@Command(
        name = "status",
        description = "Lists the processes of the cluster, and its job. Ends with 1 unless all of them run.")
final class ClusterStatusCommand implements Callable<Integer> {
    @ParentCommand
    private ClusterCommand cluster;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        LocalCluster local = LocalCluster.in(cluster.directory(), ClusterCommand.configuration());
        PrintWriter out = spec.commandLine().getOut();
        boolean all = true;
        out.printf("%-14s %-8s %-22s %s%n", "process", "pid", "address", "log");
        for (Member member : local.plan().members()) {
            Optional<ProcessHandle> handle = local.process(member).handle();
            all &= handle.isPresent();
            out.printf(
                    "%-14s %-8s %-22s %s%n",
                    member.name(),
                    handle.map(process -> Long.toString(process.pid())).orElse("ended"),
                    member.address(),
                    local.process(member).log());
        }
        Optional<ClusterJobs.Job> job = job(local);
        out.println(job.map(found -> "job %s: %s".formatted(found.id(), found.status()))
                .orElse("no JobManager tells of a job"));
        out.flush();
        return all && job.isPresent() ? 0 : 1;
    }

    /** The job, by the first JobManager that tells of it. */
    static Optional<ClusterJobs.Job> job(LocalCluster local) {
        return local.plan().of(Kind.JOBMANAGER).stream()
                .map(ClusterStatusCommand::job)
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<ClusterJobs.Job> job(Member jobManager) {
        try (ClusterJobs jobs = ClusterJobs.at(jobManager.address())) {
            return jobs.all().stream().findFirst();
        } catch (Exception e) {
            // Its turn has not come, or is over: another may know.
            return Optional.empty();
        }
    }
}
