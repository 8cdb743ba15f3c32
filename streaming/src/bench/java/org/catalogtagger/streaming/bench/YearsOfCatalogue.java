package org.catalogtagger.streaming.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.catalogtagger.RealData;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.model.image.ImageFolder;
import org.catalogtagger.model.image.ImageFolder.Entry;
import org.catalogtagger.model.image.ImageLimits;
import org.catalogtagger.training.commands.TrainCommand;
import org.catalogtagger.training.dataset.LabelledImages;
import org.catalogtagger.training.dataset.LabelledImages.Image;
import org.catalogtagger.training.dataset.Manifest;
import picocli.CommandLine;

/**
 * The real images with their years, and a model of the early ones. {@code -Dbench.table=CSV}, else {@code products.csv} beside the images'
 * archive, has their ids and years ({@code id}, {@code year}); {@code -Dbench.model=BUNDLE} spares training one.
 */
record YearsOfCatalogue(Path folder, ImageFolder images, Manifest manifest) {
    static final int LAST_LEARNED = 2011;

    /** Of a class, to be learned. */
    private static final int FEWEST_IMAGES = 20;

    static YearsOfCatalogue find() throws IOException {
        Path data = RealData.folder()
                .orElseThrow(() -> new IllegalStateException("no real images; set CATALOG_TAGGER_DATA"));
        String beside = Objects.requireNonNullElse(System.getenv("CATALOG_TAGGER_DATA"), "../../shared/data");
        Manifest manifest = Manifest.read(Path.of(System.getProperty("bench.table", beside + "/products.csv")), data);
        return new YearsOfCatalogue(data, manifest.images(), manifest);
    }

    int yearOf(Entry image) {
        return manifest.value(image, "year").map(Integer::parseInt).orElse(Integer.MAX_VALUE);
    }

    String classOf(Entry image) {
        return images.classes().get(image.classIndex());
    }

    /** Images of the years after {@link #LAST_LEARNED}, as a model sees them. */
    List<Image> later(ModelBundle model, Path work) throws IOException {
        LabelledImages all = LabelledImages.load(
                images,
                model.description().input().framing(),
                ImageLimits.DEFAULT,
                0.01,
                work.resolve("cache"),
                done -> {});
        return all.images().stream()
                .filter(image -> yearOf(image.entry()) > LAST_LEARNED)
                .toList();
    }

    /** The bundle of a model of the images to {@link #LAST_LEARNED}, trained in a folder unless one is given. */
    Path model(Path work) throws IOException {
        String given = System.getProperty("bench.model");
        if (given != null) {
            return Path.of(given);
        }
        Map<Integer, List<String>> early = new HashMap<>();
        for (Entry image : images.images()) {
            if (yearOf(image) <= LAST_LEARNED) {
                early.computeIfAbsent(image.classIndex(), c -> new ArrayList<>())
                        .add(image.productId());
            }
        }
        List<String> rows = new ArrayList<>(List.of("id"));
        early.values().stream().filter(ids -> ids.size() >= FEWEST_IMAGES).forEach(rows::addAll);
        Path table = Files.write(work.resolve("early.csv"), rows);
        Path bundle = work.resolve("model");
        int code = new CommandLine(new TrainCommand())
                .execute("--images", folder.toString(), "--manifest", table.toString(), "--out", bundle.toString());
        if (code != 0) {
            throw new IllegalStateException("training failed");
        }
        return bundle;
    }
}
