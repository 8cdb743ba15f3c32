package org.catalogtagger.streaming.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** A command in a process of its own, as the launcher starts it; it does not outlive this one. */
public final class TaggerProcess implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 240;

    private final Process process;
    private final Path log;

    private TaggerProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /**
     * Starts a command.
     *
     * @param temporary Java's temporary folder
     * @param log where its output goes
     */
    public static TaggerProcess start(Path temporary, Path log, String... arguments) throws IOException {
        return start(temporary, log, Map.of(), arguments);
    }

    /** The same with more in its environment. */
    static TaggerProcess start(Path temporary, Path log, Map<String, String> environment, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xmx1g",
                "--add-opens=java.base/java.util=ALL-UNNAMED",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                Tagger.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        Process process = builder.start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        return new TaggerProcess(process, log);
    }

    /** Waits until it has printed something. */
    void awaitOutput(String text) throws IOException, InterruptedException {
        await("'" + text + "' printed", () -> output().contains(text));
    }

    /** Waits for something that it does. */
    void await(String what, Callable<Boolean> condition) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        try {
            while (!condition.call()) {
                if (System.nanoTime() > deadline || !process.isAlive()) {
                    throw new AssertionError("not " + what + ", but:\n" + output());
                }
                TimeUnit.MILLISECONDS.sleep(200);
            }
        } catch (IOException | InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** The system's number of the process. */
    public long pid() {
        return process.pid();
    }

    /** Sends a signal, {@code INT} say. */
    public void signal(String name) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    /** Waits for its end. */
    public int exitCode() throws IOException, InterruptedException {
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .as(output())
                .isTrue();
        return process.exitValue();
    }

    /** All that it has printed. */
    public String output() throws IOException {
        return Files.readString(log, StandardCharsets.UTF_8);
    }

    /** As {@code kill -9}. */
    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}
