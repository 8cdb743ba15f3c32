package org.catalogtagger.training.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.catalogtagger.model.image.Colors;
import org.catalogtagger.model.image.Framing;
import org.catalogtagger.model.image.ImageDecoder;
import org.catalogtagger.model.image.ImageFolder;
import org.catalogtagger.model.image.ImageFolderException;
import org.catalogtagger.model.image.ImageLimits;
import org.catalogtagger.model.image.ImageSize;
import org.catalogtagger.training.sample.ProductShape;
import org.catalogtagger.training.sample.SampleCatalogue;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelledImagesTest {
    @TempDir
    private Path root;

    @TempDir
    private Path cache;

    @BeforeEach
    void drawTwoClasses() throws IOException {
        for (ProductShape shape : new ProductShape[] {ProductShape.TIES, ProductShape.BELTS}) {
            Path folder = Files.createDirectory(root.resolve(shape.label()));
            for (int i = 0; i < 10; i++) {
                Files.write(folder.resolve(i + ".jpg"), SampleCatalogue.jpeg(shape, new Random(i)));
            }
        }
    }

    @Test
    void listsAndSkipsUnreadableFiles() throws IOException {
        Files.writeString(root.resolve("Ties/notes.jpg"), "no image");
        cutOff(root.resolve("Belts/3.jpg"));
        LabelledImages data = load(0.2);
        assertThat(data.images()).hasSize(19);
        assertThat(data.unreadable())
                .extracting(file -> file.entry().file().getFileName().toString(), LabelledImages.Unreadable::reason)
                .satisfiesExactly(
                        belt -> assertThat(belt.toList().toString()).contains("3.jpg", "corrupt"),
                        text -> assertThat(text.toList().toString()).contains("notes.jpg", "unsupported-format"));
    }

    @Test
    void refusesAFolderWithTooManyUnreadableFiles() throws IOException {
        cutOff(root.resolve("Belts/3.jpg"));
        assertThatThrownBy(() -> load(0.01))
                .isInstanceOf(ImageFolderException.class)
                .hasMessageContaining("1 of 20 files are unreadable, more than the 1.0 % of --max-unreadable")
                .hasMessageContaining("3.jpg");
    }

    /** Of 3 GiB, which no array takes. */
    @Test
    void aFileThatIsTooLargeIsUnreadableAndNotRead() throws IOException {
        try (RandomAccessFile large =
                new RandomAccessFile(root.resolve("Ties/large.jpg").toFile(), "rw")) {
            large.setLength(3L << 30);
        }
        assertThat(load(0.2).unreadable()).singleElement().satisfies(file -> assertThat(file.reason())
                .startsWith("too-many-bytes: 3,221,225,472 bytes"));
        assertThat(load(0.2).images()).as("from the pack").hasSize(20);
    }

    @Test
    void aNameThatIsNotUtf8IsOfAnImageToo() throws Exception {
        Path script = Files.writeString(cache.resolve("copy.sh"), "cp \"$1/0.jpg\" \"$1/$(printf 'M\\374tze').jpg\"");
        Process copy = new ProcessBuilder(
                        "sh", script.toString(), root.resolve("Ties").toString())
                .inheritIO()
                .start();
        Assumptions.assumeTrue(copy.waitFor() == 0, "skipped: the file system takes UTF-8 only");
        assertThat(load(0).images()).hasSize(21);
    }

    @Test
    void aClassMayHaveOneImage() throws IOException {
        for (int i = 1; i < 10; i++) {
            Files.delete(root.resolve("Ties/" + i + ".jpg"));
        }
        LabelledImages data = load(0);
        assertThat(data.images()).hasSize(11);
        assertThat(data.subset(5, 1).images())
                .extracting(LabelledImages.Image::label)
                .contains(0, 1);
    }

    /** Training, validation and test need one each. */
    @Test
    void aSubsetHasOfEachClassWhatItTakesToDivideIt() throws IOException {
        assertThat(load(0).subset(2, 1).images())
                .extracting(LabelledImages.Image::label)
                .containsExactly(0, 0, 0, 1, 1, 1);
    }

    @Test
    void framingsDoNotShareAPack() throws IOException {
        byte[] squashed = load(0).images().get(0).pixels();
        Framing trim = new Framing(ImageSize.NOTEBOOK, Framing.Fit.TRIM);
        byte[] trimmed = LabelledImages.load(ImageFolder.scan(root), trim, ImageLimits.DEFAULT, 0, cache, done -> {})
                .images()
                .get(0)
                .pixels();
        assertThat(trimmed).isNotEqualTo(squashed);
        assertThat(load(0).images().get(0).pixels()).isEqualTo(squashed);
    }

    /** Those of a large input are more than a thread decodes before it writes. */
    @Test
    void imagesOfAnySizeAreInTheirPlaces() throws Exception {
        for (int i = 2; i < 10; i++) {
            Files.delete(root.resolve("Ties/" + i + ".jpg"));
            Files.delete(root.resolve("Belts/" + i + ".jpg"));
        }
        for (int side : new int[] {500, 1500, 1700}) {
            Framing large = Framing.squash(new ImageSize(side, side, Colors.RGB));
            ImageFolder folder = ImageFolder.scan(root);
            LabelledImages data = LabelledImages.load(folder, large, ImageLimits.DEFAULT, 0, cache, done -> {});
            ImageDecoder decoder = new ImageDecoder(large, ImageLimits.DEFAULT);
            for (int i = 0; i < 4; i++) {
                byte[] encoded = Files.readAllBytes(folder.images().get(i).file());
                assertThat(Arrays.equals(data.images().get(i).pixels(), decoder.decode(encoded)))
                        .as("image %d of side %d", i, side)
                        .isTrue();
            }
        }
    }

    @Test
    void digestSeesNamesAndBytes() throws IOException {
        String digest = load(0).digest();
        assertThat(load(0).digest()).isEqualTo(digest);
        Files.move(root.resolve("Ties/1.jpg"), root.resolve("Ties/11.jpg"));
        String renamed = load(0).digest();
        Files.write(root.resolve("Ties/2.jpg"), SampleCatalogue.jpeg(ProductShape.TIES, new Random(77)));
        assertThat(renamed).isNotEqualTo(digest);
        assertThat(load(0).digest()).isNotEqualTo(renamed);
    }

    private LabelledImages load(double maxUnreadable) throws IOException {
        return LabelledImages.load(
                ImageFolder.scan(root),
                Framing.squash(ImageSize.NOTEBOOK),
                ImageLimits.DEFAULT,
                maxUnreadable,
                cache,
                done -> {});
    }

    private static void cutOff(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
    }
}
