package org.catalogtagger.streaming.job;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;

/**
 * Keeps a Flink in this JVM to this machine, and its web page to looking. By default Flink listens on all addresses, runs
 * jars that anyone uploads, lets pages of any site read its answers, and shares one folder for uploads.
 */
final class ClosedFlink {
    /** Whether the REST endpoint answers those alone who only read, and ask for this machine by its own name. */
    static final ConfigOption<Boolean> READ_ONLY = ConfigOptions.key("catalog-tagger.rest.read-only")
            .booleanType()
            .defaultValue(false)
            .withDescription("Refuse whatever changes something, and names that others gave this machine.");

    /** What {@link #close} decides, and nobody else. */
    static final List<ConfigOption<?>> CLOSED = List.of(
            RestOptions.BIND_ADDRESS,
            JobManagerOptions.BIND_HOST,
            TaskManagerOptions.BIND_HOST,
            WebOptions.SUBMIT_ENABLE,
            WebOptions.CANCEL_ENABLE,
            WebOptions.RESCALE_ENABLE,
            WebOptions.ACCESS_CONTROL_ALLOW_ORIGIN,
            READ_ONLY);

    private static final String LOOPBACK = "127.0.0.1";

    private ClosedFlink() {}

    /**
     * Flink's settings, closed to others.
     *
     * @param flink which is changed; the page's port is one that is free, unless it has one
     */
    static Configuration close(Configuration flink) throws IOException {
        flink.set(RestOptions.BIND_ADDRESS, LOOPBACK);
        if (!flink.contains(RestOptions.BIND_PORT)) {
            flink.set(RestOptions.BIND_PORT, "0");
        }
        // Where jobs' jars go, and tasks' data: nothing outside this JVM asks for them.
        flink.set(JobManagerOptions.BIND_HOST, LOOPBACK);
        flink.set(TaskManagerOptions.BIND_HOST, LOOPBACK);
        flink.set(WebOptions.SUBMIT_ENABLE, false);
        flink.set(WebOptions.CANCEL_ENABLE, false);
        flink.set(WebOptions.RESCALE_ENABLE, false);
        // Flink always sends the header, and knows no value for nobody: the page itself needs it not.
        flink.set(WebOptions.ACCESS_CONTROL_ALLOW_ORIGIN, "http://" + LOOPBACK);
        flink.set(READ_ONLY, true);
        if (!flink.contains(WebOptions.UPLOAD_DIR)) {
            // Readable by its owner alone. Java itself knows only the temporary folder that it was started with.
            File uploads = Files.createTempDirectory(
                            Path.of(System.getProperty("java.io.tmpdir")), "catalog-tagger-web-")
                    .toFile();
            uploads.deleteOnExit();
            flink.set(WebOptions.UPLOAD_DIR, uploads.toString());
        }
        return flink;
    }
}
