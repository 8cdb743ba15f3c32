package org.catalogtagger.model.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ConfusionMatrixTest {
    private final ConfusionMatrix confusion =
            new ConfusionMatrix(List.of("a", "b", "c"), new long[][] {{8, 2, 0}, {1, 1, 0}, {0, 0, 0}});

    @Test
    void oneAnswerToImagesOfOneClassShowsNothing() {
        ConfusionMatrix one = new ConfusionMatrix(List.of("Ties", "Belts"));
        one.add(0, 0);
        assertThat(one.constantAnswer()).isEmpty();
        one.add(1, 0);
        assertThat(one.constantAnswer()).contains("Ties");
        one.add(1, 1);
        assertThat(one.constantAnswer()).isEmpty();
    }

    @Test
    void accuracyCountsImagesAndMacroRecallClasses() {
        assertThat(confusion.images()).isEqualTo(12);
        assertThat(confusion.accuracy()).isCloseTo(9 / 12.0, within(1e-12));
        assertThat(confusion.macroRecall()).as("c has no images").isCloseTo((0.8 + 0.5) / 2, within(1e-12));
    }

    @Test
    void rowsAreTheTruth() {
        confusion.add(2, 0);
        assertThat(confusion.perClass().get(2)).isEqualTo(new ConfusionMatrix.ClassAccuracy("c", 1, 0));
        assertThat(confusion.counts()[2]).containsExactly(1, 0, 0);
    }

    @Test
    void survivesJson() throws Exception {
        ConfusionMatrix read = Json.MAPPER.readValue(Json.MAPPER.writeValueAsString(confusion), ConfusionMatrix.class);
        assertThat(read.counts()).isDeepEqualTo(confusion.counts());
        assertThat(read.classes()).isEqualTo(confusion.classes());
    }

    @Test
    void refusesCountsThatAreNotSquare() {
        assertThatThrownBy(() -> new ConfusionMatrix(List.of("a", "b"), new long[][] {{1, 2}}))
                .hasMessageContaining("2 rows");
    }
}
