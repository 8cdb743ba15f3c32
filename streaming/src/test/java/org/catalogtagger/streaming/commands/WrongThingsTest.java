package org.catalogtagger.streaming.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.catalogtagger.model.TinyModel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What a new user may get wrong: each is one line that names it, and the right exit code. */
class WrongThingsTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void things() throws IOException {
        TinyModel.save(folder.resolve("model"), 1);
        Files.writeString(folder.resolve("file"), "hello");
        Files.createDirectory(folder.resolve("empty"));
        Files.writeString(Files.createDirectory(folder.resolve("full")).resolve("x"), "y");
        settings("typo.yaml", "kafka: {bootstrapServer: 'a:1'}\nmodel: {bundle: x}\n");
        settings("broken.yaml", "kafka: {bootstrapServers: [\n x: : y\n");
        settings("bundle.yaml", "kafka: {bootstrapServers: 'localhost:1'}\nmodel: {bundle: nowhere}\n");
        settings("host.yaml", "kafka: {bootstrapServers: 'no.such.host.invalid:1'}\nmodel: {bundle: x}\n");
        settings(
                "flink.yaml",
                "kafka: {bootstrapServers: 'localhost:1'}\nmodel: {bundle: '%s'}\n".formatted(folder.resolve("model"))
                        + "flink: {properties: {parallelism.default: 3, web.submit.enable: true}}\n");
        settings(
                "client.yaml",
                "kafka: {bootstrapServers: 'localhost:1', properties: {security.protocol: TLS}}\nmodel: {bundle: x}\n");
    }

    private void settings(String name, String yaml) throws IOException {
        Files.writeString(folder.resolve(name), yaml);
    }

    /** {@code @} stands for the test's folder. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            stream --config @/none.yaml                            | no such file or directory: @/none.yaml
            stream --config @/empty                                | @/empty is a folder; a file is wanted
            stream --config @/file                                 | @/file: holds no settings
            stream --config @/typo.yaml                            | kafka.bootstrapServer: unknown setting (known:
            stream --config @/broken.yaml                          | @/broken.yaml: no YAML in line 2
            stream --config @/bundle.yaml                          | no model bundle at nowhere
            stream --config @/flink.yaml                           | there: flink.parallelism says it; web.submit.enable does not
            topics --config @/host.yaml                            | no such host
            topics --config @/client.yaml                          | security.protocol
            publish --images @/full --bootstrap a:1 --order-by x   | need a --manifest
            watch --config @/typo.yaml                             | kafka.bootstrapServer: unknown setting
            train --images @/file --out @/o                        | not a directory: @/file
            train --images @/empty --out @/o                       | @/empty: no class folders
            evaluate --model @/file --images @/empty               | no model bundle at @/file
            evaluate --model @/empty --images @/empty              | @/empty has no model.json
            batch --model @/model --in @/none --out @/o            | no such file or directory: @/none
            batch --model @/model --in @/empty --out @/o           | @/empty: no images in it
            batch --model @/model --in @/empty --out @/full        | @/full is not empty; results go to a new directory
            batch --model @/model --in @/empty --out @/file        | cannot write a directory at @/file
            sql @/none.sql                                         | no such file or directory: @/none.sql
            sql @/empty                                            | @/empty is a folder; a file is wanted
            publish --images @/none --bootstrap localhost:1        | no such file or directory: @/none
            release --model @/none --bootstrap localhost:1         | no model bundle at @/none
            quickstart --out @/file                                | cannot write a directory at @/file
            quickstart --out @/full                                | @/full is not empty, and of no earlier quickstart
            """)
    void aFailureIsOneLineThatNamesTheThing(String command, String line) {
        StringWriter err = new StringWriter();
        assertThat(run(command, err)).isEqualTo(1);
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .startsWith("tagger " + command.substring(0, command.indexOf(' ')) + ": ")
                .contains(line.replace("@", folder.toString()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            strem                                                                | Did you mean: tagger stream
            stream                                                               | --config=FILE
            stream --config @/bundle.yaml --jobmanager here                      | must be HOST:PORT, not here
            topics --config @/bundle.yaml --partitions 0                         | must be 1 or more
            batch --model @/model --out @/o                                      | Either --in or --bootstrap
            batch --model @/model --out @/o --bootstrap localhost:1 --from 2026-01-02T00:00:00Z --until 2026-01-01T00:00:00Z | --from is a time before --until
            batch --model @/model --bootstrap a:1 --from yesterday --out @/o     | must be like 2026-01-31T00:00:00Z
            publish --images @/empty                                             | --bootstrap=HOST:PORT
            release --bootstrap localhost:1                                      | Say --model BUNDLE
            watch --bootstrap localhost:1 --port 99999                           | --port must be 0 to 65535, not 99999
            watch --bootstrap localhost:1 --history 36501d                       | '36501d' is no duration
            watch --bootstrap localhost:1 --history 999999999999d                | '999999999999d' is no duration
            """)
    void wrongUsageIsTwoAndSaysWhatIsWanted(String command, String text) {
        StringWriter err = new StringWriter();
        assertThat(run(command, err)).isEqualTo(2);
        assertThat(err.toString()).contains(text);
    }

    private int run(String command, StringWriter err) {
        CommandLine commandLine = Tagger.commandLine();
        commandLine.setErr(new PrintWriter(err, true));
        return commandLine.execute(
                command.strip().replace("@", folder.toString()).split(" +"));
    }
}
