package org.catalogtagger.streaming.drift;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.catalogtagger.streaming.accuracy.AccuracyCounter;
import org.catalogtagger.streaming.accuracy.AccuracyCounts;
import org.catalogtagger.streaming.accuracy.ClassAccuracy;
import org.catalogtagger.streaming.accuracy.SampledTags;
import org.catalogtagger.streaming.accuracy.TagExample;
import org.catalogtagger.streaming.accuracy.TagOutcome;
import org.catalogtagger.streaming.drift.DriftAlert.Kind;
import org.catalogtagger.streaming.drift.DriftAlert.Status;
import org.junit.jupiter.api.Test;

class DriftMonitorTest {
    private static final DriftSettings SETTINGS = DriftSettings.of(100_000, Duration.ofHours(1), 2000, 500);
    private static final List<String> CLASSES = List.of("Shirts", "Ties", "Watches");
    private static final int CHUNK = 50;

    private final SplittableRandom random = new SplittableRandom(7);
    private DriftMonitor monitor = new DriftMonitor("v1");
    private long time;

    /** How the tags are that come. */
    private record World(double shirtsAccuracy, double otherAccuracy, double brightness, double shareOfShirts) {
        static final World AS_TESTED = new World(0.9, 0.8, 200, 0.4);
    }

    DriftMonitorTest() {
        test(monitor);
    }

    /** What the job tells whenever it starts. */
    private static void test(DriftMonitor monitor) {
        monitor.baseline(
                List.of(
                        new ClassAccuracy("Shirts", 400, 400, 360),
                        new ClassAccuracy("Ties", 300, 300, 240),
                        new ClassAccuracy("Watches", 300, 300, 240)),
                Map.of("Shirts", Map.of("Ties", 40L), "Ties", Map.of("Watches", 60L), "Watches", Map.of("Shirts", 60L)),
                List.of(),
                List.of());
    }

    @Test
    void saysNothingWhileNothingChanges() {
        assertThat(run(World.AS_TESTED, 20_000, true)).isEmpty();
    }

    @Test
    void namesTheClassThatFallsAndTellsWhenItIsOver() {
        run(World.AS_TESTED, 5000, true);
        long before = time;
        List<DriftAlert> opened = accuracy(run(new World(0.6, 0.8, 200, 0.4), 2000, true));
        DriftAlert alert = opened.stream()
                .filter(a -> a.label().equals("Shirts"))
                .findFirst()
                .orElseThrow();
        assertThat(alert.status()).isEqualTo(Status.OPEN);
        assertThat(alert.kind()).isEqualTo(Kind.ACCURACY);
        assertThat(alert.evidence()).containsPattern("; wrong ones are mostly called Ties \\(100 %\\)");
        assertThat(alert.referenceValue()).isCloseTo(0.9, within(0.02));
        assertThat(alert.currentValue()).isCloseTo(0.6, within(0.12));
        assertThat(alert.since()).isBetween(before - 500, before + 500);
        assertThat(alert.at() - before).as("about 300 tags of the class").isLessThan(800);
        assertThat(opened).extracting(DriftAlert::label).containsOnly("Shirts", "");
        assertThat(monitor.open()).filteredOn(a -> a.label().equals("Shirts")).hasSize(1);
        assertThat(monitor.open()).noneMatch(a -> a.label().equals("Ties"));

        List<DriftAlert> closed = accuracy(run(World.AS_TESTED, 6000, true));
        assertThat(closed).extracting(DriftAlert::status).containsOnly(Status.CLOSED);
        assertThat(closed).hasSameSizeAs(opened);
        assertThat(monitor.open()).noneMatch(a -> a.kind() == Kind.ACCURACY);
    }

    @Test
    void anAlertOfAClassSaysOfWhichSegmentItsWrongImagesAre() {
        run(World.AS_TESTED, 5000, true);
        for (int i = 0; i < 8; i++) {
            monitor.see(List.of(
                    new TagExample("images/0/" + i, i, "Ties", "Shirts", false, "south"),
                    new TagExample("images/1/" + i, time + 1000 + i, "Ties", "Shirts", false, "north")));
        }
        assertThat(accuracy(run(new World(0.3, 0.8, 200, 0.4), 2000, true)))
                .filteredOn(alert -> alert.label().equals("Shirts"))
                .singleElement()
                .satisfies(alert -> assertThat(alert.evidence()).contains("are of the segment north, of 8 before 0"));
    }

    /** As scenario darker has it: all classes fall at once, and images are dark. */
    @Test
    void whatChangesAllAtOnceIsToldOnceOfEachAndWhenItIsOver() {
        run(World.AS_TESTED, 5000, true);
        List<DriftAlert> alerts = new ArrayList<>(run(new World(0.4, 0.4, 120, 0.4), 10_000, true));
        assertThat(alerts).extracting(DriftAlert::status).containsOnly(Status.OPEN);
        assertThat(alerts).extracting(DriftAlert::kind).contains(Kind.ACCURACY, Kind.BRIGHTNESS, Kind.CALIBRATION);
        int opened = alerts.size();
        alerts.addAll(run(World.AS_TESTED, 20_000, true));
        assertThat(alerts).as("each opened once and closed once").hasSize(2 * opened);
        assertThat(alerts.stream().map(alert -> alert.kind() + alert.label() + alert.status()))
                .doesNotHaveDuplicates();
        assertThat(monitor.open()).isEmpty();
    }

    @Test
    void seesDarkerImagesAndAnotherMixWithoutAnyLabel() {
        run(World.AS_TESTED, 5000, false);
        long before = time;
        List<DriftAlert> dark = run(new World(0.9, 0.8, 140, 0.4), 2000, false);
        assertThat(dark).extracting(DriftAlert::kind).containsOnly(Kind.BRIGHTNESS);
        assertThat(dark.get(0).referenceValue()).isCloseTo(200, within(5.0));
        assertThat(dark.get(0).currentValue()).isLessThan(180);
        assertThat(dark.get(0).at() - before).isLessThanOrEqualTo(1000);
        assertThat(run(World.AS_TESTED, 2000, false))
                .extracting(DriftAlert::status)
                .containsExactly(Status.CLOSED);

        List<DriftAlert> mix = run(new World(0.9, 0.8, 200, 0.8), 2000, false);
        assertThat(mix).extracting(DriftAlert::kind).containsOnly(Kind.PREDICTIONS);
        assertThat(mix.get(0).currentValue()).isNotCloseTo(mix.get(0).referenceValue(), within(0.1));
        assertThat(CLASSES).contains(mix.get(0).label());
        DriftAlert over = run(World.AS_TESTED, 2000, false).get(0);
        assertThat(over.status()).isEqualTo(Status.CLOSED);
        assertThat(over.label()).as("of the same label").isEqualTo(mix.get(0).label());
        assertThat(over.currentValue()).isCloseTo(over.referenceValue(), within(0.1));
    }

    @Test
    void tellsOfAClassThatTheModelDoesNotKnow() {
        run(World.AS_TESTED, 1000, true);
        AccuracyCounter counter = new AccuracyCounter();
        for (int i = 0; i < 10; i++) {
            counter.countLabelled(outcome("Ties", 200), "Scarves", SampledTags.NOT_DECLARED, 0, 1);
        }
        assertThat(monitor.add(counter.counts(), time, SETTINGS))
                .singleElement()
                .satisfies(alert -> {
                    assertThat(alert.kind()).isEqualTo(Kind.UNKNOWN_LABEL);
                    assertThat(alert.label()).isEqualTo("Scarves");
                });
        assertThat(run(World.AS_TESTED, 6000, true))
                .singleElement()
                .extracting(DriftAlert::status)
                .isEqualTo(Status.CLOSED);
    }

    @Test
    void remembersTheLabelsThatCameBeforeTheTestDid() {
        monitor = new DriftMonitor("v1");
        AccuracyCounter counter = new AccuracyCounter();
        for (int i = 0; i < 10; i++) {
            counter.countLabelled(outcome("Ties", 200), "Scarves", SampledTags.NOT_DECLARED, 0, 1);
            counter.countLabelled(outcome("Ties", 200), "Ties", SampledTags.NOT_DECLARED, 0, 1);
        }
        assertThat(monitor.add(counter.counts(), 5000, SETTINGS)).isEmpty();
        monitor = DriftMonitor.of(monitor.state());
        assertThat(monitor.baseline(List.of(new ClassAccuracy("Ties", 300, 300, 240)), Map.of(), List.of(), List.of()))
                .singleElement()
                .satisfies(alert -> {
                    assertThat(alert.kind()).isEqualTo(Kind.UNKNOWN_LABEL);
                    assertThat(alert.label()).isEqualTo("Scarves");
                    assertThat(alert.currentValue()).as("of all labels").isEqualTo(0.5);
                    assertThat(alert.at()).isEqualTo(5000);
                });
    }

    @Test
    void slipsAmongManyEarlyLabelsAreNoNewClass() {
        monitor = new DriftMonitor("v1");
        AccuracyCounter counter = new AccuracyCounter();
        for (int i = 0; i < 20_000; i++) {
            String truth = i % 2000 == 0 ? "Tise" : "Ties";
            counter.countLabelled(outcome("Ties", 200), truth, SampledTags.NOT_DECLARED, 0, 1);
        }
        assertThat(monitor.add(counter.counts(), 5000, SETTINGS)).isEmpty();
        assertThat(monitor.baseline(List.of(new ClassAccuracy("Ties", 300, 300, 240)), Map.of(), List.of(), List.of()))
                .isEmpty();
    }

    /** Through counts that are added up, and states. */
    @Test
    void tellsOfImagesThatTheModelKnowsNothingLike() {
        List<DriftAlert> alerts = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            AccuracyCounter all = new AccuracyCounter();
            for (int part = 0; part < 2; part++) {
                AccuracyCounter counter = new AccuracyCounter();
                for (int j = 0; j < 25; j++) {
                    boolean isUnknown = i >= 300 && random.nextInt(4) == 0;
                    float familiarity = (float) (isUnknown ? 0.05 : random.nextDouble());
                    String label = CLASSES.get(random.nextInt(3));
                    counter.countTagged(
                            new TagOutcome("v1", "", i, 0.9f, List.of(label), 0.9f, 200, false, familiarity, "", 0));
                }
                all.add(counter.counts());
            }
            alerts.addAll(monitor.add(all.counts(), i, SETTINGS));
            monitor = DriftMonitor.of(monitor.state());
        }
        assertThat(alerts).singleElement().satisfies(alert -> {
            assertThat(alert.kind()).isEqualTo(Kind.FAMILIARITY);
            assertThat(alert.since()).isGreaterThanOrEqualTo(299);
            assertThat(alert.referenceValue()).isCloseTo(0.1, within(0.02));
            assertThat(alert.currentValue()).isCloseTo(0.33, within(0.08));
        });
        assertThat(monitor.open()).hasSize(1);
    }

    @Test
    void labelsThatAreTakenBackTakeTheirEvidenceBack() {
        run(World.AS_TESTED, 1000, true);
        List<DriftAlert> alerts = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            AccuracyCounter wrong = new AccuracyCounter();
            wrong.countLabelled(outcome("Ties", 200), "Shirts", SampledTags.NOT_DECLARED, 0, 1);
            AccuracyCounter corrected = new AccuracyCounter();
            corrected.countLabelled(outcome("Ties", 200), "Shirts", SampledTags.NOT_DECLARED, 0, -1);
            corrected.countLabelled(outcome("Ties", 200), "Ties", SampledTags.NOT_DECLARED, 0, 1);
            alerts.addAll(monitor.add(wrong.counts(), time, SETTINGS));
            alerts.addAll(monitor.add(corrected.counts(), time, SETTINGS));
        }
        assertThat(alerts).isEmpty();
    }

    @Test
    void tenMisspeltLabelsAmongThousandsAreNoNewClass() {
        run(World.AS_TESTED, 1000, true);
        for (int i = 0; i < 12; i++) {
            AccuracyCounter counter = new AccuracyCounter();
            counter.countLabelled(outcome("Ties", 200), "Tise", SampledTags.NOT_DECLARED, 0, 1);
            assertThat(monitor.add(counter.counts(), time, SETTINGS)).isEmpty();
            assertThat(run(World.AS_TESTED, 1000, true)).isEmpty();
        }
    }

    @Test
    void aRunOfTheClassThatIsHardestIsNoFall() {
        run(World.AS_TESTED, 3000, true);
        assertThat(accuracy(run(new World(0.9, 0.8, 200, 0), 2000, true))).isEmpty();
    }

    @Test
    void closesTheAlertsOfAFormerVersion() throws Exception {
        try (InputStream state = Objects.requireNonNull(
                getClass().getResourceAsStream("/drift/monitor-before-likelihood-ratios.json"))) {
            monitor = DriftMonitor.of(new String(state.readAllBytes(), UTF_8));
        }
        assertThat(accuracy(monitor.open())).hasSize(4);
        List<DriftAlert> closed = accuracy(run(World.AS_TESTED, CHUNK, true));
        assertThat(closed).hasSize(4).allSatisfy(alert -> {
            assertThat(alert.status()).isEqualTo(Status.CLOSED);
            assertThat(alert.observations()).isPositive();
        });
        assertThat(closed).extracting(DriftAlert::reference).contains("test", "recent-past");
        assertThat(accuracy(monitor.open())).isEmpty();
    }

    @Test
    void goesOnFromItsState() throws Exception {
        World fallen = new World(0.65, 0.8, 170, 0.5);
        List<List<AccuracyCounts>> chunks = List.of(chunks(World.AS_TESTED, 4000), chunks(fallen, 4000));
        List<DriftAlert> uninterrupted = new ArrayList<>();
        List<DriftAlert> interrupted = new ArrayList<>();
        DriftMonitor restored = DriftMonitor.of(monitor.state());
        test(restored);
        for (List<AccuracyCounts> part : chunks) {
            for (AccuracyCounts counts : part) {
                // Some hours.
                time += 1000 * CHUNK;
                monitor.see("north", counts, time);
                monitor.see("south", counts, time);
                uninterrupted.addAll(monitor.add(counts, time, SETTINGS));
                restored = DriftMonitor.of(restored.state());
                test(restored);
                restored.see("north", counts, time);
                restored.see("south", counts, time);
                interrupted.addAll(restored.add(counts, time, SETTINGS));
            }
        }
        assertThat(interrupted).isEqualTo(uninterrupted);
        assertThat(uninterrupted)
                .extracting(DriftAlert::kind)
                .contains(Kind.ACCURACY, Kind.CALIBRATION, Kind.BRIGHTNESS);
        assertThat(uninterrupted).anyMatch(alert -> alert.evidence().contains("by segment: "));
        ObjectMapper json = new ObjectMapper();
        assertThat(json.readTree(restored.state())).isEqualTo(json.readTree(monitor.state()));
    }

    @Test
    void readsStateOfAVersionThatKnewLessOrMore() throws Exception {
        run(World.AS_TESTED, 100, true);
        ObjectNode state = (ObjectNode) new ObjectMapper().readTree(monitor.state());
        state.remove("brightness");
        ((ObjectNode) state.get("accuracy").get("overall")).remove("blocks");
        ((ObjectNode) state.at("/accuracy/classes/Shirts")).remove("acceptedAt");
        ((ObjectNode) state.get("selection")).remove("accepted");
        assertThat(state.remove("segments")).isNotNull();
        assertThat(((ObjectNode) state.get("predictions")).remove("seasonal")).isNotNull();
        assertThat(((ObjectNode) state.at("/predictions/window")).remove("until"))
                .isNotNull();
        state.putObject("later").put("field", 1);
        monitor = DriftMonitor.of(state.toString());
        assertThat(monitor.modelVersion()).isEqualTo("v1");
        assertThat(run(new World(0.6, 0.8, 200, 0.4), 2000, true))
                .as("what was known is known")
                .anyMatch(alert -> alert.label().equals("Shirts"));
        assertThat(new ObjectMapper().readTree(monitor.state()).has("brightness"))
                .isTrue();
    }

    @Test
    void afterAVersionThatKnewOfNoCalibrationItBegins() throws Exception {
        run(World.AS_TESTED, 100, true);
        ObjectNode state = (ObjectNode) new ObjectMapper().readTree(monitor.state());
        assertThat(state.remove("calibration")).isNotNull();
        List<JsonNode> labelled = state.get("cohorts").findParents("labelledByConfidence");
        assertThat(labelled).isNotEmpty().allMatch(tags -> ((ObjectNode) tags).remove("bins") != null);
        monitor = DriftMonitor.of(state.toString());
        test(monitor);
        assertThat(run(World.AS_TESTED, 5000, true)).isEmpty();
        run(new World(0.6, 0.8, 200, 0.4), 2000, true);
        assertThat(monitor.open())
                .filteredOn(alert -> alert.kind() == Kind.CALIBRATION)
                .singleElement()
                .satisfies(alert -> assertThat(alert.reference()).isEqualTo("tags-before"));
    }

    /** The model is as sure of one class as of the other, of which it is right far more often. */
    @Test
    void runsOfAClassOfWhichTheModelHasAlwaysBeenTooSureAreNoFallOfCalibration() {
        for (int i = 0; i < 10; i++) {
            World run = new World(0.9, 0.8, 200, i % 2);
            assertThat(run(run, 3000, true))
                    .filteredOn(alert -> alert.kind() == Kind.CALIBRATION || alert.kind() == Kind.ACCURACY)
                    .isEmpty();
        }
    }

    @Test
    void alertsShowImagesOfBeforeAndAfter() {
        run(World.AS_TESTED, 5000, true);
        see("images/0/1", time - 10, "Shirts", "Shirts");
        see("images/0/2", time - 9, "Ties", "Shirts");
        see("images/0/3", time - 8, "Ties", "Ties");
        for (int i = 0; i < 40; i++) {
            see("images/0/" + (100 + i), time + 100 + i, "Ties", "Shirts");
        }
        monitor = DriftMonitor.of(monitor.state());
        DriftAlert alert = run(new World(0.4, 0.8, 200, 0.4), 2000, true).stream()
                .filter(a -> a.label().equals("Shirts"))
                .findFirst()
                .orElseThrow();
        assertThat(alert.images().before())
                .extracting(TagExample::sourceRecord)
                .contains("images/0/1")
                .doesNotContain("images/0/2", "images/0/3");
        assertThat(alert.images().after())
                .hasSize(9)
                .allMatch(
                        image -> image.truth().equals("Shirts") && image.label().equals("Ties"))
                .allMatch(image -> image.eventTime() >= alert.since());
        DriftAlert over = run(World.AS_TESTED, 8000, true).stream()
                .filter(a -> a.label().equals("Shirts"))
                .findFirst()
                .orElseThrow();
        assertThat(over.status()).isEqualTo(Status.CLOSED);
        assertThat(over.images()).as("those of when it was found").isEqualTo(alert.images());
    }

    private void see(String sourceRecord, long eventTime, String label, String truth) {
        monitor.see(List.of(new TagExample(sourceRecord, eventTime, label, truth, false, "")));
    }

    private List<DriftAlert> run(World world, int tags, boolean labelled) {
        List<DriftAlert> alerts = new ArrayList<>();
        for (int i = 0; i < tags; i += CHUNK) {
            time += CHUNK;
            alerts.addAll(monitor.add(chunk(world, labelled), time, SETTINGS));
        }
        return alerts;
    }

    private static List<DriftAlert> accuracy(List<DriftAlert> alerts) {
        return alerts.stream().filter(alert -> alert.kind() == Kind.ACCURACY).toList();
    }

    private List<AccuracyCounts> chunks(World world, int tags) {
        List<AccuracyCounts> chunks = new ArrayList<>();
        for (int i = 0; i < tags; i += CHUNK) {
            chunks.add(chunk(world, true));
        }
        return chunks;
    }

    private AccuracyCounts chunk(World world, boolean labelled) {
        AccuracyCounter counter = new AccuracyCounter();
        for (int i = 0; i < CHUNK; i++) {
            int truth = random.nextDouble() < world.shareOfShirts() ? 0 : 1 + random.nextInt(2);
            double accuracy = truth == 0 ? world.shirtsAccuracy() : world.otherAccuracy();
            int answer = random.nextDouble() < accuracy ? truth : (truth + 1) % CLASSES.size();
            TagOutcome tag = outcome(CLASSES.get(answer), world.brightness() + 20 * random.nextGaussian());
            counter.countTagged(tag);
            if (labelled) {
                counter.countLabelled(tag, CLASSES.get(truth), SampledTags.NOT_DECLARED, 0, 1);
            }
        }
        return counter.counts();
    }

    private TagOutcome outcome(String label, double brightness) {
        float confidence = 0.5f + random.nextFloat() / 2;
        return new TagOutcome("v1", "", time, confidence, List.of(label), confidence, (float) brightness, false);
    }

    private List<DriftAlert> accept(DriftAlert alert) {
        return monitor.accept(alert.kind(), alert.label(), alert.since(), SETTINGS);
    }

    @Test
    void acceptsOnlyTheAlertThatIsMeant() {
        run(World.AS_TESTED, 5000, false);
        DriftAlert dark = run(new World(0.9, 0.8, 140, 0.4), 2000, false).get(0);
        assertThat(monitor.accept(Kind.BRIGHTNESS, "", dark.since() + 1, SETTINGS))
                .as("one of another time")
                .isEmpty();
        assertThat(monitor.accept(Kind.BRIGHTNESS, "Shirts", dark.since(), SETTINGS))
                .isEmpty();
        assertThat(monitor.accept(Kind.CONFIDENCE, "", dark.since(), SETTINGS)).isEmpty();
        assertThat(monitor.open()).containsExactly(dark);

        assertThat(accept(dark)).singleElement().satisfies(closed -> {
            assertThat(closed.status()).isEqualTo(Status.CLOSED);
            assertThat(closed.evidence()).isEqualTo(DriftAlert.ACCEPTED);
            assertThat(closed.since()).isEqualTo(dark.since());
            assertThat(closed.at()).isEqualTo(time);
            assertThat(closed.currentValue()).isCloseTo(140, within(5.0));
        });
        assertThat(monitor.open()).isEmpty();
        assertThat(accept(dark)).as("once").isEmpty();
    }

    /** Each kind that people see in such streams, over states. */
    @Test
    void whatIsAcceptedStaysSoOverStatesAndAFurtherChangeIsTold() {
        run(World.AS_TESTED, 10_000, true);
        World fallen = new World(0.6, 0.8, 140, 0.7);
        run(fallen, 4000, true);
        assertThat(monitor.open())
                .extracting(DriftAlert::kind)
                .contains(Kind.ACCURACY, Kind.CALIBRATION, Kind.BRIGHTNESS, Kind.PREDICTIONS);
        for (DriftAlert alert : monitor.open()) {
            accept(alert);
            restart();
        }
        assertThat(monitor.open()).isEmpty();
        for (int i = 0; i < 10; i++) {
            assertThat(run(fallen, 3000, true)).isEmpty();
            restart();
        }
        run(new World(0.3, 0.8, 90, 0.7), 3000, true);
        assertThat(monitor.open()).extracting(DriftAlert::kind).contains(Kind.ACCURACY, Kind.BRIGHTNESS);
    }

    private void restart() {
        monitor = DriftMonitor.of(monitor.state());
        test(monitor);
    }

    @Test
    void anAcceptedLabelIsKnownFromThenOn() {
        run(World.AS_TESTED, 1000, true);
        AccuracyCounter counter = new AccuracyCounter();
        for (int i = 0; i < 20; i++) {
            counter.countLabelled(outcome("Ties", 200), "Scarves", SampledTags.NOT_DECLARED, 0, 1);
        }
        DriftAlert opened = monitor.add(counter.counts(), time, SETTINGS).get(0);
        assertThat(accept(opened)).singleElement().satisfies(closed -> {
            assertThat(closed.evidence()).isEqualTo(DriftAlert.ACCEPTED);
            assertThat(closed.observations()).isEqualTo(20);
        });
        restart();
        assertThat(monitor.add(counter.counts(), time, SETTINGS)).isEmpty();
        assertThat(run(World.AS_TESTED, 6000, true)).isEmpty();
        assertThat(monitor.add(counter.counts(), time, SETTINGS)).isEmpty();
    }
}
