package org.catalogtagger.training.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.catalogtagger.model.Prediction;
import org.catalogtagger.model.image.ImageFolder;
import org.catalogtagger.model.image.ImageSize;
import org.catalogtagger.training.dataset.LabelledImages.Image;
import org.catalogtagger.training.dataset.PackedImages;
import org.junit.jupiter.api.Test;

class ConfidentLearningTest {
    private static final List<String> CLASSES = List.of("a", "b", "c");
    private static final PackedImages PACKED = PackedImages.of(List.of(new byte[4]), new ImageSize(2, 2));

    private final List<Image> images = new ArrayList<>();
    private final List<Prediction> predictions = new ArrayList<>();

    private Set<Integer> unlearned = Set.of();

    private void add(int label, double a, double b, double c) {
        String name = "" + images.size();
        images.add(new Image(new ImageFolder.Entry(Path.of(name), label, name), label, PACKED, 0));
        predictions.add(new Prediction(CLASSES, new float[] {(float) a, (float) b, (float) c}));
    }

    private ConfidentLearning learning() {
        return new ConfidentLearning(new OutOfFold(images, predictions, unlearned), 3);
    }

    /** The models are sure of a (0.8 on average), and of b never more than a little (0.4 on average). */
    @Test
    void aClassIsDoubtedByTheThresholdOfTheOther() {
        add(0, 0.8, 0.1, 0.1);
        add(0, 0.8, 0.1, 0.1);
        add(1, 0.3, 0.4, 0.3);
        add(1, 0.3, 0.4, 0.3);
        add(2, 0.35, 0.4, 0.25); // As sure of b as of any b: a suspect.
        add(2, 0.7, 0.2, 0.1); // Likelier of a, but less sure of it than of any a: none.
        add(2, 0.1, 0.1, 0.8);
        List<ConfidentLearning.Suspect> suspects = learning().suspects();
        assertThat(suspects).singleElement().satisfies(suspect -> {
            assertThat(suspect.image()).isEqualTo(images.get(4));
            assertThat(suspect.suggested()).isEqualTo(1);
            assertThat(suspect.margin()).isCloseTo(0.15, within(1e-6));
        });
    }

    @Test
    void theSurestComeFirst() {
        for (int i = 0; i < 10; i++) {
            add(0, 0.6, 0.3, 0.1);
            add(1, 0.1, 0.6, 0.3);
        }
        add(0, 0.2, 0.7, 0.1);
        add(0, 0.05, 0.9, 0.05);
        assertThat(learning().suspects())
                .extracting(ConfidentLearning.Suspect::image)
                .containsExactly(images.get(21), images.get(20));
    }

    @Test
    void anOutlierIsUnlikeAllClasses() {
        for (int i = 0; i < 5; i++) {
            add(0, 0.9, 0.05, 0.05);
            add(1, 0.05, 0.9, 0.05);
            add(2, 0.05, 0.05, 0.9);
        }
        add(1, 0.45, 0.45, 0.1);
        assertThat(learning().outliers(9)).as("more than half as like as usual").isEmpty();
        add(0, 0.34, 0.33, 0.33);
        add(0, 0.36, 0.34, 0.3);
        assertThat(learning().outliers(9))
                .extracting(ConfidentLearning.Outlier::image)
                .containsExactly(images.get(16), images.get(17));
        assertThat(learning().outliers(1)).singleElement().satisfies(outlier -> assertThat(outlier.likeness())
                .isLessThan(0.5));
    }

    /** It is as sure of b as of any b, and surer of a, as the label says. */
    @Test
    void whatIsLikelierToBeWhatItsLabelSaysIsNoSuspect() {
        add(0, 0.9, 0.05, 0.05);
        add(0, 0.9, 0.05, 0.05);
        add(1, 0.35, 0.4, 0.25);
        add(1, 0.35, 0.4, 0.25);
        add(0, 0.45, 0.42, 0.13);
        assertThat(learning().suspects()).isEmpty();
    }

    /** The only image of c: no model that was asked of it knew any. */
    @Test
    void aClassThatNoModelCouldLearnMakesNoSuspects() {
        for (int i = 0; i < 5; i++) {
            add(0, 0.9, 0.08, 0.02);
            add(1, 0.08, 0.9, 0.02);
        }
        add(2, 0.6, 0.399, 0.001);
        add(1, 0.3, 0.34, 0.36);
        add(2, 0.34, 0.33, 0.33);
        unlearned = Set.of(2);
        assertThat(learning().suspects())
                .extracting(ConfidentLearning.Suspect::suggested)
                .doesNotContain(2);
        assertThat(learning().outliers(9))
                .extracting(ConfidentLearning.Outlier::image)
                .as("what its own class looks like is not known")
                .containsExactly(images.get(11));
    }
}
