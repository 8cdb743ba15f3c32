package org.catalogtagger.training.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestTest {
    @TempDir
    private Path folder;

    private DrawnTable table;

    @BeforeEach
    void drawImages() throws IOException {
        table = DrawnTable.in(folder);
    }

    @Test
    void takesTheImagesOfItsRowsAndTheirFoldersForClasses() throws IOException {
        Manifest manifest =
                table.manifest("id,year", table.rows(0, 12, (entry, i) -> entry.productId() + ",2011"), "gone,2012");
        ImageFolder images = manifest.images();
        assertThat(images.images())
                .extracting(Entry::productId)
                .hasSize(12)
                .containsExactlyInAnyOrderElementsOf(table.entries().subList(0, 12).stream()
                        .map(Entry::productId)
                        .toList());
        assertThat(images.classes()).hasSize(2);
        assertThat(images.leftOut().toString()).contains("84 in no row of the manifest");
        assertThat(manifest.rowsWithoutImage(images.images())).isEqualTo(1);
        assertThat(manifest.value(images.images().get(0), "year")).contains("2011");
    }

    @Test
    void itsLabelsAreTheClassesWhereItHasAny() throws IOException {
        Manifest manifest = table.manifest(
                "path,label,group",
                table.rows(
                        0,
                        6,
                        (entry, i) ->
                                table.root().relativize(entry.file()) + ",%s,".formatted(i % 2 == 0 ? "odd" : "even")));
        ImageFolder images = manifest.images();
        assertThat(images.classes()).containsExactly("even", "odd");
        assertThat(images.images()).extracting(Entry::classIndex).containsExactly(0, 0, 0, 1, 1, 1);
        assertThat(manifest.value(images.images().get(0), "group")).as("empty").isEmpty();
        Path inRoot = table.root().relativize(images.images().get(0).file());
        assertThat(manifest.rows()).isEqualTo(6);
        assertThat(manifest.label(inRoot)).contains("even");
        assertThat(manifest.label(Path.of("none.jpg"))).isEmpty();
        assertThatThrownBy(() -> manifest.value(images.images().get(0), "year"))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("has no column year, only path, label, group");
    }

    @Test
    void ordersNumbersBySizeAndDatesByTime() throws IOException {
        Manifest manifest = table.manifest(
                "id,size,day,odd",
                table.rows(
                        0,
                        4,
                        (entry, i) -> entry.productId()
                                + List.of(",9,2012-01-31,", ",10.5,2011-12-31,x", ",-3,2012-02-01,", ",9,2009-05-05,")
                                        .get(i)));
        List<Entry> images = table.entries().subList(0, 4);
        assertThat(manifest.ordered(
                        images, "size", order -> assertThat(order.text()).isEmpty()))
                .containsExactly(images.get(2), images.get(0), images.get(3), images.get(1));
        assertThat(manifest.ordered(
                        images, "day", order -> assertThat(order.text()).isEmpty()))
                .containsExactly(images.get(3), images.get(1), images.get(0), images.get(2));
        assertThatThrownBy(() -> manifest.ordered(images, "odd", order -> {}))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("to order by odd: it is empty for");
    }

    /** German dates are in the order of their days, and whoever sends by them is to know. */
    @Test
    void saysWhereTextsAreOrdered() throws IOException {
        Manifest manifest = table.manifest(
                "id,day",
                table.rows(
                        0,
                        2,
                        (entry, i) -> entry.productId()
                                + List.of(",31.12.2011", ",2012-01-01").get(i)));
        List<String> texts = new ArrayList<>();
        List<Entry> images = table.entries().subList(0, 2);
        assertThat(manifest.ordered(
                        images, "day", order -> texts.add(order.text().orElseThrow())))
                .containsExactly(images.get(1), images.get(0));
        assertThat(texts).containsExactly("31.12.2011");
    }

    @Test
    void saysWhatEncodingIsAssumed() throws IOException {
        Path csv = folder.resolve("old.csv");
        Files.write(csv, "id,label\n10000,H\u00FCte\n".getBytes(Charset.forName("windows-1252")));
        Manifest old = Manifest.read(csv, table.root());
        assertThat(old.images().classes()).containsExactly("H\u00FCte");
        assertThat(old.note().orElseThrow())
                .isEqualTo(csv + ": not UTF-8, read as windows-1252; save it as UTF-8 if names come out wrong");
        assertThat(table.manifest("id,label", table.rows(0, 1, (e, i) -> e.productId() + ",H\u00FCte"))
                        .note())
                .isEmpty();
    }

    @Test
    void namesTheLineThatIsWrong() {
        assertThatThrownBy(() -> table.manifest("file,label", Stream.of("a,b")))
                .hasMessageContaining("line 1: has no column path or id, only file, label");
        assertThatThrownBy(() -> table.manifest("id,label,label", Stream.of("a,b,c")))
                .hasMessageContaining("twice");
        assertThatThrownBy(() -> table.manifest("id,label", Stream.of("1,a", "2")))
                .hasMessageContaining("line 3: 1 cells for 2 columns");
        assertThatThrownBy(() -> table.manifest("id,label", Stream.of("1,a", "1,b")))
                .hasMessageContaining("line 3: a second row of the id 1");
        assertThatThrownBy(() -> table.manifest("id,label", Stream.of("1,")))
                .hasMessageContaining("line 2: its label is empty");
        assertThatThrownBy(() -> table.manifest("id,label", Stream.of())).hasMessageContaining("no rows");
        assertThatThrownBy(() -> table.manifest("id,label", Stream.of("1,a")).images())
                .isInstanceOf(ImageFolderException.class)
                .hasMessageContaining("none of its images is listed");
        assertThatThrownBy(() -> table.manifest("id,label", Stream.of("1,a", "2,'Caps\u0007'")))
                .hasMessageContaining("line 3: its label must be 1 to 200 visible characters");
        assertThatThrownBy(() -> table.manifest("id,label", Stream.of("1,\"a")))
                .hasMessageContaining("manifest.csv: (startline 2)");
        assertThatThrownBy(() -> Manifest.read(folder, table.root())).hasMessage(folder + ": a folder, not a table");
    }

    /** {@code 001.jpg} may be in each class' folder: an id does not say which of them is meant. */
    @Test
    void aRowIsOfOneImage() throws IOException {
        Path first = table.entries().get(0).file();
        Path other = table.entries().get(95).file().resolveSibling(first.getFileName());
        Files.copy(table.entries().get(95).file(), other);
        Manifest byId = table.manifest("id,label", table.rows(0, 96, (e, i) -> e.productId() + ",one"));
        assertThatThrownBy(byId::images)
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("its row id " + table.entries().get(0).productId())
                .hasMessageContaining(table.root().relativize(first).toString())
                .hasMessageContaining(table.root().relativize(other).toString())
                .hasMessageContaining("a column path");
        Manifest byPath = table.manifest(
                "path,label",
                table.rows(0, 96, (e, i) -> table.root().relativize(e.file()) + ",one"),
                table.root().relativize(other) + ",other");
        assertThat(byPath.images().images()).hasSize(97);
    }

    @Test
    void anImageOfARowWithoutAClassIsSaidToLackTheClass() throws IOException {
        Path flat = Files.createDirectory(folder.resolve("flat"));
        Files.copy(table.entries().get(0).file(), flat.resolve("1.jpg"));
        Path csv = Files.writeString(folder.resolve("flat.csv"), "id,year\n1,2010\n");
        assertThatThrownBy(() -> Manifest.read(csv, flat).images())
                .isInstanceOf(ImageFolderException.class)
                .hasMessageContaining("1 in no class folder");
    }

    /** The other command has its pack written while this one still reads the files to see whether its own holds. */
    @Test
    void anotherTableAtTheSameTimeDoesNotMixUpTheImages() throws IOException {
        Manifest even = table.manifest(
                "id,label",
                table.rows(0, 48, (e, i) -> table.entries().get(2 * i).productId() + ",even"));
        Manifest all = table.manifest("id,label", table.rows(0, 96, (e, i) -> e.productId() + ",all"));
        List<byte[]> alone = pixels(table.load(even));
        AtomicBoolean done = new AtomicBoolean();
        LabelledImages beside = LabelledImages.load(
                even.images(),
                Framing.squash(new ImageSize(15, 20)),
                ImageLimits.DEFAULT,
                0,
                folder.resolve("cache"),
                count -> {
                    if (!done.getAndSet(true)) {
                        assertThatCode(() -> table.load(all)).doesNotThrowAnyException();
                    }
                });
        assertThat(done).isTrue();
        assertThat(pixels(beside)).usingElementComparator(Arrays::compare).isEqualTo(alone);
    }

    private static List<byte[]> pixels(LabelledImages data) {
        return data.images().stream().map(Image::pixels).toList();
    }

    @Test
    void otherRowsAreOtherData() throws IOException {
        LabelledImages one =
                table.load(table.manifest("id,year", table.rows(0, 96, (e, i) -> e.productId() + ",2010")));
        LabelledImages other =
                table.load(table.manifest("id,year", table.rows(0, 96, (e, i) -> e.productId() + ",2011")));
        assertThat(one.digest()).isNotEqualTo(other.digest());
    }
}
