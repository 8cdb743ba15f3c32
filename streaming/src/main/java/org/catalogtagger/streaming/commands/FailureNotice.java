package org.catalogtagger.streaming.commands;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.api.common.JobID;
import org.catalogtagger.model.bundle.Json;

/** Says on the console why a job failed each time that Flink restarts it, which Flink itself only logs. */
final class FailureNotice {
    private static final Pattern CAUSE = Pattern.compile("^Caused by: (.*)$", Pattern.MULTILINE);

    private final URI exceptions;
    private final PrintStream err;
    private long lastSeen;

    /**
     * A notice of failures to come.
     *
     * @param webPage of the Flink that runs the job
     */
    FailureNotice(String webPage, JobID job, PrintStream err) {
        this.exceptions = URI.create(webPage + "/jobs/" + job + "/exceptions?maxExceptions=1");
        this.err = err;
    }

    /** Tells of the last failure, if it has not told of it yet. */
    void check() {
        JsonNode last;
        try (InputStream in = exceptions.toURL().openStream()) {
            last = Json.MAPPER
                    .readTree(in)
                    .path("exceptionHistory")
                    .path("entries")
                    .path(0);
        } catch (IOException e) {
            // Flink does not answer for an instant; the next check will.
            return;
        }
        long timestamp = last.path("timestamp").asLong();
        if (timestamp > lastSeen) {
            lastSeen = timestamp;
            err.println("tagger stream: the job failed and is restarted: "
                    + rootCause(last.path("stacktrace").asText()));
        }
    }

    /** The innermost cause of a stack trace, or its first line. */
    static String rootCause(String stackTrace) {
        String cause = stackTrace.lines().findFirst().orElse("(no stack trace)");
        Matcher matcher = CAUSE.matcher(stackTrace);
        while (matcher.find()) {
            cause = matcher.group(1);
        }
        return cause.replaceFirst("^(?:[a-z0-9_]+\\.)+", "");
    }
}
