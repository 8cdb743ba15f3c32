package org.catalogtagger.deploy.monitoring;

import java.io.IOException;
import java.nio.file.Path;
import org.catalogtagger.streaming.commands.TaggerProcess;

/** {@code tagger stream} as an operator has it: a process that is started, stopped and killed, and started again. */
final class JobProcess implements AutoCloseable {
    private final Path config;
    private final Path log;
    private TaggerProcess process;

    private JobProcess(Path config, Path log) throws IOException {
        this.config = config;
        this.log = log;
        this.process = run();
    }

    static JobProcess start(Path config, Path log) throws IOException {
        return new JobProcess(config, log);
    }

    private TaggerProcess run() throws IOException {
        return TaggerProcess.start(config.resolveSibling("tmp"), log, "stream", "--config", config.toString());
    }

    /** Starts it again; it goes on from where it left off. */
    void startAgain() throws IOException {
        process = run();
    }

    /** As {@code kill -9}. */
    void kill() throws InterruptedException {
        process.close();
    }

    /** As Ctrl-C: behind a savepoint. */
    void stop() throws IOException, InterruptedException {
        process.signal("TERM");
        int unused = process.exitCode();
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
