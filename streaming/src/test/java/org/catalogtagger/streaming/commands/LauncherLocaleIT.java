package org.catalogtagger.streaming.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.model.network.Activation;
import org.catalogtagger.model.network.MlpArchitecture;
import org.catalogtagger.training.sample.ProductShape;
import org.catalogtagger.training.sample.SampleCatalogue;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code deploy/bin/tagger} in the locales of others, with what {@code package} has built. */
class LauncherLocaleIT {
    private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"C, ''", "POSIX, ''", "tr_TR.UTF-8, -Duser.language=tr -Duser.country=TR", "de_DE, -Duser.language=de"})
    void namesAndNumbersAreTheSameInEveryLocale(String locale, String javaOptions) throws Exception {
        String name = "T\u00FCcher";
        TinyModel.save(
                folder.resolve("model"),
                1,
                new MlpArchitecture(List.of(4800, 2), Activation.RELU, false, 0),
                List.of("Ties", name));
        Path images = folder.resolve("B\u00EDlder");
        for (String label : List.of("Ties", name)) {
            Files.createDirectories(images.resolve(label));
            Files.write(
                    images.resolve(label).resolve("Stra\u00DFe.jpg"),
                    SampleCatalogue.jpeg(ProductShape.TIES, new Random(1)));
        }
        String out = tagger(
                Map.of("LC_ALL", locale, "LANG", locale, "JAVA_TOOL_OPTIONS", javaOptions),
                "batch",
                "--model",
                folder.resolve("model").toString(),
                "--in",
                images.toString(),
                "--out",
                folder.resolve("tags").toString());
        assertThat(out)
                .contains(name)
                .contains("2 images = 2 tagged + 0 rejected")
                .contains("50.00 %");
        assertThat(Files.readString(folder.resolve("tags/tags.jsonl")))
                .contains("\"productId\":\"Stra\u00DFe\"")
                .contains("\"truth\":\"" + name + "\"");
    }

    private String tagger(Map<String, String> environment, String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of(REPOSITORY.resolve("deploy/bin/tagger").toString()));
        command.addAll(List.of(arguments));
        Path log = folder.resolve("log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        builder.environment().put("TAGGER_JAVA_OPTS", "-Xmx1g");
        Process process = builder.start();
        try {
            assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        String out = read(log);
        assertThat(process.exitValue()).as(out).isZero();
        return out;
    }

    private static String read(Path log) throws IOException {
        return Files.readString(log, StandardCharsets.UTF_8);
    }
}
