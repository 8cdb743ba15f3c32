package org.catalogtagger.training.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.model.image.Framing;
import org.catalogtagger.model.image.ImageFolder;
import org.catalogtagger.model.image.ImageLimits;
import org.catalogtagger.model.image.ImageSize;
import org.catalogtagger.training.dataset.SplitSettings.Divided;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ColumnSplitTest {
    @TempDir
    private Path folder;

    private DrawnTable table;

    @BeforeEach
    void drawImages() throws IOException {
        table = DrawnTable.in(folder);
    }

    @Test
    void holdsOutWhatItSaysIsForTests() throws IOException {
        LabelledImages data = table.load(table.manifest(
                "id,part", table.rows(0, 96, (e, i) -> e.productId() + (i % 3 == 0 ? ",Test" : ",train"))));
        Divided divided = split("part", SplitSettings.NONE).divide(data);
        assertThat(divided.split().test()).hasSize(32).allMatch(image -> table.indexOf(image) % 3 == 0);
        assertThat(divided.split().train()).hasSize(64);
    }

    /** Their figures are to be those of others on the same images. */
    @Test
    void whatIsSaidToBeForTestsStaysThereThoughItRepeatsAndIsToldOf() throws IOException {
        LabelledImages data = table.load(table.manifest(
                "id,part,style",
                table.rows(0, 96, (e, i) -> e.productId() + (i % 4 == 0 ? ",test" : ",train") + ",style" + i / 8 * 8)));
        Divided divided = split("part", "style").divide(data);
        assertThat(divided.split().test()).hasSize(24);
        assertThat(divided.notes())
                .contains("24 of the 24 test images belong together with training images, and stay, for part says so")
                .noneMatch(note -> note.contains("stay on one side"));
        assertThat(split("part", SplitSettings.NONE).divide(data).notes()).isEmpty();
    }

    @Test
    void whatIsNeitherAPartNorATimeIsNoneToSplitBy() throws IOException {
        LabelledImages parts = table.load(table.manifest(
                "id,part",
                table.rows(0, 96, (e, i) -> e.productId() + (i % 3 == 0 ? ",val" : i % 3 == 1 ? ",test" : ",train"))));
        assertThatThrownBy(() -> split("part", SplitSettings.NONE).divide(parts))
                .isInstanceOf(CommandException.class)
                .hasMessage("to split by part it must say train and test, and nothing else: it says test, train, val");
        LabelledImages seasons = table.load(table.manifest(
                "id,season", table.rows(0, 96, (e, i) -> e.productId() + (i % 2 == 0 ? ",Fall" : ",Summer"))));
        assertThatThrownBy(() -> split("season", SplitSettings.NONE).divide(seasons))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("numbers, or dates like 2026-01-31: it says");
    }

    /** Of each class, images of 2010 to 2015; the first class has none before 2014. */
    @Test
    void holdsOutWhatIsLatestAndLeavesOutWhatCannotBeLearned() throws IOException {
        LabelledImages data = table.load(table.manifest(
                "id,year",
                table.rows(
                        0, 96, (e, i) -> e.productId() + "," + (e.classIndex() == 0 ? 2014 + i % 2 : 2010 + i % 6))));
        Divided divided = split("year", SplitSettings.NONE).divide(data);
        assertThat(divided.split().test()).as("two of six years, a third").hasSize(30);
        assertThat(divided.data().classes())
                .hasSize(15)
                .isEqualTo(data.classes().subList(1, 16));
        assertThat(divided.split().test())
                .allMatch(image -> table.indexOf(image) % 6 >= 4)
                .allMatch(image -> divided.data().classes().get(image.label()).equals(table.classOf(image)));
        assertThat(divided.notes())
                .contains("held out: the images with a year from 2014 on")
                .anyMatch(note -> note.equals("left out, for want of training images: %s (6 images)"
                        .formatted(data.classes().get(0))));
    }

    @Test
    void aGroupThatBeganEarlierIsNotHeldOut() throws IOException {
        LabelledImages data = table.load(table.manifest(
                "id,year,style", table.rows(0, 96, (e, i) -> e.productId() + "," + (2010 + i % 6) + ",style" + i / 2)));
        Divided divided = split("year", "style").divide(data);
        assertThat(divided.split().test()).as("2014 and 2015 are one style").hasSize(32);
        LabelledImages chained = table.load(table.manifest(
                "id,year,style",
                table.rows(0, 96, (e, i) -> e.productId() + "," + (2010 + i % 6) + ",style" + (i + 1) / 2)));
        assertThat(split("year", "style").divide(chained).split().test())
                .as("2014 is of the style of 2013, and 2015 of the next 2010")
                .hasSizeLessThanOrEqualTo(1);
        LabelledImages one = table.load(table.manifest(
                "id,year,style", table.rows(0, 96, (e, i) -> e.productId() + "," + (2010 + i % 6) + ",same")));
        assertThatThrownBy(() -> split("year", "style").divide(one))
                .hasMessageContaining("leaves 96 images to train and 0 to test")
                .hasMessageContaining("32 later image(s) belong together with earlier ones");
    }

    @Test
    void anImageWithoutAValueCannotBeSplit() throws IOException {
        LabelledImages data = table.load(
                table.manifest("id,year", table.rows(0, 96, (e, i) -> e.productId() + (i == 5 ? "," : ",2010"))));
        assertThatThrownBy(() -> split("year", SplitSettings.NONE).divide(data))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining(
                        "it is empty for " + table.entries().get(5).file());
        LabelledImages without = LabelledImages.load(
                ImageFolder.scan(table.root()),
                Framing.squash(new ImageSize(15, 20)),
                ImageLimits.DEFAULT,
                0,
                folder,
                done -> {});
        assertThatThrownBy(() -> split("year", SplitSettings.NONE).divide(without))
                .hasMessageContaining("to split by year needs a --manifest");
    }

    private static SplitSettings split(String column, String groupBy) {
        return new SplitSettings(1 / 3.0, 0, groupBy, Optional.of(column));
    }
}
