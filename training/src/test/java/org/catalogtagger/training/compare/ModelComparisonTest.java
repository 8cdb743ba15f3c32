package org.catalogtagger.training.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.catalogtagger.model.Prediction;
import org.catalogtagger.model.image.ImageSize;
import org.catalogtagger.training.SmallRun;
import org.catalogtagger.training.compare.ModelComparison.Compared;
import org.catalogtagger.training.compare.ModelComparison.Outcome;
import org.catalogtagger.training.compare.ModelComparison.Swap;
import org.catalogtagger.training.dataset.LabelledImages;
import org.catalogtagger.training.dataset.LabelledImages.Image;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelComparisonTest {
    private static final List<String> CLASSES = List.of("Shirts", "Ties", "Watches");

    @TempDir
    private Path folder;

    private List<Image> images = List.of();

    @BeforeEach
    void fourShirtsAndATie() throws Exception {
        LabelledImages data = SmallRun.images(folder);
        images = data.images().subList(0, 5).stream()
                .map(image -> image.withLabel(0))
                .toList();
        images = List.of(
                images.get(0),
                images.get(1),
                images.get(2),
                images.get(3),
                images.get(4).withLabel(1));
    }

    private ModelComparison compared(Optional<List<String>> truth) {
        return ModelComparison.of(
                compared(images, image -> truth.map(names -> names.get(image.label()))),
                List.of(said(0, 0.9f), said(0, 0.5f), said(1, 0.8f), said(2, 0.6f), said(1, 0.9f)),
                List.of(said(0, 0.4f), said(1, 0.9f), said(0, 0.9f), said(1, 0.9f), said(0, 0.7f)));
    }

    private static List<Compared> compared(List<Image> some, Function<Image, Optional<String>> truth) {
        return some.stream()
                .map(image -> new Compared(image, "p" + image.index(), "here/" + image.index(), truth.apply(image)))
                .toList();
    }

    @Test
    void countsWhatBecomesOfEachTag() {
        ModelComparison compared = compared(Optional.of(CLASSES));
        assertThat(compared.changes()).hasSize(4);
        assertThat(compared.count(Outcome.BECOMES_WRONG)).isEqualTo(2);
        assertThat(compared.count(Outcome.BECOMES_RIGHT)).isEqualTo(1);
        assertThat(compared.count(Outcome.STAYS_WRONG)).isEqualTo(1);
        assertThat(compared.accuracy(false)).hasValue(0.6);
        assertThat(compared.accuracy(true)).hasValue(0.4);
        assertThat(compared.probabilityByChance()).as("2 against 1").isCloseTo(1, within(1e-12));
        assertThat(compared.swaps().get(0)).isEqualTo(new Swap("Ties", "Shirts", 2));
        assertThat(compared.swaps()).hasSize(3);
    }

    @Test
    void theSurestChangesComeFirst() {
        assertThat(compared(Optional.of(CLASSES)).changes())
                .extracting(change -> change.compared().image())
                .containsExactly(images.get(2), images.get(4), images.get(3), images.get(1));
    }

    @Test
    void withoutTruthNothingIsRightOrWrong() throws Exception {
        ModelComparison compared = compared(Optional.empty());
        assertThat(compared.accuracy(false)).isEmpty();
        assertThat(compared.count(Outcome.UNKNOWN)).isEqualTo(4);
        assertThat(compared.count(Outcome.STAYS_WRONG)).isZero();
        compared.writeCsv(folder.resolve("changes.csv"));
        assertThat(Files.readAllLines(folder.resolve("changes.csv")))
                .hasSize(5)
                .startsWith("path,truth,before,before_probability,after,after_probability,outcome,product_id")
                .element(1)
                .asString()
                .isEqualTo("here/2,,Ties,0.8000,Shirts,0.9000,unknown,p2");
    }

    @Test
    void accuracyIsOfThoseWhoseTruthIsKnown() throws Exception {
        ModelComparison compared = ModelComparison.of(
                compared(images, image -> image.index() < 3 ? Optional.of("Shirts") : Optional.empty()),
                List.of(said(0, 0.9f), said(0, 0.5f), said(1, 0.8f), said(2, 0.6f), said(1, 0.9f)),
                List.of(said(0, 0.4f), said(1, 0.9f), said(0, 0.9f), said(1, 0.9f), said(1, 0.7f)));
        assertThat(compared.labelled()).isEqualTo(3);
        assertThat(compared.accuracy(false)).hasValue(2.0 / 3);
        assertThat(compared.accuracy(true)).hasValue(2.0 / 3);
        assertThat(compared.count(Outcome.BECOMES_WRONG)).isEqualTo(1);
        assertThat(compared.count(Outcome.BECOMES_RIGHT)).isEqualTo(1);
        assertThat(compared.count(Outcome.UNKNOWN)).isEqualTo(1);
        ComparisonPage.write(compared, "one", "two", new ImageSize(15, 20), folder.resolve("page.html"));
        assertThat(Jsoup.parse(folder.resolve("page.html").toFile())
                        .select("h2")
                        .eachText())
                .contains("Right before, wrong then: 1", "Without a label: 1");
    }

    @Test
    void eachImageNeedsBothAnswers() {
        assertThatThrownBy(() -> ModelComparison.of(compared(images, i -> Optional.empty()), List.of(), List.of()))
                .hasMessageContaining("5 images, but 0 and 0 predictions");
    }

    private static Prediction said(int label, float probability) {
        float[] probabilities = new float[CLASSES.size()];
        Arrays.fill(probabilities, (1 - probability) / 2);
        probabilities[label] = probability;
        return new Prediction(CLASSES, probabilities);
    }
}
