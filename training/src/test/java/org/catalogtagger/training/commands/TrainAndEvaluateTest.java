package org.catalogtagger.training.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.catalogtagger.model.bundle.DirectoryClaim;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.model.image.ImageFolder;
import org.catalogtagger.model.image.ImageFolder.Entry;
import org.catalogtagger.training.SmallRun;
import org.catalogtagger.training.sample.SampleCatalogue;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code tagger train}, and {@code tagger evaluate} on what it held out. */
class TrainAndEvaluateTest {
    private final PrintStream console = System.out;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @TempDir
    private Path folder;

    private List<Entry> images = List.of();

    @BeforeEach
    void drawImages() throws IOException {
        SampleCatalogue.write(folder.resolve("images"), 6, 1);
        images = ImageFolder.scan(folder.resolve("images")).images();
        Files.writeString(
                folder.resolve("recipe.yaml"),
                SmallRun.settings("{epochs: 1, validationFraction: 0}").tree().toString());
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void giveTheConsoleBack() {
        System.setOut(console);
    }

    private int run(Object command, String... arguments) {
        List<String> all =
                new ArrayList<>(List.of("--images=" + folder.resolve("images"), "--cache=" + folder.resolve("cache")));
        all.addAll(List.of(arguments));
        return new CommandLine(command)
                .setExecutionExceptionHandler((e, line, parsed) -> {
                    System.out.println("error: " + e.getMessage());
                    return 1;
                })
                .execute(all.toArray(String[]::new));
    }

    private int train(String... more) {
        List<String> all = new ArrayList<>(List.of(
                "--recipe=" + folder.resolve("recipe.yaml"), "--out=" + folder.resolve("model"), "--device=cpu"));
        all.addAll(List.of(more));
        return run(new TrainCommand(), all.toArray(String[]::new));
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8);
    }

    /** What is there, or what it is to be trained on, would be lost. */
    @Test
    void takesThePlaceOfABundleOnly() throws IOException {
        assertThat(run(new TrainCommand(), "--out=" + folder.resolve("images"))).isEqualTo(1);
        assertThat(said()).contains("would replace the directory that").contains("images is in");
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("images"));
        out.reset();
        assertThat(run(new TrainCommand(), "--out=" + link)).isEqualTo(1);
        assertThat(said()).contains("would replace the directory that").contains("images is in");
        Path thesis = Files.createDirectories(folder.resolve("docs")).resolve("thesis.txt");
        Files.writeString(thesis, "years");
        Files.writeString(folder.resolve("docs/SHA256SUMS"), "of something else");
        assertThat(run(new TrainCommand(), "--out=" + folder.resolve("docs"))).isEqualTo(1);
        assertThat(said()).contains("something else than a bundle, which would be lost: thesis.txt");
        assertThat(thesis).hasContent("years");
        Path report = Files.createDirectories(folder.resolve("only/report"));
        assertThat(run(new TrainCommand(), "--out=" + folder.resolve("only"))).isEqualTo(1);
        assertThat(said()).contains("which would be lost: report");
        assertThat(report).isDirectory();
        Path unfinished = Files.createDirectory(folder.resolve("model.unfinished"));
        Files.copy(thesis, unfinished.resolve("thesis.txt"));
        assertThat(train("--restart")).isEqualTo(1);
        assertThat(said()).contains(unfinished + " holds no interrupted run");
        assertThat(unfinished.resolve("thesis.txt")).hasContent("years");
    }

    @Test
    void nothingIsWrittenAmongTheImagesOrWhereTheBundleTakesItsPlace() {
        assertThat(run(new TrainCommand(), "--out=" + folder.resolve("images/model")))
                .isEqualTo(1);
        assertThat(said()).contains("is in the folder of the images; take another");
        for (String option : List.of("--tensorboard=", "--json=")) {
            out.reset();
            assertThat(train(option + folder.resolve("model/there"))).isEqualTo(1);
            assertThat(said()).contains("would replace the directory that ").contains("there is in");
        }
        assertThat(folder.resolve("model")).doesNotExist();
    }

    /** The last epoch is saved: it goes on from there when the place is free again. */
    @Test
    void whatIsPutThereMeanwhileIsNotLost() throws IOException {
        assertThat(train()).isZero();
        Path notes = folder.resolve("model/notes.txt");
        System.setOut(new PrintStream(
                new FilterOutputStream(out) {
                    @Override
                    public void flush() throws IOException {
                        if (said().contains("training on the CPU")) {
                            Files.writeString(notes, "mine");
                        }
                    }
                },
                true,
                StandardCharsets.UTF_8));
        assertThat(train()).isEqualTo(1);
        assertThat(notes).hasContent("mine");
        assertThat(said()).contains("which would be lost: notes.txt");
        giveTheConsoleBack();
        Files.delete(notes);
        assertThat(train("--resume")).as(said()).isZero();
    }

    /** Nothing can be told of answers to images that are all of one class. */
    @Test
    void aTestOfOneClassDoesNotShowThatNothingWasLearned() throws IOException {
        StringBuilder table = new StringBuilder("id,part\n");
        images.forEach(image -> table.append("%s,%s%n"
                .formatted(
                        image.productId(),
                        image.file().toString().contains("Watches")
                                        && image.productId().endsWith("1")
                                ? "test"
                                : "train")));
        Path manifest = Files.writeString(folder.resolve("products.csv"), table);
        assertThat(train("--manifest=" + manifest, "--split-by=part", "--group-by=none"))
                .as(said())
                .isZero();
        assertThat(said()).doesNotContain("learned nothing");
    }

    /** Whose model came last would be there, and both would have said that theirs is. */
    @Test
    void twoAtOnceDoNotWriteOneBundle() throws IOException {
        try (DirectoryClaim claim = DirectoryClaim.beside(folder.resolve("model"))) {
            assertThat(train()).isEqualTo(1);
            assertThat(said()).contains("another command is writing " + folder.resolve("model") + " now");
            assertThat(said()).as("before images are read").doesNotContain("data:");
        }
        assertThat(train()).as(said()).isZero();
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left.map(path -> String.valueOf(path.getFileName())))
                    .containsExactlyInAnyOrder("images", "cache", "recipe.yaml", "model");
        }
    }

    /** A run that was killed while its state was replaced has it beside. */
    @Test
    void restartForgetsAStateThatWasSetAsideToo() throws IOException {
        Path aside = Files.createDirectory(folder.resolve(".model.unfinished.previous"));
        Files.writeString(aside.resolve("checkpoint.json"), "{}");
        Path abandoned = Files.createDirectory(folder.resolve(".model.unfinished.writing-1"));
        assertThat(train("--restart")).as(said()).isZero();
        assertThat(aside).doesNotExist();
        assertThat(abandoned).doesNotExist();
        assertThat(folder.resolve("model.unfinished")).doesNotExist();
    }

    @Test
    void aLinkToABundleStaysOne() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("model"), Path.of("v1"));
        assertThat(train()).as(said()).isZero();
        assertThat(train()).as(said()).isZero();
        assertThat(link).isSymbolicLink();
        assertThat(folder.resolve("v1/model.json")).exists();
        assertThat(ModelBundle.open(link).evaluation().images()).isEqualTo(16);
    }

    @Test
    void theReportSaysWhatTheModelSeesAndWhatWasHeldOut() throws IOException {
        assertThat(train()).as(said()).isZero();
        assertThat(Jsoup.parse(folder.resolve("model/report/index.html").toFile())
                        .text())
                .contains("as the model sees them: gray, 15 by 20 pixels")
                .contains("held out 16 of 96 images, 20.0 % of each class");
        Files.writeString(
                folder.resolve("recipe.yaml"),
                SmallRun.settings("{epochs: 1, validationFraction: 0, input: {width: 15, height: 20, channels: 3}}")
                        .tree()
                        .toString());
        assertThat(train()).as(said()).isZero();
        assertThat(Jsoup.parse(folder.resolve("model/report/index.html").toFile())
                        .text())
                .contains("as the model sees them: in colours, 15 by 20 pixels");
    }

    @Test
    void unreadableFilesAreAShare() {
        for (String share : List.of("-1", "100.5", "NaN")) {
            out.reset();
            assertThat(train("--max-unreadable=" + share)).isEqualTo(1);
            assertThat(said()).contains("--max-unreadable must be from 0 to 100, not ");
        }
    }

    /** All that is asked of an open bundle is asked before it takes the place of another. */
    @Test
    void aModelThatNobodyCouldOpenIsNotWritten() throws IOException {
        assertThat(train()).isZero();
        String before = Files.readString(folder.resolve("model/SHA256SUMS"));
        String large = "{epochs: 1, validationFraction: 0, batchNorm: true, schedule: constant,"
                + " optimizer: {kind: adamw, learningRate: 5.0e6, weightDecay: 0, decayed: all}}";
        Files.writeString(
                folder.resolve("recipe.yaml"), SmallRun.settings(large).tree().toString());
        assertThat(train()).isEqualTo(1);
        assertThat(said())
                .contains("not written: " + folder.resolve("model/weights.safetensors"), "did the training diverge?");
        assertThat(folder.resolve("model/SHA256SUMS")).hasContent(before);
    }

    /** Watches are of the last year only: no model of the years before knows them. */
    @Test
    void aModelIsTestedOnLaterYearsThoughAClassIsNew() throws IOException {
        StringBuilder table = new StringBuilder("id,year\n");
        for (int i = 0; i < images.size(); i++) {
            Entry image = images.get(i);
            boolean isWatch = image.file().toString().contains("Watches");
            table.append("%s,%d%n".formatted(image.productId(), isWatch ? 2018 : 2014 + i % 4));
        }
        Path manifest = Files.writeString(folder.resolve("products.csv"), table);
        assertThat(train("--manifest=" + manifest, "--split-by=year"))
                .as(said())
                .isZero();
        assertThat(said()).contains("left out, for want of training images: Watches (6 images)");
        long tested = ModelBundle.open(folder.resolve("model")).evaluation().images();
        out.reset();
        assertThat(run(
                        new EvaluateCommand(),
                        "--model=" + folder.resolve("model"),
                        "--held-out",
                        "--manifest=" + manifest))
                .as(said())
                .isZero();
        assertThat(said()).contains("%,d images".formatted(tested));
        out.reset();
        assertThat(run(new EvaluateCommand(), "--model=" + folder.resolve("model"), "--manifest=" + manifest))
                .as("all")
                .isEqualTo(1);
        assertThat(said()).contains("does not know the class Watches");
    }

    @Test
    void datesThatHaveAnotherOrderAsTextsAreRefused() throws IOException {
        StringBuilder table = new StringBuilder("id,day\n");
        for (int i = 0; i < images.size(); i++) {
            table.append("%s,%02d.12.%d%n".formatted(images.get(i).productId(), 1 + i % 28, 2014 + i % 4));
        }
        Path manifest = Files.writeString(folder.resolve("products.csv"), table);
        assertThat(train("--manifest=" + manifest, "--split-by=day")).isEqualTo(1);
        assertThat(said()).contains("numbers, or dates like 2026-01-31: it says");
    }

    /** A copy of an image, and one that is saved again. */
    @Test
    void trainSaysHowManyImagesBelongTogetherAndHowRightItIsOnTwins() throws IOException {
        Path copied = images.get(0).file();
        for (int i = 0; i < 12; i++) {
            Files.copy(copied, copied.resolveSibling("again%d.jpg".formatted(i)));
        }
        assertThat(train()).as(said()).isZero();
        assertThat(said()).containsPattern("12 image\\(s\\) repeat others, 12 exactly and 0 nearly");
        out.reset();
        assertThat(train("--group-by=none", "--restart")).as(said()).isZero();
        assertThat(said()).containsPattern("twin");
    }
}
