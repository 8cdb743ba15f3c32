package org.catalogtagger.streaming.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.catalogtagger.model.bundle.Brightness;
import org.catalogtagger.model.bundle.ConfusionMatrix;
import org.catalogtagger.streaming.accuracy.AccuracyCounts;
import org.catalogtagger.streaming.accuracy.AccuracyCounts.Row;
import org.catalogtagger.streaming.accuracy.ClassAccuracy;
import org.junit.jupiter.api.Test;

class ModelBaselineTest {
    private static final List<Long> GRAY = Collections.nCopies(Brightness.BINS, 1L);

    private final ModelBaseline baseline = ModelBaseline.of(
            "v1",
            new ConfusionMatrix(List.of("a", "b", "c"), new long[][] {{5, 2, 0}, {0, 4, 0}, {1, 3, 0}}),
            new Brightness(GRAY));

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
    }
}
