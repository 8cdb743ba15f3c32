package org.catalogtagger.training.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.catalogtagger.model.bundle.ConfusionMatrix;
import org.junit.jupiter.api.Test;

class AccuracyTableTest {
    @Test
    void nothingIsSaidOfAClassWithoutImages() {
        ConfusionMatrix confusion = new ConfusionMatrix(List.of("Ties", "Umbrellas", "Belts"));
        confusion.add(0, 0);
        confusion.add(0, 2);
        confusion.add(2, 0);
        assertThat(AccuracyTable.of(confusion).lines())
                .containsExactly(
                        "class        images   correct   accuracy",
                        "Ties              2         1     50.0 %",
                        "Umbrellas         0         0          -",
                        "Belts             1         0      0.0 %",
                        "accuracy 33.33 %, macro recall 25.00 %, 3 images");
    }
}
