package org.catalogtagger.streaming.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.catalogtagger.streaming.accuracy.ClassAccuracy;
import org.junit.jupiter.api.Test;

class PooledBaselineTest {
    private static BetaShare share(Map<String, BetaShare> baselines, String label) {
        return Objects.requireNonNull(baselines.get(label), label);
    }

    private static ClassAccuracy of(String label, long images, long right) {
        return new ClassAccuracy(label, images, images, right);
    }

    @Test
    void fewImagesBorrowAndManyDoNot() {
        Map<String, BetaShare> baselines = PooledBaseline.of(
                List.of(of("rare", 2, 0), of("a", 300, 270), of("b", 300, 240), of("c", 300, 285), of("d", 300, 255)));
        BetaShare rare = share(baselines, "rare");
        assertThat(rare.mean()).as("not 0").isBetween(0.5, 0.9);
        assertThat(rare.tags()).as("nor sure").isLessThan(105);
        assertThat(share(baselines, "b").mean()).isCloseTo(0.8, within(0.03));
    }

    /** Accuracies from Beta(12, 3): fifteen images of others are worth as much as the knowledge of that. */
    @Test
    void borrowsAsMuchAsClassesAreAlike() {
        SplittableRandom random = new SplittableRandom(1);
        List<ClassAccuracy> test = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            // The 12th smallest of 14 uniform numbers is Beta(12, 3).
            double accuracy = random.doubles(14).sorted().skip(11).findFirst().orElseThrow();
            test.add(of(
                    "class " + i,
                    50,
                    random.doubles(50).filter(x -> x < accuracy).count()));
        }
        test.add(of("unseen", 0, 0));
        BetaShare unseen = share(PooledBaseline.of(test), "unseen");
        assertThat(unseen.mean()).isCloseTo(0.8, within(0.01));
        assertThat(unseen.tags()).isCloseTo(15, within(1.5));
    }

    @Test
    void noTestIsSurerThanLabelsAre() {
        BetaShare share = share(PooledBaseline.of(List.of(of("a", 1_000_000, 900_000), of("b", 100, 90))), "a");
        double deviation = Math.sqrt(share.mean() * (1 - share.mean()) / share.tags());
        assertThat(deviation).isCloseTo(0.015, within(0.003));
    }

    @Test
    void theOnlyClassBorrowsFromNone() {
        BetaShare only = share(PooledBaseline.of(List.of(of("a", 1000, 850))), "a");
        assertThat(only.mean()).isCloseTo(0.85, within(0.005));
        assertThat(only.tags()).isBetween(300.0, 1002.0);
    }

    @Test
    void aModelWithoutATestIsWatchedNevertheless() {
        assertThat(share(PooledBaseline.of(List.of(of("a", 0, 0))), "a").mean()).isBetween(0.0, 1.0);
    }
}
