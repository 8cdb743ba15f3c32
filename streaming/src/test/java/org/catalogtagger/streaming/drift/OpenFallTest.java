package org.catalogtagger.streaming.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Optional;
import java.util.SplittableRandom;
import org.catalogtagger.streaming.drift.DriftAlert.Kind;
import org.catalogtagger.streaming.drift.DriftAlert.Status;
import org.catalogtagger.streaming.drift.OpenFall.Recovery;
import org.junit.jupiter.api.Test;

/** When a fall is over, by a computation tag by tag, and how rarely one is said to be over that is not. */
class OpenFallTest {
    private static final double EVERY = 100_000;
    private static final BetaShare BEFORE = new BetaShare(850, 150);

    private static OpenFall fall() {
        return new OpenFall(
                new DriftAlert(Status.OPEN, Kind.ACCURACY, "Shirts", "", "test", 0.85, 0.6, "", 30, 0, 0, 0, 30, "v1"),
                BEFORE);
    }

    @Test
    void isOverWithTheNewestTagsThatSayEnough() {
        int found = 0;
        for (int seed = 0; seed < 20; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            TagHistory history = new TagHistory();
            boolean[] right = new boolean[300];
            for (int i = 0; i < right.length; i++) {
                right[i] = random.nextDouble() < (i < 60 ? 0.6 : 0.9);
                history.add(i, 1, right[i] ? 1 : 0);
                Optional<Recovery> expected = recovery(right, i + 1);
                Optional<Recovery> recovery = fall().recovery(history, 1, EVERY);
                // In so few tags none are thrown together that are newer than the last eight.
                if (expected.isPresent() && i - expected.get().since() < 8) {
                    assertThat(recovery).isPresent();
                }
                if (recovery.isPresent() && recovery.get().since() > 0) {
                    Recovery one = recovery.get();
                    assertThat(one.logEvidence()).isCloseTo(logEvidence(right, (int) one.since(), i + 1), within(1e-6));
                    assertThat(one.logEvidence()).isGreaterThanOrEqualTo(needed(right, (int) one.since()));
                    assertThat(one.tags()).isCloseTo((double) (i + 1 - one.since()), within(1e-9));
                    found++;
                    break;
                }
                assertThat(expected.filter(one -> recovery.isEmpty() && isEntry(history, one.since())))
                        .isEmpty();
            }
        }
        assertThat(found).isGreaterThanOrEqualTo(10);
    }

    private static boolean isEntry(TagHistory history, long since) {
        return history.entries().stream().anyMatch(entry -> entry.since() == since);
    }

    /** The newest beginning whose evidence is enough. */
    private static Optional<Recovery> recovery(boolean[] right, int tags) {
        for (int begin = tags - 1; begin > 0; begin--) {
            double evidence = logEvidence(right, begin, tags);
            if (guessed(right, begin) < BEFORE.mean() && evidence >= needed(right, begin)) {
                return Optional.of(new Recovery(begin, begin, tags - begin, 0, evidence));
            }
        }
        return Optional.empty();
    }

    /** Each tag makes the next of its kind more likely: before the fall, and since. */
    private static double logEvidence(boolean[] right, int begin, int end) {
        double a = BEFORE.right();
        double b = BEFORE.wrong();
        double c = 2 * 0.6;
        double d = 2 * 0.4;
        double sum = 0;
        for (int i = 0; i < end; i++) {
            if (i >= begin) {
                sum += Math.log((right[i] ? a : b) / (a + b)) - Math.log((right[i] ? c : d) / (c + d));
                a += right[i] ? 1 : 0;
                b += right[i] ? 0 : 1;
            }
            c += right[i] ? 1 : 0;
            d += right[i] ? 0 : 1;
        }
        return sum;
    }

    /** The accuracy since the fall, by the tags before a recovery. */
    private static double guessed(boolean[] right, int begin) {
        double sum = 2 * 0.6;
        for (int i = 0; i < begin; i++) {
            sum += right[i] ? 1 : 0;
        }
        return sum / (2 + begin);
    }

    private static double needed(boolean[] right, int begin) {
        double low = guessed(right, begin);
        double high = BEFORE.mean();
        return Math.log(
                Math.max(1, EVERY * (low * Math.log(low / high) + (1 - low) * Math.log((1 - low) / (1 - high)))));
    }

    /** Seeded: two hundred falls of a thousand tags, where one false end in some hundred thousand is stated. */
    @Test
    void aFallThatLastsIsNotOver() {
        int over = 0;
        for (int seed = 0; seed < 200; seed++) {
            SplittableRandom random = new SplittableRandom(1000 + seed);
            TagHistory history = new TagHistory();
            for (int i = 0; i < 1000; i++) {
                history.add(i, 1, random.nextDouble() < 0.6 ? 1 : 0);
                if (fall().recovery(history, 1, EVERY).isPresent()) {
                    over++;
                    break;
                }
            }
        }
        assertThat(over).isLessThanOrEqualTo(6);
    }
}
