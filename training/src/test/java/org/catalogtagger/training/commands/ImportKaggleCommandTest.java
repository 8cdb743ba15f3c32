package org.catalogtagger.training.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.model.image.ImageFolder;
import org.catalogtagger.training.dataset.Manifest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ImportKaggleCommandTest {
    @TempDir
    private Path folder;

    private Exception failure = new IllegalStateException("no failure");

    @BeforeEach
    void writeADataSet() throws IOException {
        Files.createDirectory(folder.resolve("images"));
        StringBuilder styles =
                new StringBuilder("id,gender,masterCategory,subCategory,articleType,baseColour,productDisplayName\n");
        for (int id = 0; id < 12; id++) {
            String type = id < 6 ? "Ties" : id < 10 ? "Tshirts" : "Rain Trousers";
            // As in the data set itself: a name with a comma that nobody quoted.
            styles.append(id).append(",Men,Apparel,Topwear,").append(type).append(",Blue,Red, White Tie\n");
            Files.writeString(folder.resolve("images/" + id + ".jpg"), "x" + id);
        }
        styles.append("99,Men,Apparel,Topwear,Ties,Blue,no file\n");
        Files.writeString(folder.resolve("styles.csv"), styles);
    }

    @Test
    void laysOutClassesCappedAndWithoutRareAndExcludedOnes() throws IOException {
        int status = run("--min-images=3", "--cap=Ties=4", "--exclude=Bra");
        assertThat(status).isZero();
        ImageFolder laidOut = ImageFolder.scan(folder.resolve("out"));
        assertThat(laidOut.classes()).containsExactly("Ties", "Tshirts");
        assertThat(laidOut.images()).hasSize(4 + 4);
        assertThat(laidOut.images())
                .allSatisfy(image -> assertThat(image.file()).hasContent("x" + image.productId()));
    }

    /** Else years and seasons, by which to divide and to send images, would be lost with the table. */
    @Test
    void keepsWhatTheTableSaysOfTheImagesThatAreThere() throws IOException {
        assertThat(run("--min-images=3", "--cap=Ties=4", "--exclude=Bra")).isZero();
        Path out = folder.resolve("out");
        ImageFolder laidOut = ImageFolder.scan(out);
        assertThat(laidOut.leftOut().isEmpty())
                .as("the table is none of the images")
                .isTrue();
        Manifest table = Manifest.read(out.resolve("products.csv"), out);
        assertThat(table.rowsWithoutImage(laidOut.images())).isZero();
        assertThat(laidOut.images()).allSatisfy(image -> {
            assertThat(table.value(image, "gender")).contains("Men");
            assertThat(table.value(image, "articleType"))
                    .contains(laidOut.classes().get(image.classIndex()));
            assertThat(table.value(image, "productDisplayName")).contains("Red, White Tie");
        });
    }

    @Test
    void saysWhichColumnIsMissing() throws IOException {
        Files.writeString(folder.resolve("styles.csv"), "id,type\n1,Ties\n");
        assertThat(run("--min-images=3")).isEqualTo(1);
        assertThat(failure).isInstanceOf(CommandException.class).hasMessageContaining("no column articleType");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void readsWhatASpreadsheetWroteWithByteOrderMark() throws IOException {
        Files.writeString(
                folder.resolve("styles.csv"),
                """
                \uFEFFid,gender,masterCategory,subCategory,articleType,productDisplayName
                1,Women,Accessories,Bags,Handbags,Bag 1
                2,Women,Accessories,Bags,Handbags,Bag 2
                """
                        .replace("\n", "\r\n"));
        assertThat(run("--min-images=2")).as(failure.toString()).isZero();
        assertThat(folder.resolve("out/Handbags/2.jpg")).hasContent("x2");
    }

    @Test
    void saysThatAnIdIsThereTwice() throws IOException {
        Files.writeString(
                folder.resolve("styles.csv"),
                """
                id,gender,masterCategory,subCategory,articleType,productDisplayName
                1,W,A,B,Handbags,
                1,W,A,B,Handbags,
                1,W,A,B,Watches,
                """);
        assertThat(run("--min-images=1")).isEqualTo(1);
        assertThat(failure)
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("line 3: id 1 is on line 2 already")
                .hasMessageContaining("line 4: id 1 is on line 2 already");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void excludedClassesAreNamedInAnyUnicodeForm() throws IOException {
        Files.writeString(
                folder.resolve("styles.csv"), "id,articleType,name\n1,T\u00FCcher,x\n2,Tu\u0308cher,x\n3,Ties,x\n");
        assertThat(run("--min-images=1", "--exclude=Tu\u0308cher")).isZero();
        assertThat(ImageFolder.scan(folder.resolve("out")).classes()).containsExactly("Ties");
    }

    @Test
    void aClassIsLeftOutByItsNameNotByNoneOfItsImages() {
        assertThat(run("--min-images=3", "--cap=Ties=0")).isEqualTo(1);
        assertThat(failure).hasMessageContaining("--cap Ties=0: at least 1; --exclude leaves a class out");
    }

    private int run(String... options) {
        CommandLine command = new CommandLine(new ImportKaggleCommand());
        command.setExecutionExceptionHandler((e, line, parsed) -> {
            failure = e;
            return 1;
        });
        String[] all = new String[options.length + 3];
        all[0] = "--styles=" + folder.resolve("styles.csv");
        all[1] = "--images=" + folder.resolve("images");
        all[2] = "--out=" + folder.resolve("out");
        System.arraycopy(options, 0, all, 3, options.length);
        return command.execute(all);
    }
}
