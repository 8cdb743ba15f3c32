package org.catalogtagger.streaming.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.model.bundle.TestBundles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class TaggerTest {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandHasHelp(String command) {
        assertThat(run(command, "--help")).isZero();
        assertThat(out.toString()).contains("Usage: tagger " + command).contains("Exit codes:");
    }

    static Set<String> commands() {
        return Tagger.commandLine().getSubcommands().keySet();
    }

    @Test
    void wrongUsageIsTwo() {
        assertThat(run()).isEqualTo(2);
        assertThat(run("trian")).isEqualTo(2);
        assertThat(run("train")).isEqualTo(2);
        assertThat(run("publish", "--rate", "fast")).isEqualTo(2);
        assertThat(run("watch")).isEqualTo(2);
        assertThat(run("drift")).isEqualTo(2);
        assertThat(run("drift", "accept", "--all")).isEqualTo(2);
        for (String[] choice : new String[][] {
            {},
            {"--all", "--kind", "accuracy"},
            {"--all", "--label", "Shirts"},
            {"--kind", "acuracy"},
            {"--label", "Shirts"},
            {"--all", "--wait", "-1"}
        }) {
            List<String> arguments = new ArrayList<>(List.of("drift", "accept", "--bootstrap", "localhost:9092"));
            arguments.addAll(List.of(choice));
            assertThat(run(arguments.toArray(String[]::new)))
                    .as(arguments.toString())
                    .isEqualTo(2);
        }
        assertThat(run("watch", "--bootstrap", "localhost:9092", "--history", "long"))
                .isEqualTo(2);
    }

    @Test
    void failureIsOneAndOneLine() {
        assertThat(run("train", "--images", folder.resolve("none").toString(), "--out", "x"))
                .isEqualTo(1);
        assertThat(err.toString().lines())
                .containsExactly("tagger train: no such file or directory: " + folder.resolve("none"));
    }

    @Test
    void verboseShowsTheStackTrace() {
        run("--verbose", "train", "--images", folder.resolve("none").toString(), "--out", "x");
        assertThat(err.toString()).contains("\tat org.catalogtagger.");
    }

    @Test
    void aBrokenBundleIsOneClearLine() throws IOException {
        Path bundle = folder.resolve("model");
        TinyModel.save(bundle, 1);
        Path weights = bundle.resolve("weights.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length / 2] ^= 1;
        Files.write(weights, bytes);
        assertThat(run("evaluate", "--model", bundle.toString(), "--images", folder.toString()))
                .isEqualTo(1);
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .contains("weights.safetensors: its SHA-256 differs")
                .startsWith("tagger evaluate: ");
    }

    @Test
    void aBundleOfBfloat16IsRefusedByEveryCommandThatTakesOne() throws IOException {
        String bundle = TinyModel.save(folder.resolve("half"), 1).directory().toString();
        TestBundles.toBfloat16(folder.resolve("half"));
        String in = Files.createDirectory(folder.resolve("in")).toString();
        assertThat(run("evaluate", "--model", bundle, "--images", in)).isEqualTo(1);
        assertThat(run("release", "--model", bundle, "--bootstrap", "127.0.0.1:1"))
                .isEqualTo(1);
        assertThat(run("batch", "--model", bundle, "--in", in, "--out", folder + "/out"))
                .isEqualTo(1);
        assertThat(err.toString().lines()).hasSize(3).allSatisfy(line -> assertThat(line)
                .contains("weights.safetensors: layer1.weight is bfloat16, but a bundle holds float32"));
    }

    @Test
    void streamNamesAllFaultsOfItsSettings() throws IOException {
        Path config = Files.writeString(folder.resolve("s.yaml"), "classify: {maxBatch: 0}\nfoo: 1\n");
        assertThat(run("stream", "--config", config.toString())).isEqualTo(1);
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .contains("maxBatch", "foo: unknown setting", "bootstrapServers", "model.bundle");
    }

    @Test
    void publishSaysThatThereIsNoKafka() throws IOException {
        Files.createDirectory(folder.resolve("Ties"));
        Files.writeString(folder.resolve("Ties/1.jpg"), "x");
        // Port 1 is reserved and closed.
        assertThat(run("publish", "--images", folder.toString(), "--bootstrap", "127.0.0.1:1"))
                .isEqualTo(1);
        assertThat(err.toString().lines()).singleElement().asString().contains("no Kafka at 127.0.0.1:1");
        assertThat(run("publish", "--images", folder.toString(), "--bootstrap", "nowhere"))
                .isEqualTo(1);
    }

    private int run(String... arguments) {
        CommandLine commandLine = Tagger.commandLine();
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(err, true));
        return commandLine.execute(arguments);
    }
}
