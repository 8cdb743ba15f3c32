package org.catalogtagger.model.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.catalogtagger.model.bundle.Familiarity.Answer;
import org.junit.jupiter.api.Test;

class FamiliarityTest {
    private final Random random = new Random(4);

    /** Against the share that counting finds. */
    @Test
    void isTheShareOfTheTestsImagesWithLess() throws Exception {
        List<Answer> test = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            // The last two are rare.
            int label = i < 2940 ? random.nextInt(3) : 3 + i % 2;
            test.add(new Answer(label, (float) (5 * label + random.nextGaussian() * (1 + label))));
        }
        Familiarity familiarity =
                Json.MAPPER.readValue(Json.MAPPER.writeValueAsString(Familiarity.of(5, test)), Familiarity.class);
        for (int i = 0; i < 1000; i++) {
            int label = random.nextInt(3);
            float value = (float) (5 * label + random.nextGaussian() * (1 + label));
            double counted = test.stream()
                            .filter(answer -> answer.label() == label && answer.logSumExp() < value)
                            .count()
                    / (double) test.stream()
                            .filter(answer -> answer.label() == label)
                            .count();
            assertThat(familiarity.of(label, value)).isCloseTo((float) counted, within(0.03f));
        }
        assertThat(familiarity.of(0, -100)).isZero();
        assertThat(familiarity.of(0, 100)).isOne();
        double ofRare = test.stream()
                        .filter(answer -> answer.label() > 2 && answer.logSumExp() < 17)
                        .count()
                / 60.0;
        assertThat(familiarity.of(3, 17))
                .as("an answer that the test has too rarely")
                .isCloseTo((float) ofRare, within(0.05f));
    }

    @Test
    void allOfOneValueAreAsFamiliarAsCanBe() {
        Familiarity familiarity = Familiarity.of(1, Collections.nCopies(50, new Answer(0, 2)));
        assertThat(familiarity.of(0, 2)).isOne();
        assertThat(familiarity.of(0, 1.9f)).isZero();
    }

    @Test
    void isNotKnownOfFewImagesOrWithoutAValue() {
        Familiarity few = Familiarity.of(1, List.of(new Answer(0, 2)));
        assertThat(few.of(0, 2)).isNaN();
        assertThat(Familiarity.UNKNOWN.of(7, 2)).isNaN();
        assertThat(Familiarity.of(1, Collections.nCopies(50, new Answer(0, 2))).of(0, Float.NaN))
                .isNaN();
    }

    @Test
    void refusesWhatAreNoQuantiles() {
        List<Float> falling = new ArrayList<>(Collections.nCopies(20, 1f));
        falling.add(0f);
        for (List<Float> wrong : List.of(List.of(1f), falling, Collections.nCopies(21, Float.NaN))) {
            assertThatThrownBy(() -> new Familiarity(List.of(), wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("21 numbers that do not fall");
            assertThatThrownBy(() -> new Familiarity(List.of(wrong), List.of()))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
