package org.catalogtagger.streaming.commands;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.catalogtagger.cli.CommandException;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Settings for Kafka's clients: of a file, and over them those of the command line. */
final class ClientProperties {
    @Option(
            names = "--command-config",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "Settings for Kafka's clients, in a properties file as Kafka's own tools take it. Passwords"
                    + " belong there: everyone on a machine can see its command lines.")
    private Optional<Path> file = Optional.empty();

    @Option(
            names = "--kafka-property",
            paramLabel = "KEY=VALUE",
            scope = ScopeType.INHERIT,
            description = "One more of them, security.protocol=SASL_SSL say; may be given often.")
    private Map<String, String> properties = new LinkedHashMap<>();

    /**
     * All of them.
     *
     * @throws CommandException if the file cannot be read; it quotes nothing of what is in it
     */
    Map<String, String> all() {
        Map<String, String> all = new LinkedHashMap<>();
        file.ifPresent(path -> all.putAll(read(path)));
        all.putAll(properties);
        return all;
    }

    private static Map<String, String> read(Path file) {
        if (Files.isDirectory(file)) {
            throw new CommandException("--command-config: %s is a directory, not a properties file".formatted(file));
        }
        Properties read = new Properties();
        try (InputStream in = Files.newInputStream(file)) {
            read.load(in);
        } catch (IllegalArgumentException e) {
            throw new CommandException(
                    "--command-config: %s is no Java properties file: in one, \\u is followed by four hexadecimal digits,"
                                    .formatted(file)
                            + " and a backslash is written \\\\",
                    e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, String> all = new LinkedHashMap<>();
        read.stringPropertyNames().forEach(name -> all.put(name, read.getProperty(name)));
        return all;
    }
}
