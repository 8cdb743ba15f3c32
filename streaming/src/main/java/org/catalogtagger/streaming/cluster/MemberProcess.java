package org.catalogtagger.streaming.cluster;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.catalogtagger.cli.CommandException;

/** The operating system's process of a member, which lives on when the command that started it ends. */
public final class MemberProcess {
    private static final Path SETSID = Path.of("/usr/bin/setsid");
    private static final int TAIL_LINES = 5;

    private final String name;
    private final Path pidFile;
    private final Path log;

    /** That of a member in a cluster's folder, which may or may not run. */
    MemberProcess(Path directory, Member member) {
        this.name = member.name();
        this.pidFile = directory.resolve("run").resolve(name + ".pid");
        this.log = directory.resolve("log").resolve(name + ".log");
    }

    /** Starts it; its output goes to its log, behind what is there. */
    void start(List<String> command) throws IOException {
        Files.createDirectories(pidFile.getParent());
        Files.createDirectories(log.getParent());
        List<String> whole = new ArrayList<>();
        if (Files.isExecutable(SETSID)) {
            // In a session of its own: Ctrl-C and the end of the terminal are not for it.
            whole.add(SETSID.toString());
        }
        whole.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(whole)
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putIfAbsent("TAGGER_LOG_LEVEL", "info");
        // Ours, where Flink's test jars bring a silent one.
        builder.environment().putIfAbsent("LOG4J_CONFIGURATION_FILE", "log4j2.properties");
        ProcessHandle started = builder.start().toHandle();
        // A pid may come again for another process; with the second in which that began, it does not.
        Files.writeString(
                pidFile,
                started.pid()
                        + " "
                        + started.info()
                                .startInstant()
                                .map(Instant::getEpochSecond)
                                .orElse(0L));
    }

    /** The process, if it lives. */
    public Optional<ProcessHandle> handle() throws IOException {
        if (!Files.exists(pidFile)) {
            return Optional.empty();
        }
        String[] written = Files.readString(pidFile).strip().split(" ", -1);
        return ProcessHandle.of(Long.parseLong(written[0]))
                .filter(ProcessHandle::isAlive)
                .filter(process -> process.info()
                        .startInstant()
                        .map(since -> since.getEpochSecond() == Long.parseLong(written[1]))
                        .orElse(true));
    }

    /**
     * Sends a signal.
     *
     * @param signal its name: {@code KILL}, {@code STOP} say
     * @throws CommandException if it does not run, or there is no such signal
     */
    public void signal(String signal) throws IOException, InterruptedException {
        ProcessHandle process = handle().orElseThrow(() -> new CommandException(name + " does not run"));
        int status = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        if (status != 0) {
            throw new CommandException("signal %s could not be sent to %s".formatted(signal, name));
        }
    }

    /**
     * Ends it at once, as a machine does that loses its power. It has ended when this returns, so that a start that comes
     * next finds it so.
     *
     * @throws CommandException if it does not run
     */
    public void kill() throws IOException, InterruptedException {
        ProcessHandle process = handle().orElseThrow(() -> new CommandException(name + " does not run"));
        process.destroyForcibly();
        awaitEnd(process);
    }

    /** Ends it, in good order if it does so within its time. */
    void end(long seconds) throws IOException, InterruptedException {
        Optional<ProcessHandle> process = handle();
        if (process.isPresent()) {
            // One that was stopped hears nothing else.
            signal("TERM");
            signal("CONT");
            try {
                process.get().onExit().get(seconds, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                process.get().destroyForcibly();
                awaitEnd(process.get());
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            }
        }
        Files.deleteIfExists(pidFile);
    }

    static void awaitEnd(ProcessHandle process) throws InterruptedException {
        try {
            process.onExit().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * For those who wait for it.
     *
     * @throws CommandException if it has ended, with what it said last
     */
    public void requireAlive() throws IOException {
        if (handle().isEmpty()) {
            throw new CommandException("%s has ended; %s says:%n%s".formatted(name, log, tail()));
        }
    }

    /** The last lines of its log. */
    private String tail() throws IOException {
        if (!Files.exists(log)) {
            return "";
        }
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    }

    /** Where its output goes. */
    public Path log() {
        return log;
    }
}
