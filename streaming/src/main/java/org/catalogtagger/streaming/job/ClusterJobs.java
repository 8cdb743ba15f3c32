package org.catalogtagger.streaming.job;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.client.deployment.StandaloneClusterId;
import org.apache.flink.client.program.rest.RestClusterClient;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.client.JobStatusMessage;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.cli.ErrorLine;

/** The streaming jobs of a Flink cluster, by its REST API. */
public final class ClusterJobs implements AutoCloseable {
    /** The name of a job's parameter. */
    static final String CHECKPOINT_FOLDER = "catalog-tagger.checkpoint-folder";

    private static final String NAME = "catalog tagger: ";
    private static final Duration ANSWER = Duration.ofSeconds(30);

    private final String address;
    private final RestClusterClient<StandaloneClusterId> client;

    /**
     * A job.
     *
     * @param id in Flink
     * @param consumerGroup of its settings
     * @param status what Flink says of it
     * @param since when it was submitted
     */
    public record Job(String id, String consumerGroup, JobStatus status, Instant since) {
        /** Whether it has come to no end yet. */
        public boolean lives() {
            return !status.isGloballyTerminalState();
        }
    }

    private ClusterJobs(String address, RestClusterClient<StandaloneClusterId> client) {
        this.address = address;
        this.client = client;
    }

    /** What Flink calls the job of a consumer group. */
    public static String name(String consumerGroup) {
        return NAME + consumerGroup;
    }

    /**
     * Those of a cluster.
     *
     * @param address {@code host:port} of the JobManager's REST API
     * @throws CommandException if nobody answers there
     */
    public static ClusterJobs at(String address) throws Exception {
        JobWatch.requireFlink("http://" + address);
        Configuration flink = new Configuration();
        int colon = address.lastIndexOf(':');
        flink.set(RestOptions.ADDRESS, address.substring(0, colon));
        flink.set(RestOptions.PORT, Integer.parseInt(address.substring(colon + 1)));
        return new ClusterJobs(address, new RestClusterClient<>(flink, StandaloneClusterId.getInstance()));
    }

    /** All of them, also those that have ended and Flink still knows, the newest first. */
    public List<Job> all() throws InterruptedException {
        return answer(client.listJobs(), ANSWER, "did not list its jobs").stream()
                .filter(job -> job.getJobName().startsWith(NAME))
                .sorted(Comparator.comparing(JobStatusMessage::getStartTime).reversed())
                .map(job -> new Job(
                        job.getJobId().toString(),
                        job.getJobName().substring(NAME.length()),
                        job.getJobState(),
                        Instant.ofEpochMilli(job.getStartTime())))
                .toList();
    }

    /**
     * A job that lives.
     *
     * @param which its id, or its consumer group; empty for the only one
     * @throws CommandException if there is none such, or more than one
     */
    public Job living(Optional<String> which) throws InterruptedException {
        List<Job> living = all().stream()
                .filter(Job::lives)
                .filter(job -> which.map(name ->
                                job.id().equals(name) || job.consumerGroup().equals(name))
                        .orElse(true))
                .toList();
        if (living.isEmpty()) {
            throw new CommandException("no job%s runs at %s; tagger jobs --jobmanager %s lists what is there"
                    .formatted(which.map(name -> " " + name).orElse(""), address, address));
        }
        if (living.size() > 1) {
            throw new CommandException("%d jobs run at %s: say which, by its consumer group or id: %s"
                    .formatted(
                            living.size(),
                            address,
                            String.join(
                                    ", ",
                                    living.stream().map(Job::consumerGroup).toList())));
        }
        return living.get(0);
    }

    /**
     * Ends a job behind a savepoint in its checkpoint folder, from which its next start goes on.
     *
     * @return the savepoint
     * @throws CommandException if that fails; the job goes on then, unless it has failed itself
     */
    public String stop(Job job, Duration patience) throws InterruptedException {
        return answer(
                client.stopWithSavepoint(
                        JobID.fromHexString(job.id()), false, checkpointFolder(job), SavepointFormatType.CANONICAL),
                patience,
                "did not stop job " + job.id());
    }

    /**
     * Takes a savepoint of a job, which goes on.
     *
     * @param directory for it, as the JobManager sees it; empty for the job's checkpoint folder
     * @return the savepoint
     * @throws CommandException if that fails
     */
    public String savepoint(Job job, Optional<String> directory, Duration patience) throws InterruptedException {
        String where = directory.isPresent() ? directory.get() : checkpointFolder(job);
        return answer(
                client.triggerSavepoint(JobID.fromHexString(job.id()), where, SavepointFormatType.CANONICAL),
                patience,
                "took no savepoint of job " + job.id());
    }

    private String checkpointFolder(Job job) {
        try {
            JsonNode parameters = JobSnapshot.get("http://%s/jobs/%s/config".formatted(address, job.id()))
                    .path("execution-config")
                    .path("user-config");
            String folder = parameters.path(CHECKPOINT_FOLDER).asText();
            if (folder.isEmpty()) {
                throw new CommandException(
                        "job %s at %s does not say where its checkpoints lie; was it started otherwise than by tagger?"
                                .formatted(job.id(), address));
            }
            return folder;
        } catch (IOException e) {
            throw new CommandException("Flink at %s has no job %s any more".formatted(address, job.id()), e);
        }
    }

    private <T> T answer(CompletableFuture<T> question, Duration patience, String failure) throws InterruptedException {
        try {
            return question.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new CommandException("Flink at %s %s: %s".formatted(address, failure, ErrorLine.ofRootCause(e)), e);
        } catch (TimeoutException e) {
            throw new CommandException(
                    "Flink at %s %s within %d s".formatted(address, failure, patience.toSeconds()), e);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
