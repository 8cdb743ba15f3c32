package org.catalogtagger.streaming.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.catalogtagger.model.bundle.Brightness;
import org.catalogtagger.model.bundle.Calibration;
import org.catalogtagger.model.bundle.ConfusionMatrix;
import org.catalogtagger.streaming.accuracy.AccuracyCounter;
import org.catalogtagger.streaming.accuracy.AccuracyCounts;
import org.catalogtagger.streaming.accuracy.AccuracyCounts.Bin;
import org.catalogtagger.streaming.accuracy.AccuracyCounts.Row;
import org.catalogtagger.streaming.accuracy.ClassAccuracy;
import org.catalogtagger.streaming.accuracy.SampledTags;
import org.catalogtagger.streaming.accuracy.TagOutcome;
import org.junit.jupiter.api.Test;

class ModelBaselineTest {
    private static final List<Long> GRAY = Collections.nCopies(Brightness.BINS, 1L);

    private final ModelBaseline baseline = ModelBaseline.of(
            "v1",
            new ConfusionMatrix(List.of("a", "b", "c"), new long[][] {{5, 2, 0}, {0, 4, 0}, {1, 3, 0}}),
            new Brightness(GRAY),
            new Calibration(
                    List.of(
                            new Calibration.Bin(0, 0.5, 0, 0, 0),
                            new Calibration.Bin(0.5, 0.9, 40, 0.8, 0.75),
                            new Calibration.Bin(0.9, 0.95, 20, 0.94, 0.9),
                            new Calibration.Bin(0.95, 1, 30, 0.98, 1)),
                    0.02));

    @Test
    void classesAndWrongTagsAreThoseOfTheMatrix() {
        assertThat(baseline.classes())
                .containsExactly(
                        new ClassAccuracy("a", 7, 6, 5),
                        new ClassAccuracy("b", 4, 9, 4),
                        new ClassAccuracy("c", 4, 0, 0));
        assertThat(baseline.wrong())
                .isEqualTo(Map.of("a", new Row(Map.of("b", 2L)), "c", new Row(Map.of("a", 1L, "b", 3L))));
        assertThat(baseline.brightness()).isEqualTo(GRAY);
    }

    /** Those of a bundle from elsewhere, which has others than a stream. */
    @Test
    void imagesAreInTheBinOfTheirMeanConfidence() {
        assertThat(baseline.calibration()).hasSize(AccuracyCounts.BINS);
        assertThat(baseline.calibration().get(12)).isEqualTo(new Bin(40, 32, 30));
        assertThat(baseline.calibration().get(14).count()).isEqualTo(50);
        assertThat(baseline.calibration().get(14).confidence()).isCloseTo(48.2, within(1e-9));
        assertThat(baseline.calibration().get(14).correct()).isEqualTo(48);
    }

    @Test
    void theBinsOfOurBundlesAreThoseOfTags() {
        AccuracyCounter counter = new AccuracyCounter();
        List<Calibration.Answer> answers = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 1000; i++) {
            float confidence = random.nextFloat();
            boolean right = random.nextFloat() < confidence;
            answers.add(new Calibration.Answer(confidence, right));
            TagOutcome tag = new TagOutcome("v1", "", 0, confidence, List.of("a"), confidence, 200, false);
            counter.countLabelled(tag, right ? "a" : "b", SampledTags.NOT_DECLARED, 0, 1);
        }
        List<Bin> tested = ModelBaseline.of(
                        "v1", new ConfusionMatrix(List.of("a", "b")), Brightness.UNKNOWN, Calibration.of(answers))
                .calibration();
        List<Bin> tagged = counter.counts().bins();
        assertThat(tested).hasSameSizeAs(tagged);
        for (int i = 0; i < tested.size(); i++) {
            assertThat(tested.get(i).count()).isEqualTo(tagged.get(i).count());
            assertThat(tested.get(i).correct()).isEqualTo(tagged.get(i).correct());
            assertThat(tested.get(i).confidence()).isCloseTo(tagged.get(i).confidence(), within(1e-6));
        }
    }

    @Test
    void imagesAreBinnedAlikeInTestAndStream() {
        assertThat(Brightness.BINS).isEqualTo(AccuracyCounts.BRIGHTNESS_BINS);
    }

    /** Flink would take what it does not know to Kryo, which the job forbids. */
    @Test
    void flinkKnowsItsType() {
        SerializerConfigImpl strict = new SerializerConfigImpl();
        strict.setGenericTypes(false);
        assertThat(TypeInformation.of(ModelBaseline.class).createSerializer(strict))
                .isNotNull();
        assertThat(TypeInformation.of(WatchedModel.class).createSerializer(strict))
                .isNotNull();
    }
}
