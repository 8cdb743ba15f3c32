package org.catalogtagger.training.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.catalogtagger.model.Prediction;
import org.catalogtagger.model.bundle.Calibration;
import org.catalogtagger.model.bundle.ConfusionMatrix;
import org.catalogtagger.model.image.ImageFolder;
import org.catalogtagger.model.image.ImageSize;
import org.catalogtagger.training.dataset.LabelledImages.Image;
import org.catalogtagger.training.dataset.PackedImages;
import org.junit.jupiter.api.Test;

class CalibrationTest {
    private static final List<String> CLASSES = List.of("Ties", "Belts");

    @Test
    void countsHowSureAndHowRight() {
        Calibration calibration = evaluation(
                        answer(0, 0.99f), answer(0, 0.97f), answer(1, 0.98f), answer(0, 0.61f), answer(1, 0.65f))
                .calibration();
        Calibration.Bin sure = calibration.bins().get(14);
        assertThat(sure.images()).isEqualTo(3);
        assertThat(sure.confidence()).isCloseTo(0.98, within(1e-6));
        assertThat(sure.accuracy()).isCloseTo(2.0 / 3, within(1e-9));
        assertThat(calibration.bins().get(9).images()).isEqualTo(2);
        double expected = (3 * (0.98 - 2.0 / 3) + 2 * (0.63 - 0.5)) / 5;
        assertThat(calibration.expectedCalibrationError()).isCloseTo(expected, within(1e-6));
    }

    @Test
    void tellsHowOftenAnAnswerOfSuchConfidenceIsRight() {
        Calibration calibration = Calibration.of(Collections.nCopies(98, new Calibration.Answer(0.9, true)));
        assertThat(calibration.accuracyAt(0.91))
                .as("98 right, and 2 of which 91 % are")
                .isCloseTo(0.9982, within(1e-9));
        assertThat(calibration.accuracyAt(0.3)).as("nothing is known of such").isEqualTo(0.3);
        assertThat(Calibration.UNKNOWN.accuracyAt(0.91)).isEqualTo(0.91);
    }

    @Test
    void wilsonIntervalIsThatOfTheLiterature() {
        ConfusionMatrix confusion = new ConfusionMatrix(CLASSES, new long[][] {{81, 182}, {0, 0}});
        ClassResult ties = ClassResult.of(confusion).get(0);
        // Newcombe, 1998, table I, method 3: 81 of 263.
        assertThat(ties.lower()).isCloseTo(0.2553, within(1e-4));
        assertThat(ties.upper()).isCloseTo(0.3662, within(1e-4));
        assertThat(ties.precision()).isEqualTo(1);
        ClassResult belts = ClassResult.of(confusion).get(1);
        assertThat(belts.recall()).isZero();
        assertThat(belts.lower()).isZero();
        assertThat(belts.upper()).as("nothing is known").isEqualTo(1);
    }

    /** Of an image of class 0. */
    private static Prediction answer(int answer, float confidence) {
        float[] probabilities = new float[2];
        probabilities[answer] = confidence;
        probabilities[1 - answer] = 1 - confidence;
        return new Prediction(CLASSES, probabilities);
    }

    private static Evaluation evaluation(Prediction... predictions) {
        PackedImages packed = PackedImages.of(List.of(new byte[1]), new ImageSize(1, 1));
        Image image = new Image(new ImageFolder.Entry(Path.of("x"), 0, "x"), 0, packed, 0);
        List<Image> images = Collections.nCopies(predictions.length, image);
        return new Evaluation(images, List.of(predictions), new ConfusionMatrix(CLASSES));
    }
}
