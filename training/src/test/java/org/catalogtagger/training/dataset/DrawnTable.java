package org.catalogtagger.training.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.catalogtagger.model.image.Framing;
import org.catalogtagger.model.image.ImageFolder;
import org.catalogtagger.model.image.ImageFolder.Entry;
import org.catalogtagger.model.image.ImageLimits;
import org.catalogtagger.model.image.ImageSize;
import org.catalogtagger.training.dataset.LabelledImages.Image;
import org.catalogtagger.training.sample.SampleCatalogue;

/**
 * Drawn images, six of each of 16 classes, of which tests write tables.
 *
 * @param folder of the images' folder, the table and the cache
 * @param root of the images
 */
record DrawnTable(Path folder, Path root, List<Entry> entries) {
    static DrawnTable in(Path folder) throws IOException {
        Path root = folder.resolve("images");
        SampleCatalogue.write(root, 6, 1);
        return new DrawnTable(folder, root, ImageFolder.scan(root).images());
    }

    /** A row of the table. */
    interface Row {
        String of(Entry entry, int index);
    }

    Stream<String> rows(int from, int to, Row row) {
        return Stream.iterate(from, i -> i < to, i -> i + 1).map(i -> row.of(entries.get(i), i));
    }

    Manifest manifest(String header, Stream<String> rows, String... more) throws IOException {
        Path csv = folder.resolve("manifest.csv");
        Files.write(
                csv,
                Stream.of(Stream.of(header), rows, Stream.of(more))
                        .flatMap(s -> s)
                        .toList());
        return Manifest.read(csv, root);
    }

    LabelledImages load(Manifest manifest) throws IOException {
        return LabelledImages.load(
                        manifest.images(),
                        Framing.squash(new ImageSize(15, 20)),
                        ImageLimits.DEFAULT,
                        0,
                        folder.resolve("cache"),
                        done -> {})
                .with(manifest);
    }

    int indexOf(Image image) {
        return entries.stream().map(Entry::file).toList().indexOf(image.entry().file());
    }

    String classOf(Image image) {
        return root.relativize(image.entry().file()).getName(0).toString();
    }
}
