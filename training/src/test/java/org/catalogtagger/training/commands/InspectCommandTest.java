package org.catalogtagger.training.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.training.sample.SampleCatalogue;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class InspectCommandTest {
    @TempDir
    private Path folder;

    private @Nullable Exception thrown;

    @Test
    void findsWhatIsWrongAndShowsIt() throws IOException {
        Path images = folder.resolve("images");
        SampleCatalogue.write(images, 10, 1);
        Path tie = first(images.resolve("Ties"));
        Files.copy(tie, images.resolve("Watches/tie.jpg"));
        Files.copy(tie, images.resolve("Ties/again.jpg"));
        Files.write(images.resolve("Ties/cut.jpg"), new byte[] {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF, (byte) 0xE0, 0});
        write(images.resolve("Ties/tiny.png"), 12, 16);
        write(images.resolve("Ties/banner.png"), 600, 80);
        write(images.resolve("Ties/strip.png"), 40, 480);
        assertThat(run("--images", images.toString(), "--epochs", "2", "--folds", "2"))
                .isZero();

        List<String> findings = Files.readAllLines(folder.resolve("out/findings.csv"));
        assertThat(findings.get(0)).isEqualTo("path,class,finding,detail,score");
        String tieName = String.valueOf(tie.getFileName());
        assertThat(findings)
                .anyMatch(line -> line.contains("cut.jpg,Ties,unreadable,"))
                .anyMatch(line -> line.contains("tie.jpg,Watches,conflicting-label,repeats " + images.resolve("Ties")))
                .anyMatch(line -> line.matches(".*(again.jpg|" + tieName + "),Ties,copy,repeats .*/images/Ties/.*"))
                .anyMatch(line -> line.contains("tiny.png,Ties,tiny,\"12x16, and is enlarged to 30x40\",0.6000"))
                .anyMatch(line -> line.matches(
                        ".*banner.png,Ties,odd-shape,\"600x80, 10.0 times as wide for its height .*\",10.0000"))
                .anyMatch(line -> line.matches(
                        ".*strip.png,Ties,odd-shape,\"40x480, 9.0 times as high for its width .*\",9.0000"))
                .noneMatch(line -> line.contains(",near-copy,"));
        assertThat(findings.stream().filter(line -> line.matches(".*,(tiny|odd-shape),.*")))
                .as("all others are like each other")
                .hasSize(3);
        JsonNode json = Json.read(folder.resolve("found.json"), JsonNode.class);
        assertThat(json.path("conflicting-label").asInt()).isEqualTo(1);
        assertThat(json.path("unreadable").asInt()).isEqualTo(1);

        Document page = Jsoup.parse(folder.resolve("out/index.html").toFile());
        assertThat(page.select("#conflicting-label").text()).isEqualTo("Conflicting labels: 1");
        assertThat(page.select("#classes tbody tr")).hasSize(16);
        assertThat(page.select("img")).isNotEmpty().allMatch(image -> image.attr("src")
                .matches("data:image/(jpeg|png);base64,.*"));
        assertThat(page.select("script, link"))
                .as("what the network would have to bring")
                .isEmpty();
    }

    @Test
    void refusesWhatNothingCanBeLearnedOf() throws IOException {
        SampleCatalogue.write(folder.resolve("images"), 10, 1);
        assertThat(run("--images", folder.resolve("images/Ties/..").toString(), "--folds", "1"))
                .isEqualTo(1);
        assertThat(folder.resolve("out")).as("nothing is left").doesNotExist();
    }

    @Test
    void copiesOfOnePictureAreNothingToLearnOf() throws IOException {
        SampleCatalogue.write(folder.resolve("drawn"), 1, 1);
        Path tie = first(folder.resolve("drawn/Ties"));
        for (int i = 0; i < 6; i++) {
            Path label = Files.createDirectories(folder.resolve("images").resolve(i % 2 == 0 ? "Ties" : "Caps"));
            Files.copy(tie, label.resolve(i + ".jpg"));
        }
        assertThat(run("--images", folder.resolve("images").toString())).isEqualTo(1);
        assertThat(thrown).hasMessageContaining("6 images, of which copies leave 1 that differ");
    }

    /** Where it would be taken for a class. */
    @Test
    void refusesToWriteAmongTheImages() throws IOException {
        SampleCatalogue.write(folder.resolve("out"), 2, 1);
        assertThat(run("--images", folder.toString())).isEqualTo(1);
        assertThat(thrown).hasMessageContaining("is in the folder of the images");
    }

    private int run(String... arguments) {
        Stream<String> all = Stream.concat(
                Stream.of(
                        "--out",
                        folder.resolve("out").toString(),
                        "--cache",
                        folder.resolve("cache").toString(),
                        "--device",
                        "cpu",
                        "--json",
                        folder.resolve("found.json").toString()),
                Stream.of(arguments));
        return new CommandLine(new InspectCommand())
                .setExecutionExceptionHandler((e, commandLine, parsed) -> {
                    thrown = e;
                    return 1;
                })
                .execute(all.toArray(String[]::new));
    }

    /** Stripes, which are not blank. */
    private static void write(Path file, int width, int height) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.getRaster().setSample(x, y, 0, (x + 2 * y + width) % 11 * 25);
            }
        }
        ImageIO.write(image, "png", file.toFile());
    }

    private static Path first(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().findFirst().orElseThrow();
        }
    }
}
