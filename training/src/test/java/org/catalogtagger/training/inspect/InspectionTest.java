package org.catalogtagger.training.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import javax.imageio.ImageIO;
import org.catalogtagger.model.Prediction;
import org.catalogtagger.model.image.Framing;
import org.catalogtagger.model.image.ImageFolder;
import org.catalogtagger.model.image.ImageLimits;
import org.catalogtagger.model.image.ImageSize;
import org.catalogtagger.training.dataset.LabelledImages;
import org.catalogtagger.training.dataset.LabelledImages.Image;
import org.catalogtagger.training.dataset.NearDuplicates.Pair;
import org.catalogtagger.training.inspect.Finding.Kind;
import org.catalogtagger.training.sample.SampleCatalogue;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectionTest {
    @TempDir
    private Path folder;

    /** Models are sure of each label but of a watch, which they take for a tie, and of a bag, which is like nothing. */
    @Test
    void showsTheDoubtedTheUnlikeTheBlankAndTheNearlyRepeated() throws IOException {
        Path root = folder.resolve("images");
        SampleCatalogue.write(root, 6, 1);
        BufferedImage white = new BufferedImage(60, 80, BufferedImage.TYPE_BYTE_GRAY);
        white.getGraphics().setColor(Color.WHITE);
        ImageIO.write(white, "png", root.resolve("Ties/white.png").toFile());
        LabelledImages data = LabelledImages.load(
                ImageFolder.scan(root),
                Framing.squash(new ImageSize(30, 40)),
                ImageLimits.DEFAULT,
                0,
                folder.resolve("cache"),
                done -> {});
        Image watch = first(data, "Watches");
        Image bag = first(data, "Handbags");
        Image shirt = first(data, "Shirts");
        Image alike = data.images().stream()
                .filter(image -> image.label() == shirt.label() && !image.equals(shirt))
                .findFirst()
                .orElseThrow();
        int ties = data.classes().indexOf("Ties");
        List<Prediction> predictions = new ArrayList<>();
        for (Image image : data.images()) {
            predictions.add(
                    image.equals(watch)
                            ? sure(data, ties, 0.95f)
                            : image.equals(bag) ? sure(data, image.label(), 0.07f) : sure(data, image.label(), 0.9f));
        }
        // While models were fitted, for minutes.
        Files.delete(bag.entry().file());
        Inspection inspection = Inspection.of(
                data, List.of(new Pair(shirt, alike, false)), new OutOfFold(data.images(), predictions, Set.of()));
        assertThat(of(inspection, Kind.SUSPECT)).singleElement().satisfies(suspect -> {
            assertThat(suspect.path()).isEqualTo(watch.entry().file());
            assertThat(suspect.label()).isEqualTo("Watches");
            assertThat(suspect.detail()).isEqualTo("Ties");
        });
        assertThat(of(inspection, Kind.OUTLIER).get(0).path())
                .isEqualTo(bag.entry().file());
        assertThat(of(inspection, Kind.BLANK)).singleElement().satisfies(blank -> assertThat(blank.path())
                .hasFileName("white.png"));
        assertThat(of(inspection, Kind.NEAR_COPY)).singleElement().satisfies(copy -> assertThat(copy.detail())
                .isEqualTo("repeats " + shirt.entry().file()));

        inspection.writeCsv(folder.resolve("findings.csv"));
        assertThat(Files.readAllLines(folder.resolve("findings.csv")))
                .anyMatch(line -> line.startsWith(watch.entry().file() + ",Watches,suspect-label,Ties,"));
        InspectionPage.write(inspection, folder.resolve("index.html"));
        Document page = Jsoup.parse(folder.resolve("index.html").toFile());
        assertThat(page.select("#suspect-label").text()).isEqualTo("Suspect labels: 1");
        assertThat(page.select("#suspect-label ~ .pictures").get(0).text()).contains("Watches: Ties?");
        assertThat(page.select("#blank").text()).isEqualTo("Blank images: 1");
        assertThat(page.select("#near-copy").text()).isEqualTo("Near-copies: 1");
    }

    private static List<Finding> of(Inspection inspection, Kind kind) {
        return inspection.findings().stream()
                .filter(finding -> finding.kind() == kind)
                .toList();
    }

    private static Image first(LabelledImages data, String label) {
        return data.images().stream()
                .filter(image -> data.classes().get(image.label()).equals(label))
                .findFirst()
                .orElseThrow();
    }

    private static Prediction sure(LabelledImages data, int label, float probability) {
        float[] probabilities = new float[data.classes().size()];
        Arrays.fill(probabilities, (1 - probability) / (probabilities.length - 1));
        probabilities[label] = probability;
        return new Prediction(data.classes(), probabilities);
    }
}
