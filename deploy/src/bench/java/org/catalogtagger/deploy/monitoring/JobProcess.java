package org.catalogtagger.deploy.monitoring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.catalogtagger.streaming.commands.Tagger;

/** {@code tagger stream} as an operator has it: a process that is started, stopped and killed. */
final class JobProcess implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 120;

    private final Path config;
    private final Path log;
    private Process process;

    private JobProcess(Path config, Path log, Process process) {
        this.config = config;
        this.log = log;
        this.process = process;
    }

    static JobProcess start(Path config, Path log) throws IOException {
        return new JobProcess(config, log, run(log, "stream", "--config", config.toString()));
    }

    /** Starts it again; it goes on from where it left off. */
    void startAgain() throws IOException {
        process = run(log, "stream", "--config", config.toString());
    }

    /** As {@code kill -9}. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** As Ctrl-C: behind a savepoint. */
    void stop() throws IOException, InterruptedException {
        process.destroy();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the job does not stop: " + Files.readString(log));
        }
    }

    /** Runs another command to its end and returns its exit code. */
    static int tagger(Path log, String... arguments) throws IOException, InterruptedException {
        return run(log, arguments).waitFor();
    }

    private static Process run(Path log, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xmx1g",
                "--add-opens=java.base/java.util=ALL-UNNAMED",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Tagger.class.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        return process;
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
