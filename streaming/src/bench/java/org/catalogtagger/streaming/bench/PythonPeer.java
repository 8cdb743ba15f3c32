package org.catalogtagger.streaming.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Processes of {@code src/bench/python/peer.py}, one a core: what one would write instead of the job. */
final class PythonPeer implements AutoCloseable {
    /** Debian's, which has the packages. */
    private static final String PYTHON = "/usr/bin/python3";

    private final List<Process> processes = new ArrayList<>();

    private PythonPeer() {}

    /**
     * Starts them.
     *
     * @param name of their consumer group
     * @param commit between two transactions' ends
     */
    static PythonPeer start(
            BenchJob bench,
            String name,
            String images,
            String tags,
            Path bundle,
            int batch,
            Duration delay,
            Duration commit)
            throws IOException {
        PythonPeer peer = new PythonPeer();
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
            peer.processes.add(new ProcessBuilder(
                            PYTHON,
                            Path.of("src/bench/python/peer.py").toString(),
                            bench.bootstrapServers(),
                            images,
                            tags,
                            name,
                            Integer.toString(i),
                            bundle.toString(),
                            Integer.toString(batch),
                            Double.toString(delay.toMillis() / 1e3),
                            Double.toString(commit.toMillis() / 1e3))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start());
        }
        return peer;
    }

    /** Fails unless all of them run. */
    void requireAlive() {
        for (Process process : processes) {
            if (!process.isAlive()) {
                throw new IllegalStateException(
                        "a Python process ended with %d; it needs Debian's python3-confluent-kafka, -pil and -torch"
                                .formatted(process.exitValue()));
            }
        }
    }

    @Override
    public void close() throws InterruptedException {
        processes.forEach(Process::destroy);
        for (Process process : processes) {
            process.waitFor();
        }
    }
}
