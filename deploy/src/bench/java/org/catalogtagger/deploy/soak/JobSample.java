package org.catalogtagger.deploy.soak;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a job holds at one moment, and how fast it was since the one before.
 *
 * @param minutes since the load began
 * @param residentMegabytes of the process, without files that are only mapped
 * @param heapMegabytes in use, garbage included
 * @param outsideMegabytes resident, less the heap that the JVM has taken from the system
 * @param handles open files and sockets
 * @param p50Millis from an event to its committed tag
 * @param checkpointMegabytes of the last checkpoint
 * @param waiting events that are published and not yet tagged
 */
record JobSample(
        double minutes,
        double residentMegabytes,
        double heapMegabytes,
        double outsideMegabytes,
        double threads,
        double handles,
        double p50Millis,
        double p99Millis,
        double checkpointMegabytes,
        double waiting) {
    private static final double MEGABYTE = 1 << 20;
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    /**
     * Looks at a job's process, by what Linux says of it and by its Prometheus page.
     *
     * @param millis from events to tags since the last sample, sorted
     */
    static JobSample of(double minutes, long pid, int prometheusPort, List<Long> millis, long waiting)
            throws IOException, InterruptedException {
        Path process = Path.of("/proc", Long.toString(pid));
        String page = CLIENT.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/metrics".formatted(prometheusPort)))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
        double resident = 1024 * status(process, "RssAnon");
        double committed = metric(page, "flink_taskmanager_Status_JVM_Memory_Heap_Committed");
        try (Stream<Path> handles = Files.list(process.resolve("fd"))) {
            return new JobSample(
                    minutes,
                    resident / MEGABYTE,
                    metric(page, "flink_taskmanager_Status_JVM_Memory_Heap_Used") / MEGABYTE,
                    (resident - committed) / MEGABYTE,
                    status(process, "Threads"),
                    (double) handles.count(),
                    quantile(millis, 0.5),
                    quantile(millis, 0.99),
                    metric(page, "flink_jobmanager_job_lastCheckpointSize") / MEGABYTE,
                    (double) waiting);
        }
    }

    private static double quantile(List<Long> sorted, double share) {
        return sorted.isEmpty()
                ? Double.NaN
                : sorted.get((int) Math.min(sorted.size() - 1L, Math.round(share * sorted.size())));
    }

    private static double status(Path process, String name) throws IOException {
        return Files.readAllLines(process.resolve("status")).stream()
                .filter(line -> line.startsWith(name + ":"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow(() -> new IOException("no " + name + " in " + process.resolve("status")));
    }

    /** The value of the only series of a name. */
    private static double metric(String page, String name) throws IOException {
        return page.lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElseThrow(() -> new IOException("no " + name + " on the job's Prometheus page"));
    }
}
