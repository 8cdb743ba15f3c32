package org.catalogtagger.model.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.catalogtagger.model.bundle.AtomicDirectory;
import org.catalogtagger.model.image.LeftOut.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFilesTest {
    @TempDir
    private Path folder;

    private final LeftOut leftOut = new LeftOut();

    @Test
    void takesEveryEndingThatTheDecoderReadsInAnyCase() throws IOException {
        put(
                "1.jpg",
                "2.JPEG",
                "3.jfif",
                "4.Jpe",
                "5.PNG",
                "6.webp",
                "7.bmp",
                "8.gif",
                "9.TIF",
                "a/b/10.tiff",
                "e.JFIF");
        assertThat(images(folder)).hasSize(11);
        assertThat(leftOut.isEmpty()).isTrue();
    }

    @Test
    void leavesOutWhatSystemsWriteForThemselves() throws IOException {
        put(
                "1.jpg",
                "Thumbs.db",
                "desktop.ini",
                "__MACOSX/1.jpg",
                "._1.jpg",
                ".ipynb_checkpoints/1.jpg",
                "a/@eaDir/1.jpg");
        assertThat(images(folder)).containsExactly("1.jpg");
        assertThat(leftOut.count(Reason.SYSTEM)).isEqualTo(4);
        assertThat(leftOut.count(Reason.HIDDEN)).isEqualTo(2);
    }

    @Test
    void leavesOutEmptyFilesAndOtherKinds() throws IOException {
        put("1.jpg", "notes.txt", "1.jpg~", "1.jpg.bak", "1.avif", "2.jpg.part");
        Files.createFile(folder.resolve("3.jpg"));
        assertThat(images(folder)).containsExactly("1.jpg");
        assertThat(leftOut.count(Reason.OTHER_KIND)).isEqualTo(5);
        assertThat(leftOut)
                .hasToString("left out 6: 1 empty (3.jpg), 5 of another kind (1.avif, 1.jpg.bak, 1.jpg~, …)");
    }

    @Test
    void firstBytesDecideWhereThereIsNoEnding() throws IOException {
        write("photo", "\u00FF\u00D8\u00FF\u00E0");
        write("SKU.12345", "\u0089PNG\r\n\u001A\n");
        write("4.jpg?w=60", "RIFF\0\0\0\0WEBPVP8 ");
        write("gif", "GIF89a");
        write("bitmap", "BMF\0\0\0\0\0\0\0006\0\0\0(\0\0\0");
        write("tiff", "II*\0");
        write("BMW", "BMW, a car.");
        write("README", "text");
        write("one", "\u00FF");
        assertThat(images(folder)).containsExactly("4.jpg?w=60", "SKU.12345", "bitmap", "gif", "photo", "tiff");
    }

    @Test
    void linksAreFollowedAndEachFileIsListedOnce(@TempDir Path elsewhere) throws IOException {
        put("Ties/1.jpg");
        Files.createDirectories(elsewhere.resolve("more"));
        Files.writeString(elsewhere.resolve("more/2.jpg"), "x");
        Files.writeString(elsewhere.resolve("3.jpg"), "x");
        link("linked", elsewhere.resolve("more"));
        link("again", elsewhere.resolve("more"));
        link("Ties/3.jpg", elsewhere.resolve("3.jpg"));
        link("Ties/same.jpg", folder.resolve("Ties/1.jpg"));
        assertThat(images(folder)).containsExactly("Ties/1.jpg", "Ties/3.jpg", "again/2.jpg");
        assertThat(leftOut.count(Reason.REPEATED)).isEqualTo(2);
    }

    @Test
    void aLinkToAFolderItselfOrThoseAboveItEnds() throws IOException {
        put("Ties/1.jpg");
        link("Ties/self", folder.resolve("Ties"));
        link("Ties/up", folder);
        link("Ties/all", Path.of("/"));
        link("a", folder.resolve("b"));
        link("b", folder.resolve("a"));
        link("gone", folder.resolve("nowhere"));
        assertThat(images(folder)).containsExactly("Ties/1.jpg");
        assertThat(leftOut.count(Reason.REPEATED)).isEqualTo(3);
        assertThat(leftOut.count(Reason.BROKEN_LINK)).isEqualTo(3);
    }

    @Test
    void aPipeIsNotOpened() throws Exception {
        assumeThat(new ProcessBuilder(
                                "mkfifo",
                                folder.resolve("pipe.jpg").toString(),
                                folder.resolve("pipe").toString())
                        .start()
                        .waitFor())
                .isZero();
        assertThat(images(folder)).isEmpty();
        assertThat(leftOut.count(Reason.SPECIAL)).isEqualTo(2);
    }

    @Test
    void aFolderThatCannotBeReadIsNamed() throws IOException {
        put("Ties/1.jpg");
        Files.setPosixFilePermissions(folder.resolve("Ties"), PosixFilePermissions.fromString("---------"));
        try {
            assumeThat(Files.isReadable(folder.resolve("Ties"))).as("not root").isFalse();
            assertThatThrownBy(() -> images(folder))
                    .isInstanceOf(AccessDeniedException.class)
                    .hasMessageContaining("Ties");
        } finally {
            Files.setPosixFilePermissions(folder.resolve("Ties"), PosixFilePermissions.fromString("rwx------"));
        }
    }

    /** Folders, files and links at random, the links to anything or nothing. */
    @Property(tries = 150)
    void listsEachFileOfTheTreeJustOnceWhateverIsLinked(@ForAll long seed) throws IOException {
        Path root = Files.createTempDirectory("tree");
        try {
            Set<Path> files = grow(root, new Random(seed));
            List<Path> listed = new ArrayList<>();
            LeftOut others = new LeftOut();
            ImageFiles.walk(root, others, (path, real) -> {
                assertThat(path.toRealPath()).isEqualTo(real);
                listed.add(real);
            });
            assertThat(listed).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(files);
        } finally {
            AtomicDirectory.deleteRecursively(root);
        }
    }

    private static Set<Path> grow(Path root, Random random) throws IOException {
        List<Path> folders = new ArrayList<>(List.of(root.toRealPath()));
        List<Path> all = new ArrayList<>(folders);
        Set<Path> files = new HashSet<>();
        for (int i = 0; i < 25; i++) {
            Path made = folders.get(random.nextInt(folders.size())).resolve(i + ".jpg");
            switch (random.nextInt(4)) {
                case 0 -> folders.add(Files.createDirectory(made));
                case 1 -> files.add(Files.writeString(made, "x"));
                case 2 -> Files.createSymbolicLink(made, all.get(random.nextInt(all.size())));
                default -> Files.createSymbolicLink(made, made.resolveSibling("nothing" + i));
            }
            all.add(made);
        }
        return files;
    }

    private List<String> images(Path root) throws IOException {
        List<String> images = new ArrayList<>();
        ImageFiles.walk(
                root, leftOut, (path, real) -> images.add(root.relativize(path).toString()));
        return images.stream().sorted().toList();
    }

    private void put(String... files) throws IOException {
        for (String file : files) {
            write(file, "x");
        }
    }

    private void write(String file, String latin1) throws IOException {
        Files.createDirectories(folder.resolve(file).getParent());
        Files.writeString(folder.resolve(file), latin1, StandardCharsets.ISO_8859_1);
    }

    private void link(String name, Path target) throws IOException {
        Files.createSymbolicLink(folder.resolve(name), target);
    }
}
