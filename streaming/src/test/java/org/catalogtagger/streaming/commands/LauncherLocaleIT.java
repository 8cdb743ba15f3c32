package org.catalogtagger.streaming.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.model.network.Activation;
import org.catalogtagger.model.network.Architecture;
import org.catalogtagger.training.sample.ProductShape;
import org.catalogtagger.training.sample.SampleCatalogue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the launchers do about the locale, without the build that they begin with. */
class LauncherLocaleIT {
    private static final Path LAUNCHERS =
            Path.of("..").toAbsolutePath().normalize().resolve("deploy/bin");

    private static final String NAME = "T\u00FCcher";

    @TempDir
    private Path folder;

    @Test
    void theLaunchersTakeIt() throws Exception {
        for (String launcher : List.of("tagger", "bench")) {
            assertThat(Files.readString(LAUNCHERS.resolve(launcher)))
                    .containsPattern("[.] \"[$](bin|home/deploy/bin)/locale\"")
                    .contains(" $java_locale ");
        }
    }

    @ParameterizedTest
    @CsvSource({"C, ''", "POSIX, ''", "tr_TR.UTF-8, -Duser.language=tr -Duser.country=TR", "de_DE, -Duser.language=de"})
    void namesAndNumbersAreTheSameInEveryLocale(String locale, String javaOptions) throws Exception {
        Architecture architecture = new Architecture(List.of(4800, 2), Activation.RELU, false, 0);
        TinyModel.save(folder.resolve("model"), 1, architecture, List.of("Ties", NAME));
        Path images = folder.resolve("B\u00EDlder");
        for (String label : List.of("Ties", NAME)) {
            Files.createDirectories(images.resolve(label));
            byte[] jpeg = SampleCatalogue.jpeg(ProductShape.TIES, new Random(1));
            Files.write(images.resolve(label).resolve("Stra\u00DFe.jpg"), jpeg);
        }
        String out = evaluate(locale, javaOptions, images);
        // The same image under both labels: one is right, whatever the model says.
        assertThat(out)
                .contains("data: 2 images of 2 classes in " + images)
                .contains("accuracy 50.00 %")
                .containsPattern("(Ties taken for " + NAME + "|" + NAME + " taken for Ties)");
    }

    private String evaluate(String locale, String javaOptions, Path images) throws Exception {
        Path log = folder.resolve("log");
        ProcessBuilder builder = new ProcessBuilder(
                        "bash",
                        "-c",
                        ". \"$0\"; exec \"$JAVA\" $JAVA_OPTIONS $java_locale -Djava.awt.headless=true \"$@\"",
                        LAUNCHERS.resolve("locale").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Tagger.class.getName(),
                        "evaluate",
                        "--model=" + folder.resolve("model"),
                        "--images=" + images,
                        "--cache=" + folder.resolve("cache"))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("LC_ALL", locale);
        builder.environment()
                .put(
                        "JAVA",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString());
        builder.environment().put("JAVA_OPTIONS", javaOptions);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        String out = Files.readString(log, StandardCharsets.UTF_8);
        assertThat(process.exitValue()).as(out).isZero();
        return out;
    }
}
