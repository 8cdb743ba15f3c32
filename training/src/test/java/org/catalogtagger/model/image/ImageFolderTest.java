package org.catalogtagger.model.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {
    @TempDir
    private Path root;

    @Test
    void classesAndFilesAreSortedAndHiddenFilesLeftOut() throws IOException {
        put("Ties/2.jpg", "Ties/1.jpg", "Belts/3.png", "Belts/.DS_Store", ".git/config");
        ImageFolder folder = ImageFolder.scan(root);
        assertThat(folder.classes()).containsExactly("Belts", "Ties");
        assertThat(folder.images())
                .extracting(ImageFolder.Entry::productId, ImageFolder.Entry::classIndex)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("3", 0),
                        org.assertj.core.groups.Tuple.tuple("1", 1),
                        org.assertj.core.groups.Tuple.tuple("2", 1));
    }

    @Test
    void productIdsAreUniqueEvenIfFileNamesAreNot() throws IOException {
        put("Ties/1.jpg", "Belts/1.jpg", "Belts/2.jpg", "Belts/2.png");
        assertThat(ImageFolder.scan(root).images())
                .extracting(ImageFolder.Entry::productId)
                .containsExactly("Belts/1.jpg", "Belts/2.jpg", "Belts/2.png", "Ties/1.jpg");
    }

    @Test
    void namesTheEmptyClass() throws IOException {
        put("Ties/1.jpg");
        Files.createDirectory(root.resolve("Belts"));
        assertThatThrownBy(() -> ImageFolder.scan(root))
                .isInstanceOf(ImageFolderException.class)
                .hasMessageContaining("Belts")
                .hasMessageContaining("no images");
    }

    @Test
    void guessesThatTheFolderAboveWasMeant() throws IOException {
        put("products/Ties/1.jpg");
        assertThatThrownBy(() -> ImageFolder.scan(root)).hasMessageContaining("one level deeper?");
    }

    @Test
    void guessesThatThePartsOfADataSetHoldTheClasses() throws IOException {
        put("train/Ties/1.jpg", "test/Ties/2.jpg");
        assertThatThrownBy(() -> ImageFolder.scan(root)).hasMessageContaining("only folders in test, train");
    }

    @Test
    void foldersInAClassFolderAreOfTheClass() throws IOException {
        put("Ties/2019/1.jpg", "Ties/2020/1.jpg", "Belts/new/2.jpg");
        ImageFolder folder = ImageFolder.scan(root);
        assertThat(folder.classes()).containsExactly("Belts", "Ties");
        assertThat(folder.images())
                .extracting(ImageFolder.Entry::productId)
                .containsExactly("2", "Ties/2019/1.jpg", "Ties/2020/1.jpg");
    }

    @Test
    void countsWhatIsInNoClass() throws IOException {
        put("Ties/1.jpg", "2.jpg", "__MACOSX/Ties/1.jpg");
        ImageFolder folder = ImageFolder.scan(root);
        assertThat(folder.classes()).containsExactly("Ties");
        assertThat(folder.leftOut())
                .hasToString("left out 2: 1 of the system (__MACOSX), 1 in no class folder (2.jpg)");
    }

    @Test
    void twoSpellingsOfANameAreOneClass() throws IOException {
        String composed = "T\u00FCcher";
        put(composed + "/1.jpg", "Tu\u0308cher/2.jpg", "Belts/3.jpg");
        ImageFolder folder = ImageFolder.scan(root);
        assertThat(folder.classes()).containsExactly("Belts", composed);
        assertThat(folder.images()).extracting(ImageFolder.Entry::classIndex).containsExactly(0, 1, 1);
    }

    @Test
    void aLinkToAnotherClassFolderIsNoClass() throws IOException {
        put("Ties/1.jpg");
        Files.createSymbolicLink(root.resolve("Neckties"), root.resolve("Ties"));
        assertThat(ImageFolder.scan(root).classes()).containsExactly("Ties");
    }

    @Test
    void anEmptyClassSaysWhatWasLeftOutOfIt() throws IOException {
        put("Ties/1.jpg", "Belts/notes.txt");
        assertThatThrownBy(() -> ImageFolder.scan(root))
                .hasMessageContaining("Belts: the class has no images; left out 1")
                .hasMessageContaining("notes.txt");
    }

    @Test
    void saysWhatLayoutItExpects() throws IOException {
        put("1.jpg");
        assertThatThrownBy(() -> ImageFolder.scan(root)).hasMessageContaining("<class>/<product id>.jpg");
        assertThatThrownBy(() -> ImageFolder.scan(root.resolve("none"))).isInstanceOf(NoSuchFileException.class);
    }

    private void put(String... files) throws IOException {
        for (String file : files) {
            Files.createDirectories(root.resolve(file).getParent());
            Files.writeString(root.resolve(file), "x");
        }
    }
}
