package org.catalogtagger.training.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.catalogtagger.training.sample.ProductShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class SampleCommandTest {
    @TempDir
    private Path folder;

    private final List<String> failures = new ArrayList<>();

    @Test
    void drawsSoManyOfEachClass() throws IOException {
        assertThat(sample("a", "--images-per-class", "2")).isZero();
        try (Stream<Path> classes = Files.list(folder.resolve("a"))) {
            assertThat(classes)
                    .hasSize(ProductShape.values().length)
                    .allSatisfy(label -> assertThat(label.toFile().list()).hasSize(2));
        }
    }

    @Test
    void anotherSeedDrawsOthersOfTheSameClasses() throws IOException {
        sample("a", "--images-per-class", "1");
        sample("b", "--images-per-class", "1");
        sample("c", "--images-per-class", "1", "--seed", "1");
        assertThat(contents("b")).isEqualTo(contents("a"));
        assertThat(contents("c")).hasSameSizeAs(contents("a")).doesNotContainAnyElementsOf(contents("a"));
    }

    @Test
    void neitherReplacesAFolderNorDrawsNothing() throws IOException {
        Files.createDirectory(folder.resolve("a"));
        assertThat(sample("a")).isEqualTo(1);
        assertThat(sample("b", "--images-per-class", "0")).isEqualTo(2);
        assertThat(failures).singleElement().asString().contains("already there");
        assertThat(folder.resolve("b")).doesNotExist();
    }

    private int sample(String out, String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("--out", folder.resolve(out).toString()));
        arguments.addAll(List.of(more));
        return new CommandLine(new SampleCommand())
                .setExecutionExceptionHandler((e, command, parsed) -> {
                    failures.add(String.valueOf(e.getMessage()));
                    return 1;
                })
                .execute(arguments.toArray(String[]::new));
    }

    private List<String> contents(String out) throws IOException {
        List<String> contents = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder.resolve(out))) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                contents.add(HexFormat.of().formatHex(Files.readAllBytes(file)));
            }
        }
        return contents;
    }
}
