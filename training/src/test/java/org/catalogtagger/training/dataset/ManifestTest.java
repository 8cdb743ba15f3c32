package org.catalogtagger.training.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.model.image.Framing;
import org.catalogtagger.model.image.ImageFolder;
import org.catalogtagger.model.image.ImageFolder.Entry;
import org.catalogtagger.model.image.ImageFolderException;
import org.catalogtagger.model.image.ImageLimits;
import org.catalogtagger.model.image.ImageSize;
import org.catalogtagger.training.dataset.LabelledImages.Image;
import org.catalogtagger.training.dataset.SplitSettings.Divided;
import org.catalogtagger.training.sample.SampleCatalogue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestTest {
    @TempDir
    private Path folder;

    private Path root;
    private List<Entry> entries = List.of();

    /** Six images of each of 16 classes. */
    @BeforeEach
    void drawImages() throws IOException {
        root = folder.resolve("images");
        SampleCatalogue.write(root, 6, 1);
        entries = ImageFolder.scan(root).images();
    }

    @Test
    void takesTheImagesOfItsRowsAndTheirFoldersForClasses() throws IOException {
        Manifest manifest = manifest("id,year", rows(0, 12, (entry, i) -> entry.productId() + ",2011"), "gone,2012");
        ImageFolder images = manifest.images();
        assertThat(images.images())
                .extracting(Entry::productId)
                .hasSize(12)
                .containsExactlyInAnyOrderElementsOf(
                        entries.subList(0, 12).stream().map(Entry::productId).toList());
        assertThat(images.classes()).hasSize(2);
        assertThat(images.leftOut().toString()).contains("84 in no row of the manifest");
        assertThat(manifest.rowsWithoutImage(images.images())).isEqualTo(1);
        assertThat(manifest.value(images.images().get(0), "year")).contains("2011");
    }

    @Test
    void itsLabelsAreTheClassesWhereItHasAny() throws IOException {
        Manifest manifest = manifest(
                "path,label,group",
                rows(
                        0,
                        6,
                        (entry, i) -> root.relativize(entry.file()) + ",%s,".formatted(i % 2 == 0 ? "odd" : "even")));
        ImageFolder images = manifest.images();
        assertThat(images.classes()).containsExactly("even", "odd");
        assertThat(images.images()).extracting(Entry::classIndex).containsExactly(0, 0, 0, 1, 1, 1);
        assertThat(manifest.value(images.images().get(0), "group")).as("empty").isEmpty();
        Path inRoot = root.relativize(images.images().get(0).file());
        assertThat(manifest.rows()).isEqualTo(6);
        assertThat(manifest.label(inRoot)).contains("even");
        assertThat(manifest.label(Path.of("none.jpg"))).isEmpty();
        assertThatThrownBy(() -> manifest.value(images.images().get(0), "year"))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("has no column year, only path, label, group");
    }

    @Test
    void ordersNumbersBySizeAndDatesByTime() throws IOException {
        Manifest manifest = manifest(
                "id,size,day,odd",
                rows(
                        0,
                        4,
                        (entry, i) -> entry.productId()
                                + List.of(",9,2012-01-31,", ",10.5,2011-12-31,x", ",-3,2012-02-01,", ",9,2009-05-05,")
                                        .get(i)));
        List<Entry> images = entries.subList(0, 4);
        assertThat(manifest.ordered(images, "size"))
                .containsExactly(images.get(2), images.get(0), images.get(3), images.get(1));
        assertThat(manifest.ordered(images, "day"))
                .containsExactly(images.get(3), images.get(1), images.get(0), images.get(2));
        assertThatThrownBy(() -> manifest.ordered(images, "odd"))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("to order by odd: it is empty for");
    }

    @Test
    void namesTheLineThatIsWrong() {
        assertThatThrownBy(() -> manifest("file,label", Stream.of("a,b")))
                .hasMessageContaining("line 1: has no column path or id, only file, label");
        assertThatThrownBy(() -> manifest("id,label,label", Stream.of("a,b,c"))).hasMessageContaining("twice");
        assertThatThrownBy(() -> manifest("id,label", Stream.of("1,a", "2")))
                .hasMessageContaining("line 3: 1 cells for 2 columns");
        assertThatThrownBy(() -> manifest("id,label", Stream.of("1,a", "1,b")))
                .hasMessageContaining("line 3: a second row of the id 1");
        assertThatThrownBy(() -> manifest("id,label", Stream.of("1,")))
                .hasMessageContaining("line 2: its label is empty");
        assertThatThrownBy(() -> manifest("id,label", Stream.of())).hasMessageContaining("no rows");
        assertThatThrownBy(() -> manifest("id,label", Stream.of("1,a")).images())
                .isInstanceOf(ImageFolderException.class)
                .hasMessageContaining("none of its images is listed");
        assertThatThrownBy(() -> manifest("id,label", Stream.of("1,a", "2,'Caps\u0007'")))
                .hasMessageContaining("line 3: its label must be 1 to 200 visible characters");
        assertThatThrownBy(() -> manifest("id,label", Stream.of("1,\"a")))
                .hasMessageContaining("manifest.csv: (startline 2)");
        assertThatThrownBy(() -> Manifest.read(folder, root)).hasMessage(folder + ": a folder, not a table");
    }

    /** {@code 001.jpg} may be in each class' folder: an id does not say which of them is meant. */
    @Test
    void aRowIsOfOneImage() throws IOException {
        Path first = entries.get(0).file();
        Path other = entries.get(95).file().resolveSibling(first.getFileName());
        Files.copy(entries.get(95).file(), other);
        Manifest byId = manifest("id,label", rows(0, 96, (e, i) -> e.productId() + ",one"));
        assertThatThrownBy(byId::images)
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("its row id " + entries.get(0).productId())
                .hasMessageContaining(root.relativize(first).toString())
                .hasMessageContaining(root.relativize(other).toString())
                .hasMessageContaining("a column path");
        Manifest byPath = manifest(
                "path,label",
                rows(0, 96, (e, i) -> root.relativize(e.file()) + ",one"),
                root.relativize(other) + ",other");
        assertThat(byPath.images().images()).hasSize(97);
    }

    @Test
    void anImageOfARowWithoutAClassIsSaidToLackTheClass() throws IOException {
        Path flat = Files.createDirectory(folder.resolve("flat"));
        Files.copy(entries.get(0).file(), flat.resolve("1.jpg"));
        Path csv = Files.writeString(folder.resolve("flat.csv"), "id,year\n1,2010\n");
        assertThatThrownBy(() -> Manifest.read(csv, flat).images())
                .isInstanceOf(ImageFolderException.class)
                .hasMessageContaining("1 in no class folder");
    }

    /** The other command has its pack written while this one still reads the files to see whether its own holds. */
    @Test
    void anotherTableAtTheSameTimeDoesNotMixUpTheImages() throws IOException {
        Manifest even =
                manifest("id,label", rows(0, 48, (e, i) -> entries.get(2 * i).productId() + ",even"));
        Manifest all = manifest("id,label", rows(0, 96, (e, i) -> e.productId() + ",all"));
        List<byte[]> alone = pixels(load(even));
        AtomicBoolean done = new AtomicBoolean();
        LabelledImages beside = LabelledImages.load(
                even.images(),
                Framing.squash(new ImageSize(15, 20)),
                ImageLimits.DEFAULT,
                0,
                folder.resolve("cache"),
                count -> {
                    if (!done.getAndSet(true)) {
                        assertThatCode(() -> load(all)).doesNotThrowAnyException();
                    }
                });
        assertThat(done).isTrue();
        assertThat(pixels(beside)).usingElementComparator(Arrays::compare).isEqualTo(alone);
    }

    private static List<byte[]> pixels(LabelledImages data) {
        return data.images().stream().map(Image::pixels).toList();
    }

    @Test
    void holdsOutWhatItSaysIsForTests() throws IOException {
        LabelledImages data =
                load(manifest("id,part", rows(0, 96, (e, i) -> e.productId() + (i % 3 == 0 ? ",Test" : ",train"))));
        Divided divided = split("part", SplitSettings.NONE).divide(data);
        assertThat(divided.split().test()).hasSize(32).allMatch(image -> indexOf(image) % 3 == 0);
        assertThat(divided.split().train()).hasSize(64);
    }

    /** Their figures are to be those of others on the same images. */
    @Test
    void whatIsSaidToBeForTestsStaysThereThoughItRepeatsAndIsToldOf() throws IOException {
        LabelledImages data = load(manifest(
                "id,part,style",
                rows(0, 96, (e, i) -> e.productId() + (i % 4 == 0 ? ",test" : ",train") + ",style" + i / 8 * 8)));
        Divided divided = split("part", "style").divide(data);
        assertThat(divided.split().test()).hasSize(24);
        assertThat(divided.notes())
                .contains("24 of the 24 test images belong together with training images, and stay, for part says so")
                .noneMatch(note -> note.contains("stay on one side"));
        assertThat(split("part", SplitSettings.NONE).divide(data).notes()).isEmpty();
    }

    @Test
    void whatIsNeitherAPartNorATimeIsNoneToSplitBy() throws IOException {
        LabelledImages parts = load(manifest(
                "id,part",
                rows(0, 96, (e, i) -> e.productId() + (i % 3 == 0 ? ",val" : i % 3 == 1 ? ",test" : ",train"))));
        assertThatThrownBy(() -> split("part", SplitSettings.NONE).divide(parts))
                .isInstanceOf(CommandException.class)
                .hasMessage("to split by part it must say train and test, and nothing else: it says test, train, val");
        LabelledImages seasons =
                load(manifest("id,season", rows(0, 96, (e, i) -> e.productId() + (i % 2 == 0 ? ",Fall" : ",Summer"))));
        assertThatThrownBy(() -> split("season", SplitSettings.NONE).divide(seasons))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("numbers, or dates like 2026-01-31: it says");
    }

    /** Of each class, images of 2010 to 2015; the first class has none before 2014. */
    @Test
    void holdsOutWhatIsLatestAndLeavesOutWhatCannotBeLearned() throws IOException {
        LabelledImages data = load(manifest(
                "id,year",
                rows(0, 96, (e, i) -> e.productId() + "," + (e.classIndex() == 0 ? 2014 + i % 2 : 2010 + i % 6))));
        Divided divided = split("year", SplitSettings.NONE).divide(data);
        assertThat(divided.split().test()).as("two of six years, a third").hasSize(30);
        assertThat(divided.data().classes())
                .hasSize(15)
                .isEqualTo(data.classes().subList(1, 16));
        assertThat(divided.split().test())
                .allMatch(image -> indexOf(image) % 6 >= 4)
                .allMatch(image -> divided.data().classes().get(image.label()).equals(classOf(image)));
        assertThat(divided.notes())
                .contains("held out: the images with a year from 2014 on")
                .anyMatch(note -> note.equals("left out, for want of training images: %s (6 images)"
                        .formatted(data.classes().get(0))));
    }

    @Test
    void aGroupThatBeganEarlierIsNotHeldOut() throws IOException {
        LabelledImages data = load(manifest(
                "id,year,style", rows(0, 96, (e, i) -> e.productId() + "," + (2010 + i % 6) + ",style" + i / 2)));
        Divided divided = split("year", "style").divide(data);
        assertThat(divided.split().test()).as("2014 and 2015 are one style").hasSize(32);
        LabelledImages chained = load(manifest(
                "id,year,style", rows(0, 96, (e, i) -> e.productId() + "," + (2010 + i % 6) + ",style" + (i + 1) / 2)));
        assertThat(split("year", "style").divide(chained).split().test())
                .as("2014 is of the style of 2013, and 2015 of the next 2010")
                .hasSizeLessThanOrEqualTo(1);
        LabelledImages one =
                load(manifest("id,year,style", rows(0, 96, (e, i) -> e.productId() + "," + (2010 + i % 6) + ",same")));
        assertThatThrownBy(() -> split("year", "style").divide(one))
                .hasMessageContaining("leaves 96 images to train and 0 to test")
                .hasMessageContaining("32 later image(s) belong together with earlier ones");
    }

    @Test
    void anImageWithoutAValueCannotBeSplit() throws IOException {
        LabelledImages data =
                load(manifest("id,year", rows(0, 96, (e, i) -> e.productId() + (i == 5 ? "," : ",2010"))));
        assertThatThrownBy(() -> split("year", SplitSettings.NONE).divide(data))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("it is empty for " + entries.get(5).file());
        LabelledImages without = LabelledImages.load(
                ImageFolder.scan(root),
                Framing.squash(new ImageSize(15, 20)),
                ImageLimits.DEFAULT,
                0,
                folder,
                done -> {});
        assertThatThrownBy(() -> split("year", SplitSettings.NONE).divide(without))
                .hasMessageContaining("to split by year needs a --manifest");
    }

    @Test
    void otherRowsAreOtherData() throws IOException {
        LabelledImages one = load(manifest("id,year", rows(0, 96, (e, i) -> e.productId() + ",2010")));
        LabelledImages other = load(manifest("id,year", rows(0, 96, (e, i) -> e.productId() + ",2011")));
        assertThat(one.digest()).isNotEqualTo(other.digest());
    }

    private static SplitSettings split(String column, String groupBy) {
        return new SplitSettings(1 / 3.0, 0, groupBy, Optional.of(column));
    }

    private int indexOf(Image image) {
        return entries.stream().map(Entry::file).toList().indexOf(image.entry().file());
    }

    private String classOf(Image image) {
        return root.relativize(image.entry().file()).getName(0).toString();
    }

    private interface Line {
        String of(Entry entry, int index);
    }

    private Stream<String> rows(int from, int to, Line line) {
        return Stream.iterate(from, i -> i < to, i -> i + 1).map(i -> line.of(entries.get(i), i));
    }

    private Manifest manifest(String header, Stream<String> rows, String... more) throws IOException {
        Path csv = folder.resolve("manifest.csv");
        Files.write(
                csv,
                Stream.of(Stream.of(header), rows, Stream.of(more))
                        .flatMap(s -> s)
                        .toList());
        return Manifest.read(csv, root);
    }

    private LabelledImages load(Manifest manifest) throws IOException {
        return LabelledImages.load(
                        manifest.images(),
                        Framing.squash(new ImageSize(15, 20)),
                        ImageLimits.DEFAULT,
                        0,
                        folder.resolve("cache"),
                        done -> {})
                .with(manifest);
    }
}
