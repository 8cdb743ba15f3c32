package org.catalogtagger.streaming.commands;

import io.javalin.util.JavalinException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.cli.DurationForm;
import org.catalogtagger.cli.ErrorLine;
import org.catalogtagger.cli.StopOnExit;
import org.catalogtagger.streaming.kafka.KafkaConnection;
import org.catalogtagger.streaming.settings.StreamSettings;
import org.catalogtagger.streaming.watch.Watch;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tagger watch}. */
@Command(
        name = "watch",
        description = {
            "Serves a live page of what the job does: speed, tagged images, accuracy per class, drift, rejected events,"
                    + " model versions.",
            "It reads the job's topics and needs nothing else of the job. Stop it with Ctrl-C."
        })
public final class WatchCommand implements Callable<Integer> {
    private static final int LARGEST_PORT = 65_535;

    @ArgGroup(multiplicity = "1")
    private Topics topics;

    /** Where to read. */
    static final class Topics {
        @Option(names = "--bootstrap", paramLabel = "HOST:PORT", description = "Kafka's address.")
        private Optional<String> bootstrap = Optional.empty();

        @Option(
                names = "--config",
                paramLabel = "FILE",
                description = "The job's settings instead, if its topics have other names than the default ones.")
        private Optional<Path> config = Optional.empty();
    }

    @Mixin
    private ClientProperties client;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = "Where to listen (default: ${DEFAULT-VALUE}); 0.0.0.0 for all who can reach this machine: the"
                    + " page asks nobody who they are.")
    private String host;

    @Option(
            names = "--name",
            paramLabel = "HOST",
            description =
                    "A name by which the page is asked for beside this machine's own: that of a proxy before it, say;"
                            + " may be given often. Asked for by any other name, it answers nobody.")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "8765",
            description = "The page's port (default: ${DEFAULT-VALUE}); 0 for one that is free.")
    private int port;

    @Option(
            names = "--history",
            paramLabel = "DURATION",
            defaultValue = "6 h",
            converter = DurationForm.class,
            description = "How far back windows of the accuracy are shown (default: ${DEFAULT-VALUE}).")
    private Duration history;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        if (port < 0 || port > LARGEST_PORT) {
            throw new ParameterException(
                    spec.commandLine(), "--port must be 0 to %d, not %d".formatted(LARGEST_PORT, port));
        }
        StreamSettings.Kafka kafka = topics.config.isPresent()
                ? StreamSettings.read(topics.config.get(), client.all()).kafka()
                : StreamSettings.Kafka.at(topics.bootstrap.orElseThrow(), client.all());
        KafkaConnection.requireAnswer(kafka.bootstrapServers(), kafka.properties());
        try (StopOnExit running = new StopOnExit()) {
            Watch watch = running.add(new Watch(kafka, Instant.now().minus(history), host, names, port));
            System.out.printf("watching %s at %s; stop with Ctrl-C%n", kafka.bootstrapServers(), watch.address());
            if (!watch.isLocal()) {
                System.out.println("all who can reach this machine can open it; with --host 127.0.0.1 nobody else can");
            }
            new CountDownLatch(1).await();
        } catch (JavalinException e) {
            throw new CommandException(
                    "cannot listen at %s, port %d (%s); choose with --host and --port"
                            .formatted(host, port, ErrorLine.ofRootCause(e)),
                    e);
        }
        return 0;
    }
}
