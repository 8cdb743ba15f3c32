package org.catalogtagger.streaming.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.catalogtagger.streaming.accuracy.AccuracyCounter;
import org.catalogtagger.streaming.accuracy.SampledTags;
import org.catalogtagger.streaming.accuracy.TagOutcome;
import org.catalogtagger.streaming.drift.DriftAlert.Kind;
import org.catalogtagger.streaming.drift.DriftAlert.Status;
import org.catalogtagger.streaming.drift.LabelCohorts.Ready;
import org.junit.jupiter.api.Test;

class ConfusionMonitorsTest {
    private static final DriftSettings SETTINGS = DriftSettings.of(100_000, Duration.ZERO, 5000, 1000);
    private static final int CLASSES = 20;
    private static final int CHUNK = 50;
    private static final double ACCURACY = 0.85;

    private SplittableRandom random = new SplittableRandom(5);
    private ConfusionMonitors monitors = new ConfusionMonitors();

    /** By truth: the labels that its wrong tags have, of which the first is the likeliest. */
    private int[][] likeliest = new int[CLASSES][];

    private long time;

    private void begin(int seed, int testImages) {
        random = new SplittableRandom(seed);
        monitors = new ConfusionMonitors();
        time = 0;
        for (int truth = 0; truth < CLASSES; truth++) {
            int own = truth;
            int[] others =
                    IntStream.range(0, CLASSES).filter(label -> label != own).toArray();
            for (int i = others.length - 1; i > 0; i--) {
                int j = random.nextInt(i + 1);
                int swapped = others[i];
                others[i] = others[j];
                others[j] = swapped;
            }
            likeliest[truth] = others;
        }
        Map<String, Map<String, Long>> wrong = new HashMap<>();
        for (int i = 0; i < testImages; i++) {
            int truth = random.nextInt(CLASSES);
            int answer = answer(truth, ACCURACY);
            if (answer != truth) {
                wrong.computeIfAbsent(label(truth), t -> new HashMap<>()).merge(label(answer), 1L, Long::sum);
            }
        }
        monitors.baseline(
                IntStream.range(0, CLASSES)
                        .mapToObj(ConfusionMonitorsTest::label)
                        .toList(),
                wrong);
    }

    private static String label(int classIndex) {
        return "class " + classIndex;
    }

    private int answer(int truth, double accuracy) {
        if (random.nextDouble() < accuracy) {
            return truth;
        }
        int rank = 0;
        while (rank < CLASSES - 2 && random.nextDouble() < 0.6) {
            rank++;
        }
        return likeliest[truth][rank];
    }

    /** A model that answers so, and of whose wrong tags some have another label. */
    private interface Model {
        int answer(int truth);
    }

    private List<DriftAlert> run(int tags, IntUnaryOperator truths, Model model) {
        List<DriftAlert> alerts = new ArrayList<>();
        for (int i = 0; i < tags; i += CHUNK) {
            AccuracyCounter counter = new AccuracyCounter();
            for (int j = 0; j < CHUNK; j++) {
                int truth = truths.applyAsInt(i + j);
                count(counter, truth, model.answer(truth), 1);
            }
            alerts.addAll(add(counter, ++time));
        }
        return alerts;
    }

    private static void count(AccuracyCounter counter, int truth, int answer, int sign) {
        TagOutcome tag = new TagOutcome("v1", "", 0, 0.9f, List.of(label(answer)), 0.9f, 200, false);
        counter.countLabelled(tag, label(truth), SampledTags.NOT_DECLARED, 0, sign);
    }

    private List<DriftAlert> add(AccuracyCounter counter, long when) {
        return monitors.add(new Ready(when, LabelledTags.notAudited(counter.counts())), "v1", SETTINGS);
    }

    private int anyClass(int tag) {
        return random.nextInt(CLASSES);
    }

    private int asEver(int truth) {
        return answer(truth, ACCURACY);
    }

    /** A quarter of all wrong tags has the label of class 3. */
    private int swallowing(int truth) {
        int answer = asEver(truth);
        return answer != truth && truth != 3 && random.nextInt(4) == 0 ? 3 : answer;
    }

    @Test
    void saysNothingWhileNothingChanges() {
        int alerts = 0;
        for (int seed = 0; seed < 10; seed++) {
            begin(seed, 3000);
            alerts += run(100_000, this::anyClass, this::asEver).size();
        }
        assertThat(alerts).as("in a million tags").isLessThanOrEqualTo(1);
    }

    /** Of each class there are some five wrong tags in the test. */
    @Test
    void aTestOfFewImagesIsNotBelievedTooMuch() {
        int alerts = 0;
        for (int seed = 0; seed < 20; seed++) {
            begin(seed, 600);
            alerts += run(20_000, this::anyClass, this::asEver).size();
        }
        assertThat(alerts).isLessThanOrEqualTo(1);
    }

    @Test
    void namesTheClassThatTakesTheImagesOfOthersAndWhoseAndTellsWhenItIsOver() {
        int found = 0;
        for (int seed = 0; seed < 10; seed++) {
            begin(seed, 3000);
            assertThat(run(10_000, this::anyClass, this::asEver)).isEmpty();
            long before = time;
            List<DriftAlert> opened = run(2_000, this::anyClass, this::swallowing);
            found += opened.isEmpty() ? 0 : 1;
            if (!opened.isEmpty()) {
                DriftAlert alert = opened.get(0);
                assertThat(opened).hasSize(1);
                assertThat(alert.status()).isEqualTo(Status.OPEN);
                assertThat(alert.kind()).isEqualTo(Kind.CONFUSIONS);
                assertThat(alert.label()).isEqualTo("class 3");
                assertThat(alert.referenceValue()).isLessThan(0.15);
                assertThat(alert.currentValue()).isBetween(alert.referenceValue() + 0.05, alert.referenceValue() + 0.5);
                assertThat(alert.since()).isBetween(before - 60, before + 20);
                assertThat(alert.evidence()).contains("wrong tags where").contains(" are class ");
                assertThat(run(3_000, this::anyClass, this::swallowing))
                        .as("goes on")
                        .isEmpty();
                assertThat(monitors.open()).hasSize(1);
                assertThat(run(30_000, this::anyClass, this::asEver))
                        .singleElement()
                        .satisfies(over -> {
                            assertThat(over.status()).isEqualTo(Status.CLOSED);
                            assertThat(over.currentValue()).isCloseTo(over.referenceValue(), within(0.1));
                            assertThat(over.observations()).isPositive();
                        });
                assertThat(monitors.open()).isEmpty();
            }
        }
        assertThat(found).as("within 2,000 tags, 300 of them wrong").isGreaterThanOrEqualTo(9);
    }

    /** All images of class 5 that are wrong are said to be of class 6 now. */
    @Test
    void namesThePair() {
        begin(1, 3000);
        int usual = likeliest[5][0] == 6 ? 7 : 6;
        assertThat(run(10_000, this::anyClass, this::asEver)).isEmpty();
        List<DriftAlert> alerts = run(8_000, this::anyClass, truth -> {
            int answer = answer(truth, truth == 5 ? 0.5 : ACCURACY);
            return truth == 5 && answer != 5 ? usual : answer;
        });
        assertThat(alerts).extracting(DriftAlert::label).containsExactly(label(usual));
        assertThat(alerts.get(0).evidence()).containsPattern("of the last \\d+ \\d+ are class 5,");
    }

    @Test
    void runsOfOneClassAndFallsOfAccuracyAreNone() {
        for (int seed = 0; seed < 5; seed++) {
            begin(seed, 3000);
            assertThat(run(50_000, tag -> tag / 1000 * 7 % CLASSES, this::asEver))
                    .isEmpty();
            assertThat(run(20_000, this::anyClass, truth -> answer(truth, 0.5))).isEmpty();
        }
    }

    @Test
    void wrongTagsThatAreTakenBackLeaveNothing() {
        begin(2, 3000);
        List<DriftAlert> alerts = new ArrayList<>(run(5_000, this::anyClass, this::asEver));
        for (int batch = 0; batch < 50; batch++) {
            AccuracyCounter given = new AccuracyCounter();
            AccuracyCounter corrected = new AccuracyCounter();
            for (int i = 0; i < 8; i++) {
                count(given, 4, 9, 1);
                count(corrected, 4, 9, -1);
                count(corrected, 9, 9, 1);
            }
            alerts.addAll(add(given, ++time));
            alerts.addAll(add(corrected, time));
            alerts.addAll(run(200, this::anyClass, this::asEver));
        }
        assertThat(alerts).isEmpty();
    }

    /** As labels come that are sent by themselves: many at once. */
    @Test
    void manyTagsOfOneTimeAreAsManyOfSeveral() {
        for (int seed = 0; seed < 5; seed++) {
            begin(seed, 500);
            List<DriftAlert> alerts = new ArrayList<>();
            for (int cohort = 0; cohort < 5; cohort++) {
                alerts.addAll(runAtOnce(20_000, this::asEver));
            }
            assertThat(alerts).isEmpty();
            List<DriftAlert> opened = runAtOnce(20_000, this::swallowing);
            assertThat(opened).extracting(DriftAlert::label).containsExactly("class 3");
        }
    }

    private List<DriftAlert> runAtOnce(int tags, Model model) {
        AccuracyCounter counter = new AccuracyCounter();
        for (int i = 0; i < tags; i++) {
            int truth = anyClass(i);
            count(counter, truth, model.answer(truth), 1);
        }
        return add(counter, ++time);
    }

    /** 200 images that are said to be of class 4 and were called what they are. */
    @Test
    void corrections5000TagsLaterRaiseNoAlarmForOtherLabels() {
        begin(6, 3000);
        List<DriftAlert> alerts = new ArrayList<>(run(5_000, this::anyClass, this::asEver));
        AccuracyCounter taken = new AccuracyCounter();
        AccuracyCounter corrected = new AccuracyCounter();
        for (int i = 0; i < 200; i++) {
            int answer = answer(4, 0);
            count(taken, 4, answer, 1);
            count(corrected, 4, answer, -1);
            count(corrected, answer, answer, 1);
        }
        alerts.addAll(add(taken, ++time));
        long then = time;
        alerts.addAll(run(5_000, this::anyClass, this::asEver));
        alerts.addAll(add(corrected, then));
        alerts.addAll(run(20_000, this::anyClass, this::asEver));
        assertThat(alerts).isEmpty();
    }

    @Test
    void tagsOfAnOlderTimeAreCountedThere() {
        begin(7, 3000);
        List<DriftAlert> alerts = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            time += 100;
            long now = time;
            alerts.addAll(run(CHUNK, this::anyClass, this::asEver));
            time = now - 5_000 + random.nextInt(100);
            alerts.addAll(run(CHUNK, this::anyClass, this::asEver));
            time = now;
        }
        assertThat(alerts).isEmpty();
    }

    /** Labels that the model has not are not its errors of confusing two classes. */
    @Test
    void classesThatTheModelDoesNotKnowAreLeftOut() {
        begin(3, 3000);
        AccuracyCounter counter = new AccuracyCounter();
        for (int i = 0; i < 200; i++) {
            count(counter, CLASSES + 1, 3, 1);
        }
        assertThat(add(counter, ++time)).isEmpty();
    }

    /** By its definition: the sum over all wrong tags of the share that a label had of their truths' just before. */
    @Test
    void whatIsToBeExpectedIsTheSumOfShares() {
        begin(4, 500);
        ErrorShares shares = new ErrorShares();
        shares.baseline(
                IntStream.range(0, CLASSES)
                        .mapToObj(ConfusionMonitorsTest::label)
                        .toList(),
                Map.of("class 1", Map.of("class 2", 3L, "class 4", 1L)));
        ConfusionMonitors watched = new ConfusionMonitors();
        watched.baseline(
                IntStream.range(0, CLASSES)
                        .mapToObj(ConfusionMonitorsTest::label)
                        .toList(),
                Map.of("class 1", Map.of("class 2", 3L, "class 4", 1L)));
        double[] expected = new double[CLASSES];
        for (int i = 0; i < 300; i++) {
            int truth = anyClass(i);
            int answer = answer(truth, 0);
            for (int label = 0; label < CLASSES; label++) {
                expected[label] += shares.share(label(truth), label(label));
            }
            shares.add(label(truth), label(answer), 1);
            AccuracyCounter counter = new AccuracyCounter();
            count(counter, truth, answer, 1);
            watched.add(new Ready(i, LabelledTags.notAudited(counter.counts())), "v1", SETTINGS);
        }
        assertThat(Arrays.stream(expected).sum())
                .as("each wrong tag has one label")
                .isCloseTo(300, within(1e-6));
        for (int label = 0; label < CLASSES; label++) {
            assertThat(watched.expected(label(label))).isCloseTo(expected[label], within(1e-6));
        }
    }

    /** Of those that are found: what is accepted soon after it is, and after a while. */
    @Test
    void anAcceptedRiseIsUsualAndAFurtherOneIsNot() {
        int again = 0;
        int further = 0;
        int found = 0;
        for (int seed = 0; seed < 10; seed++) {
            begin(seed, 3000);
            run(10_000, this::anyClass, this::asEver);
            if (run(seed % 2 == 0 ? 2_000 : 10_000, this::anyClass, this::swallowing)
                    .isEmpty()) {
                continue;
            }
            found++;
            assertThat(monitors.accept("class 3", time)).hasValueSatisfying(closed -> {
                assertThat(closed.status()).isEqualTo(Status.CLOSED);
                assertThat(closed.evidence()).isEqualTo(DriftAlert.ACCEPTED);
                assertThat(closed.currentValue()).isGreaterThan(closed.referenceValue());
            });
            assertThat(monitors.open()).isEmpty();
            assertThat(monitors.accept("class 3", time)).as("once").isEmpty();
            again += run(40_000, this::anyClass, this::swallowing).size();
            further += run(6_000, this::anyClass, this::swallowingMore).stream()
                            .anyMatch(alert -> alert.label().equals("class 3"))
                    ? 1
                    : 0;
        }
        assertThat(found).isGreaterThanOrEqualTo(8);
        assertThat(again).as("in 400,000 tags").isZero();
        assertThat(further).isGreaterThanOrEqualTo(found - 1);
    }

    /** Two thirds of all wrong tags. */
    private int swallowingMore(int truth) {
        int answer = asEver(truth);
        return answer != truth && truth != 3 && random.nextInt(3) > 0 ? 3 : answer;
    }

    @Test
    void anAcceptedPairIsUsualOfThatTruth() {
        begin(1, 3000);
        int usual = likeliest[5][0] == 6 ? 7 : 6;
        Model pair = truth -> {
            int answer = answer(truth, truth == 5 ? 0.5 : ACCURACY);
            return truth == 5 && answer != 5 ? usual : answer;
        };
        run(10_000, this::anyClass, this::asEver);
        assertThat(run(8_000, this::anyClass, pair)).hasSize(1);
        assertThat(monitors.accept(label(usual), time)).isPresent();
        assertThat(run(30_000, this::anyClass, pair)).isEmpty();
        assertThat(run(5_000, tag -> 5, pair)).as("a run of it").isEmpty();
        assertThat(run(20_000, this::anyClass, this::asEver))
                .as("it ends, and its images have the labels again that they had")
                .extracting(DriftAlert::label)
                .doesNotContain(label(usual));
    }
}
