package org.catalogtagger.streaming.job;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.catalogtagger.model.bundle.Json;

/**
 * What Flink says of a job at an instant.
 *
 * @param status of the job as a whole
 * @param waiting operators that have no slot yet; one that is created only once another has finished, as a committer of
 *     a batch is, does not wait
 * @param running operators of which all subtasks run
 * @param operators of the job, chained ones counted as one
 * @param checkpoints how many have been completed since the job was submitted
 * @param taskManagers that the cluster has
 * @param failures the last ones, the oldest first
 */
record JobSnapshot(
        JobStatus status,
        int waiting,
        int running,
        int operators,
        long checkpoints,
        int taskManagers,
        List<Failure> failures) {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int FAILURES = 20;

    JobSnapshot {
        failures = List.copyOf(failures);
    }

    /** Whether all of it runs. */
    boolean runs() {
        return status == JobStatus.RUNNING && running == operators;
    }

    /**
     * Why the job failed at one time.
     *
     * @param at milliseconds since 1970
     * @param cause the innermost, in one line
     */
    record Failure(long at, String cause) {
        private static final Pattern CAUSE = Pattern.compile("^Caused by: (.*)$", Pattern.MULTILINE);

        static Failure of(long at, String stackTrace) {
            String cause = stackTrace.lines().findFirst().orElse("(no stack trace)");
            Matcher matcher = CAUSE.matcher(stackTrace);
            while (matcher.find()) {
                cause = matcher.group(1);
            }
            return new Failure(at, cause.replaceFirst("^(?:[a-z0-9_]+\\.)+", "").strip());
        }

        boolean isOutOfMemory() {
            return cause.startsWith("OutOfMemoryError");
        }
    }

    /**
     * Asks Flink.
     *
     * @param webPage the address of its REST API
     * @throws IOException if it does not answer, or knows no such job
     */
    static JobSnapshot read(String webPage, JobID id) throws IOException {
        JsonNode job = get(webPage + "/jobs/" + id);
        JsonNode counts = job.path("status-counts");
        JsonNode history = get(webPage + "/jobs/" + id + "/exceptions?maxExceptions=" + FAILURES)
                .path("exceptionHistory")
                .path("entries");
        List<Failure> failures = new ArrayList<>();
        for (JsonNode entry : history) {
            failures.add(
                    0,
                    Failure.of(
                            entry.path("timestamp").asLong(),
                            entry.path("stacktrace").asText()));
        }
        return new JobSnapshot(
                JobStatus.valueOf(job.path("state").asText()),
                waiting(counts),
                counts.path("RUNNING").asInt() + counts.path("FINISHED").asInt(),
                job.path("vertices").size(),
                get(webPage + "/jobs/" + id + "/checkpoints")
                        .path("counts")
                        .path("completed")
                        .asLong(),
                get(webPage + "/overview").path("taskmanagers").asInt(),
                failures);
    }

    static int waiting(JsonNode counts) {
        int scheduled = counts.path("SCHEDULED").asInt();
        int active = counts.path("RUNNING").asInt()
                + counts.path("INITIALIZING").asInt()
                + counts.path("DEPLOYING").asInt();
        return scheduled > 0 || active == 0 ? scheduled + counts.path("CREATED").asInt() : 0;
    }

    /** Asks Flink for no more than whether it is there. */
    static void requireAnswer(String webPage) throws IOException {
        get(webPage + "/overview");
    }

    static JsonNode get(String address) throws IOException {
        URLConnection connection = URI.create(address).toURL().openConnection();
        connection.setConnectTimeout((int) TIMEOUT.toMillis());
        connection.setReadTimeout((int) TIMEOUT.toMillis());
        try (InputStream in = connection.getInputStream()) {
            return Json.MAPPER.readTree(in);
        }
    }
}
