package org.catalogtagger.streaming.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.streaming.kafka.CommittedRecords;
import org.catalogtagger.streaming.kafka.PasswordedKafka;
import org.catalogtagger.streaming.quickstart.LocalKafka;
import org.catalogtagger.training.sample.ProductShape;
import org.catalogtagger.training.sample.SampleCatalogue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Settings for Kafka's clients in a file, at every command that talks to Kafka. */
class CommandConfigIT {
    @TempDir
    private Path folder;

    private final StringWriter err = new StringWriter();

    @BeforeEach
    void files() throws Exception {
        Files.createDirectories(folder.resolve("images/Ties"));
        Files.write(folder.resolve("images/Ties/1.jpg"), SampleCatalogue.jpeg(ProductShape.TIES, new Random(1)));
        TinyModel.save(folder.resolve("model"), 1);
        Files.writeString(
                folder.resolve("stream.yaml"),
                "{kafka: {bootstrapServers: '127.0.0.1:1'}, model: {bundle: '%s'}}".formatted(folder.resolve("model")));
    }

    @Test
    void publishUsesTheFileAndTheCommandLineOverIt() throws Exception {
        try (LocalKafka kafka = LocalKafka.start(folder.resolve("kafka"))) {
            kafka.createTopics(List.of("product-images"), 1);
            Path wrong = Files.writeString(folder.resolve("client.properties"), "security.protocol=SSL\n");
            Path right = Files.writeString(folder.resolve("right.properties"), "# as it is\nclient.id = me\n");
            List<String> publish = commands(kafka.bootstrapServers()).get(0);
            assertThat(run(publish, right)).isZero();
            assertThat(CommittedRecords.readAll(kafka.bootstrapServers(), "product-images"))
                    .hasSize(1);
            List<String> over = new ArrayList<>(publish);
            over.addAll(List.of("--kafka-property", "security.protocol=PLAINTEXT"));
            assertThat(run(over, wrong)).isZero();
            assertThat(CommittedRecords.readAll(kafka.bootstrapServers(), "product-images"))
                    .hasSize(2);
        }
    }

    @Test
    void aWrongPasswordIsOneLineAndTheRightOneIsEnough() throws Exception {
        try (PasswordedKafka kafka = new PasswordedKafka(folder.resolve("kafka"))) {
            Path right = Files.writeString(folder.resolve("right.properties"), PasswordedKafka.client("swordfish"));
            Path wrong = Files.writeString(folder.resolve("wrong.properties"), PasswordedKafka.client("hunter2"));
            for (List<String> command : commands(kafka.bootstrapServers())) {
                if (!command.contains("--config")) {
                    assertFault(command, wrong, "uthentication failed");
                }
            }
            List<String> publish = commands(kafka.bootstrapServers()).get(0);
            assertFault(publish, right, "has no topic product-images");
            Files.writeString(
                    folder.resolve("stream.yaml"),
                    "{kafka: {bootstrapServers: '%s'}, model: {bundle: '%s'}}"
                            .formatted(kafka.bootstrapServers(), folder.resolve("model")));
            List<String> stream =
                    List.of("stream", "--config", folder.resolve("stream.yaml").toString());
            assertFault(stream, wrong, "uthentication failed");
            assertFault(stream, right, "has no topic product-images");
        }
    }

    @Test
    void everyCommandReadsItAndSaysInOneLineWhatIsWrongWithIt() throws Exception {
        Path bad = Files.writeString(folder.resolve("bad.properties"), "ssl.keystore.location=C:\\users\\hunter2\n");
        Path invalid = Files.writeString(folder.resolve("invalid.properties"), "security.protocol=hunter2\n");
        for (List<String> command : commands("127.0.0.1:1")) {
            assertFault(command, folder.resolve("none"), "no such file or directory");
            assertFault(command, folder, "is a directory");
            assertFault(command, bad, "is no Java properties file");
            assertFault(command, invalid, "security.protocol has no valid value");
        }
    }

    private List<List<String>> commands(String bootstrap) {
        String images = folder.resolve("images").toString();
        String model = folder.resolve("model").toString();
        String config = folder.resolve("stream.yaml").toString();
        return List.of(
                List.of("publish", "--images", images, "--bootstrap", bootstrap),
                List.of("replay-drift", "--scenario", "darker", "--images", images, "--bootstrap", bootstrap),
                List.of("release", "--model", model, "--bootstrap", bootstrap),
                List.of("watch", "--bootstrap", bootstrap),
                List.of("watch", "--config", config),
                List.of(
                        "batch",
                        "--model",
                        model,
                        "--out",
                        folder.resolve("out").toString(),
                        "--bootstrap",
                        bootstrap),
                List.of("stream", "--config", config));
    }

    private void assertFault(List<String> command, Path file, String fault) {
        err.getBuffer().setLength(0);
        assertThat(run(command, file)).as(command.toString()).isEqualTo(1);
        assertThat(err.toString().lines())
                .as(command.toString())
                .singleElement()
                .asString()
                .contains(fault)
                .doesNotContain("hunter2");
    }

    private int run(List<String> command, Path file) {
        List<String> arguments = new ArrayList<>(command);
        arguments.addAll(List.of("--command-config", file.toString()));
        CommandLine tagger = Tagger.commandLine().setErr(new PrintWriter(err, true));
        return tagger.execute(arguments.toArray(String[]::new));
    }
}
