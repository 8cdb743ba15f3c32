package org.catalogtagger.training.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.model.TinyProgram;
import org.catalogtagger.model.bundle.AtomicDirectory;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.model.network.Activation;
import org.catalogtagger.model.network.Architecture;
import org.catalogtagger.training.sample.ProductShape;
import org.catalogtagger.training.sample.SampleCatalogue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class EvaluateCommandTest {
    @TempDir
    private Path folder;

    private Exception failure = new IllegalStateException("no failure");

    @BeforeEach
    void saveAModelOfTwoClasses() throws IOException {
        Architecture architecture = new Architecture(List.of(4800, 2), Activation.RELU, false, 0);
        TinyModel.save(folder.resolve("model"), 1, architecture, List.of("Ties", "T\u00FCcher"));
    }

    @Test
    void nothingIsSplitSoAClassMayHaveOneImage() throws IOException {
        draw("Ties/1.jpg");
        draw("Ties/2.jpg");
        draw("T\u00FCcher/3.jpg");
        assertThat(run()).as(failure.toString()).isZero();
        assertThat(found().path("images").asInt()).isEqualTo(3);
    }

    @Test
    void aClassIsKnownInAnyUnicodeForm() throws IOException {
        draw("Tu\u0308cher/1.jpg");
        assertThat(run()).as(failure.toString()).isZero();
        assertThat(found().path("images").asInt()).isEqualTo(1);
    }

    @Test
    void takesTheFilesThatTrainTakes() throws IOException {
        draw("Ties/old/1.JFIF");
        draw("Ties/2");
        Files.writeString(folder.resolve("images/Ties/Thumbs.db"), "x");
        Files.writeString(folder.resolve("images/Ties/notes.txt"), "x");
        assertThat(run()).as(failure.toString()).isZero();
        assertThat(found().path("images").asInt()).isEqualTo(2);
    }

    /** A program fails where it likes; that is no answer. */
    @Test
    void namesAnImageOnWhichTheModelFails() throws IOException {
        AtomicDirectory.deleteRecursively(folder.resolve("model"));
        TinyProgram.save(folder.resolve("model"));
        Path image = folder.resolve("images/dark/64.png");
        Files.createDirectories(image.getParent());
        BufferedImage picture = new BufferedImage(60, 80, BufferedImage.TYPE_BYTE_GRAY);
        int[] levels = new int[60 * 80];
        Arrays.fill(levels, 64);
        picture.getRaster().setPixels(0, 0, 60, 80, levels);
        ImageIO.write(picture, "png", image.toFile());
        assertThat(run()).isEqualTo(1);
        assertThat(failure)
                .hasMessageContaining("brightness-1 fails on the image")
                .hasMessageContaining("64.png");
    }

    @Test
    void aTableSaysWhichImagesCountAndWhatTheyAre() throws IOException {
        draw("any/1.jpg");
        draw("any/2.jpg");
        draw("other/3.jpg");
        Path table = folder.resolve("table.csv");
        Files.writeString(table, "path,label\nany/1.jpg,Ties\nother/3.jpg,T\u00FCcher\n");
        assertThat(run("--manifest=" + table)).as(failure.toString()).isZero();
        assertThat(found().path("images").asInt()).isEqualTo(2);
    }

    private void draw(String file) throws IOException {
        Path image = folder.resolve("images").resolve(file);
        Files.createDirectories(image.getParent());
        Files.write(image, SampleCatalogue.jpeg(ProductShape.TIES, new Random(file.hashCode())));
    }

    private JsonNode found() throws IOException {
        return Json.MAPPER.readTree(folder.resolve("found.json").toFile());
    }

    private int run(String... more) {
        return new CommandLine(new EvaluateCommand())
                .setExecutionExceptionHandler((e, line, parsed) -> {
                    failure = e;
                    return 1;
                })
                .execute(Stream.concat(
                                Stream.of(
                                        "--model=" + folder.resolve("model"),
                                        "--images=" + folder.resolve("images"),
                                        "--cache=" + folder.resolve("cache"),
                                        "--json=" + folder.resolve("found.json")),
                                Stream.of(more))
                        .toArray(String[]::new));
    }
}
