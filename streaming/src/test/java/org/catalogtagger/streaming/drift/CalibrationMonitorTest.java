package org.catalogtagger.streaming.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.catalogtagger.streaming.accuracy.AccuracyCounter;
import org.catalogtagger.streaming.accuracy.AccuracyCounts;
import org.catalogtagger.streaming.accuracy.AccuracyCounts.Bin;
import org.catalogtagger.streaming.accuracy.SampledTags;
import org.catalogtagger.streaming.accuracy.TagOutcome;
import org.catalogtagger.streaming.drift.DriftAlert.Kind;
import org.catalogtagger.streaming.drift.DriftAlert.Status;
import org.catalogtagger.streaming.drift.LabelCohorts.Ready;
import org.junit.jupiter.api.Test;

class CalibrationMonitorTest {
    private static final DriftSettings SETTINGS = DriftSettings.of(100_000, Duration.ZERO, 5000, 1000);
    private static final double USUAL = 2.7;
    private static final double HARD = 0.5;

    private final SplittableRandom random = new SplittableRandom(11);
    private CalibrationMonitor monitor = new CalibrationMonitor();
    private long time;
    private long tags;
    private long right;
    private boolean mayHaveFallen = true;

    private record Tag(double confidence, boolean right) {}

    /** As sure as it is right, and the harder the less; but for what it does not see. */
    private Tag tag(double logit, double hidden) {
        double own = logit + 1.5 * random.nextGaussian();
        return new Tag(sigmoid(own), random.nextDouble() < sigmoid(own + hidden));
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    private Tag tagOf(double confidence, double accuracy) {
        return new Tag(confidence, random.nextDouble() < accuracy);
    }

    private static void count(AccuracyCounter counter, Tag tag, boolean right, int sign) {
        float confidence = (float) tag.confidence;
        TagOutcome outcome = new TagOutcome("v1", "", 0, confidence, List.of("Ties"), confidence, 200, false);
        counter.countLabelled(outcome, right ? "Ties" : "Shirts", SampledTags.NOT_DECLARED, 0, sign);
    }

    private List<DriftAlert> add(AccuracyCounter counter, long at) {
        LabelledTags labelled = LabelledTags.notAudited(counter.counts());
        return monitor.add(new Ready(at, labelled), "v1", SETTINGS, since -> mayHaveFallen).stream()
                .toList();
    }

    private List<DriftAlert> run(int count, int atATime, Supplier<Tag> draw) {
        List<DriftAlert> alerts = new ArrayList<>();
        for (int i = 0; i < count; i += atATime) {
            AccuracyCounter counter = new AccuracyCounter();
            for (int j = 0; j < atATime; j++) {
                Tag tag = draw.get();
                count(counter, tag, tag.right, 1);
                tags++;
                right += tag.right ? 1 : 0;
            }
            alerts.addAll(add(counter, ++time));
        }
        return alerts;
    }

    private void test(int images, Supplier<Tag> draw) {
        AccuracyCounter counter = new AccuracyCounter();
        for (int i = 0; i < images; i++) {
            Tag tag = draw.get();
            count(counter, tag, tag.right, 1);
        }
        monitor.baseline(counter.counts().bins());
    }

    private double accuracy() {
        double accuracy = (double) right / tags;
        tags = 0;
        right = 0;
        return accuracy;
    }

    /** Also within bins, of which nine in ten tags of a good model lie in the last. */
    @Test
    void runsOfHardImagesWhoseConfidenceSaysSoAreNoFall() {
        test(2000, () -> tag(USUAL, 0));
        for (int i = 0; i < 20; i++) {
            assertThat(run(2000, 50, () -> tag(USUAL, 0))).isEmpty();
            assertThat(accuracy()).isGreaterThan(0.85);
            assertThat(run(600, 50, () -> tag(HARD, 0))).isEmpty();
            assertThat(accuracy()).isLessThan(0.67);
        }
        assertThat(run(20_000, 50, () -> tag(HARD, 0))).as("for good").isEmpty();
    }

    /** Unless the mean confidence within a bin counts: a third of the last bin's tags is right less often than in the test. */
    @Test
    void tagsAreLessSureWithinABinToo() {
        test(4000, () -> tagOf(0.99, 0.99));
        assertThat(run(20_000, 50, () -> tagOf(0.99, 0.99))).isEmpty();
        assertThat(run(20_000, 50, () -> tagOf(0.945, 0.945))).isEmpty();
        assertThat(run(2_000, 50, () -> tagOf(0.945, 0.88))).hasSize(1);
    }

    @Test
    void anOverconfidentModelIsFoundWithinAFewHundredTags() {
        test(2000, () -> tagOf(0.9, 0.9));
        assertThat(run(5000, 50, () -> tagOf(0.9, 0.9))).isEmpty();
        long before = time;
        DriftAlert alert = run(250, 50, () -> tagOf(0.9, 0.7)).get(0);
        assertThat(alert.status()).isEqualTo(Status.OPEN);
        assertThat(alert.kind()).isEqualTo(Kind.CALIBRATION);
        assertThat(alert.label()).isEmpty();
        assertThat(alert.reference()).isEqualTo("test-and-past");
        assertThat(alert.referenceValue()).isCloseTo(0.9, within(0.02));
        assertThat(alert.currentValue())
                .as("of tags since the likeliest moment")
                .isBetween(0.6, 0.86);
        assertThat(before + 1).isBetween(alert.sinceEarliest(), alert.sinceLatest());
        assertThat(alert.evidence())
                .containsPattern("more than needed; of tags so sure [89]\\d\\.\\d % were to be expected")
                .endsWith("; the model is 90.0 % sure of them");
        assertThat(monitor.open()).contains(alert);
    }

    @Test
    void noneIsToldOfWhileTheClassesHaveNotFallen() {
        test(2000, () -> tagOf(0.9, 0.9));
        run(5000, 50, () -> tagOf(0.9, 0.9));
        mayHaveFallen = false;
        assertThat(run(1000, 50, () -> tagOf(0.9, 0.7))).isEmpty();
        mayHaveFallen = true;
        assertThat(run(100, 50, () -> tagOf(0.9, 0.7))).hasSize(1);
    }

    @Test
    void aFallThatIsOverIsNotLearned() {
        test(2000, () -> tagOf(0.9, 0.9));
        run(5000, 50, () -> tagOf(0.9, 0.9));
        assertThat(run(4000, 50, () -> tagOf(0.9, 0.7))).hasSize(1);
        DriftAlert over = run(2000, 50, () -> tagOf(0.9, 0.9)).get(0);
        assertThat(over.status()).isEqualTo(Status.CLOSED);
        assertThat(over.evidence()).isEqualTo("as is to be expected of tags so sure again");
        assertThat(over.currentValue()).isCloseTo(0.9, within(0.06));
        assertThat(monitor.open()).isEmpty();
        assertThat(run(1000, 50, () -> tagOf(0.9, 0.7)).get(0).referenceValue()).isCloseTo(0.9, within(0.01));
    }

    @Test
    void aFallFromTheFirstTagOnIsOneAgainstTheTest() {
        test(2000, () -> tag(USUAL, 0));
        assertThat(run(3000, 50, () -> tag(USUAL, -1.2)))
                .singleElement()
                .satisfies(alert -> assertThat(alert.reference()).isEqualTo("test"));
    }

    /** What the test says of how sure the model is counts, and not how sure it is. */
    @Test
    void aModelThatWasOverconfidentInItsTestIsAsWasToBeExpected() {
        test(2000, () -> tag(USUAL, -1));
        assertThat(run(20_000, 50, () -> tag(USUAL, -1))).isEmpty();
    }

    @Test
    void withoutATestTagsAreComparedWithThoseBefore() {
        monitor.baseline(List.of());
        assertThat(run(10_000, 50, () -> tag(USUAL, -1)))
                .as("overconfident from the first on")
                .isEmpty();
        assertThat(run(2000, 50, () -> tag(USUAL, -2.2)).get(0).reference()).isEqualTo("tags-before");
    }

    @Test
    void aTestThatComesAgainIsTheSame() {
        test(2000, () -> tagOf(0.9, 0.9));
        test(2000, () -> tagOf(0.9, 0.5));
        assertThat(run(500, 50, () -> tagOf(0.9, 0.6))).hasSize(1);
    }

    @Test
    void anAcceptedLevelIsUsualAndAFurtherFallIsFound() {
        test(2000, () -> tag(USUAL, 0));
        run(10_000, 50, () -> tag(USUAL, 0));
        run(3000, 50, () -> tag(USUAL, -1));
        assertThat(monitor.accept(time)).hasValueSatisfying(closed -> {
            assertThat(closed.status()).isEqualTo(Status.CLOSED);
            assertThat(closed.evidence()).isEqualTo(DriftAlert.ACCEPTED);
            assertThat(closed.currentValue()).isCloseTo(0.73, within(0.05));
        });
        assertThat(monitor.open()).isEmpty();
        assertThat(monitor.accept(time)).as("once").isEmpty();
        assertThat(run(40_000, 50, () -> tag(USUAL, -1))).isEmpty();
        double accepted = accuracy();
        DriftAlert further = run(2000, 50, () -> tag(USUAL, -2)).get(0);
        assertThat(further.reference()).isEqualTo("tags-before");
        assertThat(further.referenceValue()).isCloseTo(accepted, within(0.1));
    }

    /** Tags that are taken for right, and corrected later; and one that is taken for wrong, which was right. */
    @Test
    void correctionsLeaveNoEvidence() {
        test(2000, () -> tag(USUAL, 0));
        assertThat(run(5000, 50, () -> tag(USUAL, 0))).isEmpty();
        for (int batch = 0; batch < 50; batch++) {
            AccuracyCounter taken = new AccuracyCounter();
            AccuracyCounter corrected = new AccuracyCounter();
            for (int i = 0; i < 20; i++) {
                Tag tag = tag(USUAL, 0);
                count(taken, tag, true, 1);
                count(corrected, tag, true, -1);
                count(corrected, tag, tag.right, 1);
            }
            Tag sure = new Tag(0.99, true);
            count(taken, sure, false, 1);
            count(corrected, sure, false, -1);
            count(corrected, sure, true, 1);
            long then = ++time;
            assertThat(add(taken, then)).isEmpty();
            assertThat(add(corrected, then)).isEmpty();
            assertThat(run(500, 50, () -> tag(USUAL, 0))).isEmpty();
        }
    }

    /** In a million tags of many streams; a stream has so few that most of it is a beginning. */
    @Test
    void falseAlarmsAreRare() {
        int alarms = 0;
        for (int stream = 0; stream < 100; stream++) {
            monitor = new CalibrationMonitor();
            test(600, () -> tag(USUAL, 0));
            alarms += run(5_000, 50, () -> tag(USUAL, 0)).size();
        }
        assertThat(alarms).as("alerts and their ends").isLessThanOrEqualTo(2);
    }

    /** Each tag by itself, from definitions: what is known of its bin before it, and how likely it is with each fall and without. */
    @Test
    void evidenceIsTheProductOfTheLikelihoodRatiosOfTagsGivenThoseBefore() {
        int[] images = {100, 60};
        int[] imagesRight = {90, 33};
        double[] confidences = {0.9, 0.57};
        List<Bin> test = new ArrayList<>(Collections.nCopies(AccuracyCounts.BINS, new Bin(0, 0, 0)));
        for (int i = 0; i < 2; i++) {
            test.set(
                    (int) (confidences[i] * AccuracyCounts.BINS),
                    new Bin(images[i], images[i] * confidences[i], imagesRight[i]));
        }
        monitor.baseline(test);
        double[] tagsOfBin = new double[2];
        double[] rightOfBin = new double[2];
        double[] sureOfBin = new double[2];
        double[] falls = {0.35, 0.64, 1.12, 1.94};
        double[] weights = {0.4, 0.2, 0.25, 0.15};
        List<double[]> seen = new ArrayList<>();
        List<DriftAlert> alerts = new ArrayList<>();
        while (alerts.isEmpty()) {
            int bin = random.nextInt(2);
            double sure = confidences[bin] + 0.04 * (random.nextDouble() - 0.5);
            Tag tag = tagOf(sure, seen.size() < 600 ? sure : sure - 0.3);
            double worth = 1 / monitor.dispersion();
            double known = images[bin] + 2 + worth * tagsOfBin[bin];
            double share = (imagesRight[bin] + 2 * confidences[bin] + worth * rightOfBin[bin]) / known;
            double usual = ((images[bin] + 2) * confidences[bin] + worth * sureOfBin[bin]) / known;
            double expected = sure > usual
                    ? Math.min(share + sure - usual, 1 - (1 - share) * (1 - sure) / (1 - usual))
                    : Math.max(share + sure - usual, share * sure / usual);
            double[] logRatios = new double[falls.length];
            for (int i = 0; i < falls.length; i++) {
                double fallen = sigmoid(Math.log(expected / (1 - expected)) - falls[i]);
                logRatios[i] = Math.log(tag.right ? fallen / expected : (1 - fallen) / (1 - expected));
            }
            seen.add(logRatios);
            tagsOfBin[bin]++;
            rightOfBin[bin] += tag.right ? 1 : 0;
            sureOfBin[bin] += sure;
            alerts.addAll(run(1, 1, () -> tag));
        }
        List<double[]> since = seen.subList((int) alerts.get(0).since() - 1, seen.size());
        double likelihood = 0;
        for (int i = 0; i < falls.length; i++) {
            int fall = i;
            double sum = since.stream().mapToDouble(ratios -> ratios[fall]).sum();
            likelihood += weights[i] * Math.exp(sum / monitor.dispersion());
        }
        double told = Double.parseDouble(alerts.get(0).evidence().split(" ", 2)[0]);
        assertThat(told).isCloseTo(10 * Math.log10(likelihood), within(0.5 + 1e-3));
        assertThat(since).hasSizeBetween(20, 200);
    }
}
