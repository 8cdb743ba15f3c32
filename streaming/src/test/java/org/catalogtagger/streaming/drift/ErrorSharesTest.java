package org.catalogtagger.streaming.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ErrorSharesTest {
    private static final List<String> CLASSES =
            IntStream.range(0, 30).mapToObj(i -> "class " + i).toList();

    private final ErrorShares shares = new ErrorShares();

    private double sum(String truth) {
        return CLASSES.stream().mapToDouble(label -> shares.share(truth, label)).sum();
    }

    @Test
    void sharesOfATruthAreOneAndNoneIsItsOwn() {
        shares.baseline(CLASSES, Map.of("class 1", Map.of("class 2", 5L, "class 3", 1L)));
        shares.add("class 4", "class 1", 1);
        for (String truth : CLASSES) {
            assertThat(sum(truth)).isCloseTo(1, within(1e-12));
            assertThat(shares.share(truth, truth)).isZero();
        }
        assertThat(shares.share("class 1", "class 2")).isGreaterThan(shares.share("class 1", "class 3"));
    }

    @Test
    void aTruthOfWhichNothingIsKnownIsLikeTheOthers() {
        shares.baseline(CLASSES, Map.of("class 1", Map.of("class 2", 1000L)));
        assertThat(shares.share("class 9", "class 2")).isCloseTo(1001.0 / 1030 / (1 - 1.0 / 1030), within(1e-12));
    }

    @Test
    void whatIsTakenBackIsForgotten() {
        shares.baseline(CLASSES, Map.of());
        double before = shares.share("class 1", "class 2");
        shares.add("class 1", "class 2", 3);
        assertThat(shares.share("class 1", "class 2")).isGreaterThan(before);
        shares.add("class 1", "class 2", -3);
        assertThat(shares.share("class 1", "class 2")).isEqualTo(before);
        shares.add("class 1", "class 2", -3);
        assertThat(shares.share("class 1", "class 2")).as("no less than none").isEqualTo(before);
    }

    @Test
    void whatTheTestSaysIsNotTakenBack() {
        shares.baseline(CLASSES, Map.of("class 1", Map.of("class 2", 5L)));
        double before = shares.share("class 1", "class 2");
        shares.add("class 1", "class 2", 3);
        shares.add("class 1", "class 2", -6);
        assertThat(shares.share("class 1", "class 2")).isEqualTo(before);
    }

    /** Of 200 classes there are 39,800 pairs. */
    @Test
    void ofTheRarestPairsSomeAreForgottenSoThatThereIsRoomForNewOnes() {
        List<String> many = IntStream.range(0, 200).mapToObj(i -> "class " + i).toList();
        shares.baseline(many, Map.of());
        for (String truth : many) {
            for (String label : many) {
                if (!truth.equals(label) && shares.isRoomFor(truth, label)) {
                    shares.add(truth, label, 1);
                }
            }
        }
        for (int i = 0; i < 50; i++) {
            if (shares.isRoomFor("class 199", "class 198")) {
                shares.add("class 199", "class 198", 1);
            }
        }
        assertThat(shares.share("class 199", "class 198")).isGreaterThan(0.2);
        assertThat(many.stream().mapToInt(truth -> shares.seen(truth).size()).sum())
                .isBetween(1, 20_000);
    }

    /** Wrong tags drawn from Dirichlet distributions, by Pólya's urn. */
    @Test
    void thePrecisionIsThatOfTheTest() {
        for (double precision : new double[] {1, 8, 64}) {
            SplittableRandom random = new SplittableRandom(1);
            Map<String, Map<String, Long>> wrong = new HashMap<>();
            for (String truth : CLASSES) {
                Map<String, Long> urn = new HashMap<>();
                for (int drawn = 0; drawn < 80; ) {
                    String label;
                    if (random.nextDouble() * (precision + drawn) < precision) {
                        label = CLASSES.get(random.nextInt(CLASSES.size()));
                    } else {
                        long of = random.nextInt(drawn);
                        label = "";
                        for (Map.Entry<String, Long> one : urn.entrySet()) {
                            of -= one.getValue();
                            if (of < 0) {
                                label = one.getKey();
                                break;
                            }
                        }
                    }
                    if (!label.equals(truth)) {
                        urn.merge(label, 1L, Long::sum);
                        drawn++;
                    }
                }
                wrong.put(truth, urn);
            }
            ErrorShares found = new ErrorShares();
            found.baseline(CLASSES, wrong);
            assertThat(found.precision()).isBetween(precision / 2, precision * 2);
        }
    }

    /** Of the Dirichlet-multinomial, by the chances of drawing one after the other. */
    @Test
    void theLikelihoodIsTheProductOfPredictions() {
        shares.baseline(List.of("a", "b", "c", "d"), Map.of());
        // From a: b, b, c; each of b, c and d is a third to begin with; precision 2.
        double product = (2 / 3.0) / 2 * ((2 / 3.0 + 1) / 3) * ((2 / 3.0) / 4);
        assertThat(shares.logLikelihood(Map.of("a", Map.of("b", 2L, "c", 1L)), 2))
                .isCloseTo(Math.log(product), within(1e-9));
    }

    @Test
    void aShareThatHasBecomeAnotherIsThatAndTheOthersKeepTheirProportions() {
        ErrorShares some = new ErrorShares();
        some.baseline(List.of("a", "b", "c", "d"), Map.of("a", Map.of("b", 30L, "c", 10L), "b", Map.of("a", 20L)));
        some.add("a", "d", 20);
        double[] before = {some.share("a", "b"), some.share("a", "c")};
        for (double share : new double[] {0.3, 0.6, 0.95}) {
            some.become("a", "d", share, 25);
            assertThat(some.share("a", "d")).isCloseTo(share, within(1e-9));
            assertThat(some.share("a", "b") + some.share("a", "c")).isCloseTo(1 - share, within(1e-9));
            assertThat(some.share("a", "b") > some.share("a", "c")).isEqualTo(before[0] > before[1]);
        }
        some.become("b", "c", 0.5, 1000);
        assertThat(some.share("b", "c")).isCloseTo(0.5, within(1e-9));
        assertThat(some.weight("b")).as("no more than was known").isLessThanOrEqualTo(20 + some.precision());
    }

    @Test
    void whatBecameAnotherStaysSoWhenAnotherDoes() {
        for (double first : new double[] {0.45, 0.6}) {
            double second = 0.9 - first;
            ErrorShares some = new ErrorShares();
            some.baseline(
                    List.of("a", "b", "c", "d", "e"), Map.of("a", Map.of("b", 10L, "c", 10L, "d", 60L, "e", 20L)));
            some.become("a", "b", first, 1000);
            some.become("a", "c", second, 1000);
            assertThat(some.share("a", "b")).isCloseTo(first, within(0.03));
            assertThat(some.share("a", "c")).isCloseTo(second, within(1e-9));
        }
    }

    @Test
    void ofATruthOfWhichNothingWasKnownAShareCanBecomeAnother() {
        ErrorShares some = new ErrorShares();
        some.baseline(List.of("a", "b", "c"), Map.of());
        some.become("a", "b", 0.8, 0);
        assertThat(some.share("a", "b")).isCloseTo(0.8, within(1e-9));
        assertThat(some.share("a", "c")).isCloseTo(0.2, within(1e-9));
        some.become("a", "a", 0.8, 0);
        assertThat(some.share("a", "a")).isZero();
    }
}
