package org.catalogtagger.streaming.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.catalogtagger.streaming.accuracy.AccuracyCounter;
import org.catalogtagger.streaming.accuracy.ClassAccuracy;
import org.catalogtagger.streaming.accuracy.SampledTags;
import org.catalogtagger.streaming.accuracy.TagOutcome;
import org.catalogtagger.streaming.drift.DriftAlert.Status;
import org.catalogtagger.streaming.drift.LabelCohorts.Ready;
import org.junit.jupiter.api.Test;

class AccuracyMonitorsTest {
    private static final DriftSettings SETTINGS = DriftSettings.of(100_000, Duration.ZERO, 5000, 1000);
    private static final int CLASSES = 20;
    private static final int HAVE_FALLEN = 15;

    private final SplittableRandom random = new SplittableRandom(3);
    private final AccuracyMonitors monitors = new AccuracyMonitors();
    private long time;

    private int countsAtATime = 1;

    private void test(int images) {
        monitors.baseline(IntStream.range(0, CLASSES)
                .mapToObj(i -> new ClassAccuracy("class " + i, images, images, Math.round(0.85 * images)))
                .toList());
    }

    private List<DriftAlert> run(int tags, IntToDoubleFunction accuracyOfClass) {
        List<DriftAlert> alerts = new ArrayList<>();
        for (int i = 0; i < tags; i += 50) {
            AccuracyCounter counter = new AccuracyCounter();
            for (int j = 0; j < 50; j++) {
                int truth = random.nextInt(CLASSES);
                boolean right = random.nextDouble() < accuracyOfClass.applyAsDouble(truth);
                String answer = "class " + (right ? truth : (truth + 1) % CLASSES);
                TagOutcome tag = new TagOutcome("v1", "", time, 0.9f, List.of(answer), 0.9f, 200, false);
                counter.countLabelled(tag, "class " + truth, SampledTags.NOT_DECLARED, 0, 1);
            }
            time += i / 50 % countsAtATime == 0 ? 1 : 0;
            alerts.addAll(monitors.add(new Ready(time, LabelledTags.notAudited(counter.counts())), "v1", SETTINGS));
        }
        return alerts;
    }

    private static LabelledTags declaredOf(AccuracyCounter counter) {
        return LabelledTags.notAudited(counter.counts()).declaredOnly();
    }

    @Test
    void aFallOfAllSaysOfWhichClassesItIs() {
        test(300);
        run(5_000, truth -> 0.85);
        DriftAlert alert = ofAll(run(3_000, truth -> truth == 7 ? 0.3 : truth == 8 ? 0.5 : 0.8));
        assertThat(alert.evidence()).containsPattern("of \\d+ right ones that are missing: \\d+ of class 7, \\d+ of ");
        assertThat(monitors.open()).contains(alert);
    }

    /** A bundle may have 4,096. */
    @Test
    void ofThousandsOfClassesEachIsWatched() {
        int many = 4096;
        monitors.baseline(IntStream.range(0, many)
                .mapToObj(i -> new ClassAccuracy("class " + i, 100, 100, 85))
                .toList());
        assertThat(monitors.detectionDelays(SETTINGS)).hasSize(many);
        test(300);
        assertThat(monitors.detectionDelays(SETTINGS)).as("told again").hasSize(many);
        AccuracyCounter counter = new AccuracyCounter();
        for (int i = 0; i < 200; i++) {
            TagOutcome tag = new TagOutcome("v1", "", 0, 0.9f, List.of("class 0"), 0.9f, 200, false);
            counter.countLabelled(tag, "class 4095", SampledTags.NOT_DECLARED, 0, 1);
        }
        List<DriftAlert> alerts = monitors.add(new Ready(1, LabelledTags.notAudited(counter.counts())), "v1", SETTINGS);
        assertThat(alerts).extracting(DriftAlert::label).contains("class 4095");
    }

    private static DriftAlert ofAll(List<DriftAlert> alerts) {
        return alerts.stream()
                .filter(alert -> alert.label().isEmpty())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aSmallFallOfAllIsFoundWhereNoClassShowsIt() {
        test(300);
        assertThat(run(20_000, truth -> 0.85)).isEmpty();
        List<DriftAlert> alerts = run(4_000, truth -> 0.8);
        DriftAlert alert = ofAll(alerts);
        assertThat(alert.referenceValue()).isCloseTo(0.85, within(0.01));
        assertThat(alert.currentValue()).isBetween(0.74, 0.83);
        assertThat(run(6_000, truth -> 0.85))
                .filteredOn(over -> over.label().isEmpty())
                .singleElement()
                .satisfies(over -> {
                    assertThat(over.status()).isEqualTo(Status.CLOSED);
                    assertThat(over.currentValue()).isBetween(0.82, 0.88);
                    assertThat(over.observations()).isBetween(500L, 6_000L);
                    assertThat(over.evidence()).isEqualTo("as is to be expected of these classes again");
                });
    }

    /**
     * Products in runs of 20 to 100 of one class, which are photographed better or worse: each stream begins anew. A share of alarms of one in ten
     * would do; while tags were taken for independent at first it was one in three.
     */
    @Test
    void theFirstRunsAreNoFalls() {
        int alarms = 0;
        for (int stream = 0; stream < 60; stream++) {
            AccuracyMonitors begun = new AccuracyMonitors();
            begun.baseline(IntStream.range(0, CLASSES)
                    .mapToObj(i -> new ClassAccuracy("class " + i, 300, 300, 225))
                    .toList());
            int alerts = 0;
            int left = 0;
            int truth = 0;
            double accuracy = 0;
            for (int i = 0; i < 2_000; i += 50) {
                AccuracyCounter counter = new AccuracyCounter();
                for (int j = 0; j < 50; j++) {
                    if (left-- == 0) {
                        left = 19 + random.nextInt(81);
                        truth = random.nextInt(CLASSES);
                        accuracy = 1 / (1 + Math.exp(-1.2 - 0.8 * random.nextGaussian()));
                    }
                    String answer = "class " + (random.nextDouble() < accuracy ? truth : (truth + 1) % CLASSES);
                    TagOutcome tag = new TagOutcome("v1", "", i, 0.9f, List.of(answer), 0.9f, 200, false);
                    counter.countLabelled(tag, "class " + truth, SampledTags.NOT_DECLARED, 0, 1);
                }
                alerts += begun.add(new Ready(i, LabelledTags.notAudited(counter.counts())), "v1", SETTINGS)
                        .size();
            }
            alarms += alerts > 0 ? 1 : 0;
        }
        assertThat(alarms).as("streams of 60 with an alarm").isLessThanOrEqualTo(8);
    }

    /** Alone, a class of 60 test images and 250 labels could not show 15 points. */
    @Test
    void classesThatHaveFallenTogetherAreNamedAndTheOthersAreNot() {
        test(60);
        List<DriftAlert> alerts = run(5_000, truth -> truth < HAVE_FALLEN ? 0.65 : 0.85);
        assertThat(ofAll(alerts).reference()).isEqualTo("test");
        Set<String> named = monitors.open().stream()
                .map(DriftAlert::label)
                .filter(label -> !label.isEmpty())
                .collect(Collectors.toSet());
        assertThat(named).hasSizeGreaterThan(HAVE_FALLEN * 2 / 3);
        for (int i = HAVE_FALLEN; i < CLASSES; i++) {
            assertThat(named).doesNotContain("class " + i);
        }
        assertThat(alerts).allMatch(alert -> alert.status() == Status.OPEN);
    }

    /** All doubtful tags are labelled, and one in twenty of the others, which are far more often right. */
    private List<DriftAlert> runChosen(int tags, double accuracyOfSure) {
        List<DriftAlert> alerts = new ArrayList<>();
        for (int i = 0; i < tags; i += 50) {
            AccuracyCounter counter = new AccuracyCounter();
            for (int j = 0; j < 50; j++) {
                int truth = random.nextInt(CLASSES);
                boolean isDoubtful = random.nextInt(5) == 0;
                boolean right = random.nextDouble() < (isDoubtful ? 0.5 : accuracyOfSure);
                double probability = isDoubtful ? 1 : 0.05;
                if (random.nextDouble() < probability) {
                    String answer = "class " + (right ? truth : (truth + 1) % CLASSES);
                    TagOutcome tag = new TagOutcome("v1", "", time, 0.9f, List.of(answer), 0.9f, 200, false);
                    counter.countLabelled(tag, "class " + truth, probability, 0, 1);
                }
            }
            alerts.addAll(monitors.add(new Ready(++time, declaredOf(counter)), "v1", SETTINGS));
        }
        return alerts;
    }

    /** By the labels alone, accuracy would be 0.58 where it is 0.85. */
    @Test
    void labelsThatWereChosenWithDeclaredProbabilitiesTellTheAccuracyOfAll() {
        test(300);
        double sure = (0.85 - 0.2 * 0.5) / 0.8;
        assertThat(runChosen(200_000, sure)).isEmpty();
        DriftAlert fall = ofAll(runChosen(100_000, sure - 0.2));
        assertThat(fall.status()).isEqualTo(Status.OPEN);
        assertThat(fall.referenceValue()).isCloseTo(0.85, within(0.02));
        assertThat(fall.currentValue()).isCloseTo(0.85 - 0.8 * 0.2, within(0.08));
    }

    /** Of a thousand labels that each stand for one tag, and one that stands for a hundred, the latter is no alarm alone. */
    @Test
    void aHeavyLabelAmongLightOnesRaisesNoAlarmAlone() {
        test(300);
        assertThat(run(5_000, truth -> 0.85)).isEmpty();
        assertThat(runChosen(5_000, (0.85 - 0.2 * 0.5) / 0.8)).isEmpty();
        for (int i = 0; i < 3; i++) {
            AccuracyCounter heavy = new AccuracyCounter();
            TagOutcome wrong = new TagOutcome("v1", "", time, 0.9f, List.of("class 1"), 0.9f, 200, false);
            heavy.countLabelled(wrong, "class 2", 0.01, 0, 1);
            assertThat(monitors.add(new Ready(++time, declaredOf(heavy)), "v1", SETTINGS))
                    .isEmpty();
        }
    }

    /** What was counted when others were heavy is taken back when none is: no more than was counted. */
    @Test
    void aCorrectionIsWorthNoMoreThanATag() {
        test(300);
        assertThat(runChosen(50_000, (0.85 - 0.2 * 0.5) / 0.8)).isEmpty();
        long then = time;
        List<DriftAlert> alerts = new ArrayList<>(runDeclared(5_000));
        for (int i = 0; i < 5; i++) {
            AccuracyCounter corrected = new AccuracyCounter();
            TagOutcome tag = new TagOutcome("v1", "", then, 0.9f, List.of("class 1"), 0.9f, 200, false);
            corrected.countLabelled(tag, "class 1", 0.05, 0, -1);
            corrected.countLabelled(tag, "class 2", 0.05, 0, 1);
            alerts.addAll(monitors.add(new Ready(then, declaredOf(corrected)), "v1", SETTINGS));
        }
        assertThat(alerts).isEmpty();
    }

    /** All are labelled, and say so. */
    private List<DriftAlert> runDeclared(int tags) {
        List<DriftAlert> alerts = new ArrayList<>();
        for (int i = 0; i < tags; i += 50) {
            AccuracyCounter counter = new AccuracyCounter();
            for (int j = 0; j < 50; j++) {
                int truth = random.nextInt(CLASSES);
                String answer = "class " + (random.nextDouble() < 0.85 ? truth : (truth + 1) % CLASSES);
                TagOutcome tag = new TagOutcome("v1", "", time, 0.9f, List.of(answer), 0.9f, 200, false);
                counter.countLabelled(tag, "class " + truth, 1, 0, 1);
            }
            alerts.addAll(monitors.add(new Ready(++time, declaredOf(counter)), "v1", SETTINGS));
        }
        return alerts;
    }

    /** Batches of wrong labels that are taken back leave nothing behind. */
    @Test
    void correctionsLeaveNoEvidence() {
        test(300);
        List<DriftAlert> alerts = new ArrayList<>(run(5_000, truth -> 0.85));
        for (int batch = 0; batch < 50; batch++) {
            AccuracyCounter taken = new AccuracyCounter();
            AccuracyCounter corrected = new AccuracyCounter();
            for (int i = 0; i < 20; i++) {
                TagOutcome tag = new TagOutcome("v1", "", time, 0.9f, List.of("class 1"), 0.9f, 200, false);
                taken.countLabelled(tag, "class 1", SampledTags.NOT_DECLARED, 0, 1);
                corrected.countLabelled(tag, "class 1", SampledTags.NOT_DECLARED, 0, -1);
            }
            long then = ++time;
            alerts.addAll(monitors.add(new Ready(then, LabelledTags.notAudited(taken.counts())), "v1", SETTINGS));
            alerts.addAll(run(500, truth -> 0.85));
            alerts.addAll(monitors.add(new Ready(then, LabelledTags.notAudited(corrected.counts())), "v1", SETTINGS));
        }
        assertThat(alerts).isEmpty();
    }

    private List<DriftAlert> accept(String label) {
        return monitors.accept(label, time, SETTINGS);
    }

    @Test
    void whatIsExpectedOfAllFollowsAnAcceptedClass() {
        test(300);
        run(5_000, truth -> 0.85);
        IntToDoubleFunction fallen = truth -> truth == 7 ? 0.3 : 0.85;
        run(5_000, fallen);
        assertThat(monitors.open()).extracting(DriftAlert::label).contains("", "class 7");
        assertThat(accept("class 7")).singleElement().satisfies(closed -> assertThat(closed.currentValue())
                .isCloseTo(0.3, within(0.07)));
        assertThat(run(40_000, fallen))
                .as("all are as is to be expected now")
                .extracting(DriftAlert::label, DriftAlert::status)
                .containsExactly(tuple("", Status.CLOSED));
        assertThat(monitors.open()).isEmpty();
        assertThat(run(4_000, truth -> truth == 7 ? 0.3 : 0.7))
                .extracting(DriftAlert::label)
                .contains("");
    }

    @Test
    void beforeAllAreSaidToHaveFallenAnAcceptedClassIsNoEvidenceThatTheyHave() {
        test(300);
        run(5_000, truth -> 0.85);
        IntToDoubleFunction fallen = truth -> truth == 7 ? 0.6 : 0.85;
        while (monitors.open().isEmpty()) {
            run(50, fallen);
        }
        assertThat(monitors.open()).extracting(DriftAlert::label).containsExactly("class 7");
        assertThat(accept("class 7")).hasSize(1);
        assertThat(run(40_000, fallen)).isEmpty();
    }

    @Test
    void aFallOfAllThatIsAcceptedIsUsualOfEachClass() {
        test(300);
        run(20_000, truth -> 0.85);
        run(4_000, truth -> 0.8);
        assertThat(monitors.open()).extracting(DriftAlert::label).contains("");
        assertThat(accept("")).allMatch(closed -> closed.evidence().equals(DriftAlert.ACCEPTED));
        assertThat(monitors.open()).isEmpty();
        assertThat(accept("")).as("once").isEmpty();
        assertThat(run(60_000, truth -> 0.8)).isEmpty();
        DriftAlert further = ofAll(run(4_000, truth -> 0.7));
        assertThat(further.status()).isEqualTo(Status.OPEN);
        assertThat(further.referenceValue()).isCloseTo(0.8, within(0.01));
    }

    /** Though little time has gone by: so many tags come at once. */
    @Test
    void aClassThatIsAsBeforeIsNotNamedAgainWithAll() {
        test(1000);
        countsAtATime = 150;
        int[] tags = {0};
        List<DriftAlert> alerts = run(45_000, truth -> {
            int tag = tags[0]++;
            boolean isMiddle = tag >= 18_000 && tag < 25_000;
            return isMiddle && truth == 7 ? 0.1 : isMiddle && truth < 4 ? 0.5 : 0.85;
        });
        assertThat(alerts).extracting(DriftAlert::label).contains("", "class 7");
        assertThat(alerts)
                .filteredOn(
                        alert -> alert.status() == Status.OPEN && !alert.label().isEmpty())
                .extracting(DriftAlert::label)
                .doesNotHaveDuplicates();
    }

    /** By what it was before its acceptance, of which it was learned. */
    @Test
    void anAcceptedClassIsNotNamedAgainWithThoseThatFellWithIt() {
        test(60);
        IntToDoubleFunction fallen = truth -> truth < HAVE_FALLEN ? 0.65 : 0.85;
        run(5_000, fallen);
        List<String> named = monitors.open().stream()
                .map(DriftAlert::label)
                .filter(label -> !label.isEmpty())
                .limit(5)
                .toList();
        assertThat(named).hasSize(5);
        named.forEach(label -> assertThat(accept(label)).hasSize(1));
        assertThat(run(3_000, fallen))
                .filteredOn(alert -> alert.status() == Status.OPEN)
                .extracting(DriftAlert::label)
                .doesNotContainAnyElementsOf(named);
    }

    /** And though the classes differ in how much they have fallen. */
    @Test
    void aFallOfAllIsAcceptedWithThoseOfItsClasses() {
        test(300);
        run(10_000, truth -> 0.85);
        IntToDoubleFunction fallen = truth -> truth == 7 ? 0.3 : truth == 8 ? 0.5 : truth < 5 ? 0.85 : 0.75;
        run(4_000, fallen);
        List<DriftAlert> open = monitors.open();
        assertThat(open).extracting(DriftAlert::label).contains("", "class 7", "class 8");
        assertThat(accept("")).hasSameSizeAs(open);
        assertThat(monitors.open()).isEmpty();
        assertThat(run(40_000, fallen)).isEmpty();
        assertThat(run(20_000, truth -> 0.85)).as("back again").isEmpty();
    }
}
