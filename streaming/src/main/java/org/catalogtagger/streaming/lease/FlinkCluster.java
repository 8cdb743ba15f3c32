package org.catalogtagger.streaming.lease;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.PipelineOptionsInternal;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.apache.flink.runtime.highavailability.HighAvailabilityServicesUtils;

/**
 * The mark of a Flink cluster that has one job, and several JobManagers of which one at a time leads. It lies where they have what they
 * share, and goes when Flink cleans up there, with the job's end. An id would not do: Flink makes the job's from the cluster's name,
 * which another cluster may have too.
 */
public final class FlinkCluster {
    private static final String FILE = "catalog-tagger-mark";

    private FlinkCluster() {}

    /**
     * The mark of the cluster whose leader this is, drawn by lot the first time.
     *
     * @param flink its configuration
     * @return empty if it is not highly available, or not in application mode, where a job is recovered without its program
     * @throws IOException if the storage cannot be read or written
     */
    public static Optional<String> mark(ReadableConfig flink) throws IOException {
        if (flink.get(HighAvailabilityOptions.HA_MODE).equalsIgnoreCase("NONE")
                || flink.getOptional(PipelineOptionsInternal.PIPELINE_FIXED_JOB_ID)
                        .isEmpty()) {
            return Optional.empty();
        }
        Path file = new Path(
                HighAvailabilityServicesUtils.getClusterHighAvailableStoragePath(Configuration.fromMap(flink.toMap())),
                FILE);
        FileSystem storage = file.getFileSystem();
        if (!storage.exists(file)) {
            try (OutputStream out = storage.create(file, FileSystem.WriteMode.OVERWRITE)) {
                out.write(UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII));
            }
        }
        try (InputStream in = storage.open(file)) {
            return Optional.of(new String(in.readAllBytes(), StandardCharsets.US_ASCII));
        }
    }
}
