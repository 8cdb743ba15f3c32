package org.catalogtagger.streaming.cluster;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.runtime.highavailability.FileSystemApplicationResultStore;
import org.apache.flink.runtime.highavailability.FileSystemJobResultStore;
import org.apache.flink.runtime.highavailability.HighAvailabilityServices;
import org.apache.flink.runtime.highavailability.HighAvailabilityServicesUtils;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.model.bundle.AtomicDirectory;

/**
 * What a job that has ended, by {@code tagger stop} say, leaves of itself in its cluster's high availability: its result, by which a
 * JobManager that stood by knows that there is nothing to do, and ends too. The next start begins without it.
 */
final class EndedJob {
    private final Configuration flink;
    private final List<Path> results;

    /**
     * That of a cluster.
     *
     * @param flink of its JobManagers; with high availability on this machine's disk
     */
    EndedJob(Configuration flink) {
        this.flink = flink;
        String storage = flink.get(HighAvailabilityOptions.HA_STORAGE_PATH);
        String cluster = flink.get(HighAvailabilityOptions.HA_CLUSTER_ID);
        this.results = Stream.of(
                        FileSystemJobResultStore.createDefaultJobResultStorePath(storage, cluster),
                        FileSystemApplicationResultStore.createDefaultApplicationResultStorePath(storage, cluster))
                .map(URI::create)
                .map(Path::of)
                .toList();
    }

    /** Whether there is one. */
    boolean exists() {
        return results.stream().map(Path::toFile).map(File::list).anyMatch(files -> files != null && files.length > 0);
    }

    /**
     * Removes it, and what a JobManager that was killed as it ended the job has left of that in ZooKeeper, which must run, as no
     * JobManager must.
     *
     * @throws CommandException if ZooKeeper does not do it
     */
    void forget() throws IOException {
        try {
            HighAvailabilityServices services =
                    HighAvailabilityServicesUtils.createAvailableOrEmbeddedServices(flink, Runnable::run, error -> {});
            services.closeWithOptionalClean(true);
        } catch (Exception e) {
            throw new CommandException("what the job that has ended left in ZooKeeper is not removed: " + e, e);
        }
        for (Path folder : results) {
            AtomicDirectory.deleteRecursively(folder);
        }
    }
}
