package org.catalogtagger.streaming.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.model.image.LeftOut;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageListingTest {
    @TempDir
    private Path folder;

    @Test
    void theNearestFolderNamedLikeAClassGivesTheLabel() throws Exception {
        Path images = folder.resolve("images");
        touch(images.resolve("Ties/1.jpg"));
        touch(images.resolve("Ties/old/2.JPEG"));
        touch(images.resolve("others/Ties/a b.png"));
        touch(images.resolve("3.jfif"));
        touch(images.resolve("Tu\u0308cher/4.jpg"));
        touch(images.resolve("notes.txt"));
        touch(images.resolve(".hidden/4.jpg"));
        touch(images.resolve(".5.jpg"));
        List<LeftOut> leftOut = new ArrayList<>();
        List<ListedImage> listed =
                listed(listing -> leftOut.add(listing.addFolder(images, List.of("Ties", "T\u00FCcher"))));
        assertThat(listed)
                .extracting(ListedImage::productId, ListedImage::label)
                .containsExactlyInAnyOrder(
                        tuple("1", Optional.of("Ties")),
                        tuple("2", Optional.of("Ties")),
                        tuple("a b", Optional.of("Ties")),
                        tuple("3", Optional.empty()),
                        tuple("4", Optional.of("T\u00FCcher")));
        assertThat(listed).extracting(ListedImage::uri).anyMatch(uri -> uri.endsWith("/others/Ties/a%20b.png"));
        assertThat(leftOut.get(0).count()).isEqualTo(3);
    }

    /** Else nobody knows whose tag it is. */
    @Test
    void namesThatRepeatGiveWayToPaths() throws Exception {
        Path images = folder.resolve("images");
        touch(images.resolve("a/front.jpg"));
        touch(images.resolve("b/front.png"));
        touch(images.resolve("b/side.jpg"));
        touch(images.resolve("1.jpg"));
        touch(images.resolve("b/1.jpg"));
        touch(images.resolve("b/1.jpg.jpg"));
        assertThat(listed(listing -> listing.addFolder(images, List.of())))
                .extracting(ListedImage::productId)
                .containsExactlyInAnyOrder("a/front.jpg", "b/front.png", "side", "./1.jpg", "b/1.jpg", "1.jpg");
        Path list = Files.writeString(
                folder.resolve("list.txt"), "https://shop/1/front.jpg\nhttps://shop/2/front.jpg\nb/side.jpg\tTies\n");
        assertThat(listed(listing -> listing.addList(list)))
                .extracting(ListedImage::productId)
                .containsExactlyInAnyOrder("https://shop/1/front.jpg", "https://shop/2/front.jpg", "side");
    }

    @Test
    void whatALinkLeadsToMayBeFetched() throws Exception {
        Path images = Files.createDirectory(folder.resolve("images"));
        touch(folder.resolve("elsewhere/1.jpg"));
        Files.createSymbolicLink(images.resolve("Ties"), folder.resolve("elsewhere"));
        try (ImageListing listing = new ImageListing(folder.resolve("listing"), 7)) {
            listing.addFolder(images, List.of("Ties"));
            assertThat(listing.places())
                    .contains(folder.resolve("elsewhere").toRealPath().toUri().toString());
        }
        assertThat(read()).singleElement().satisfies(image -> {
            assertThat(image.label()).contains("Ties");
            assertThat(image.uri()).endsWith("/elsewhere/1.jpg");
        });
    }

    @Test
    void aListNamesUrisAndPathsWithOrWithoutLabels() throws Exception {
        Path list = Files.writeString(
                folder.resolve("list.txt"),
                "\uFEFF# shop\nhttps://images.example.com:8443/p/1.jpg?size=s\tTies\n\n2.png\ns3://bucket/a/3\n");
        try (ImageListing listing = new ImageListing(folder.resolve("listing"), 7)) {
            listing.addList(list);
            assertThat(listing.images()).isEqualTo(3);
            assertThat(listing.places())
                    .containsExactlyInAnyOrder("https://images.example.com:8443/", "file:///", "s3://bucket/");
        }
        assertThat(read())
                .containsExactlyInAnyOrder(
                        new ListedImage("1", "https://images.example.com:8443/p/1.jpg?size=s", Optional.of("Ties"), 7),
                        new ListedImage("2", folder.resolve("2.png").toUri().toString(), Optional.empty(), 7),
                        new ListedImage("3", "s3://bucket/a/3", Optional.empty(), 7));
    }

    @Test
    void aLineThatNamesNothingIsNamed() throws Exception {
        for (String line : List.of("https://a/b c.jpg", "https://example.com", "mailto:a@b", "a\tb\tc")) {
            Path list = Files.writeString(folder.resolve("list.txt"), "1.jpg\n" + line + "\n");
            assertThatThrownBy(() -> listed(listing -> listing.addList(list)))
                    .as(line)
                    .isInstanceOf(CommandException.class)
                    .hasMessageContaining("list.txt, line 2");
        }
        Path image = Files.write(folder.resolve("1.jpg"), new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff});
        assertThatThrownBy(() -> listed(listing -> listing.addList(image))).hasMessageContaining("UTF-8");
    }

    private interface Add {
        void to(ImageListing listing) throws IOException;
    }

    private List<ListedImage> listed(Add add) throws IOException {
        try (ImageListing listing = new ImageListing(folder.resolve("listing"), 7)) {
            add.to(listing);
        }
        return read();
    }

    private List<ListedImage> read() throws IOException {
        List<ListedImage> images = new ArrayList<>();
        try (Stream<Path> parts = Files.list(folder.resolve("listing"))) {
            for (Path part : parts.toList()) {
                for (String line : Files.readAllLines(part)) {
                    images.add(Json.MAPPER.readValue(line, ListedImage.class));
                }
            }
        }
        return images;
    }

    private static void touch(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "x");
    }
}
