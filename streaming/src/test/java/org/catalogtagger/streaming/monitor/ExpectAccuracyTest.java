package org.catalogtagger.streaming.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.TwoInputStreamOperatorTestHarness;
import org.catalogtagger.streaming.accuracy.AccuracyCounter;
import org.catalogtagger.streaming.accuracy.AccuracyCounts.Row;
import org.catalogtagger.streaming.accuracy.AccuracyWindows.Window;
import org.catalogtagger.streaming.accuracy.ClassAccuracy;
import org.catalogtagger.streaming.accuracy.Expectation;
import org.catalogtagger.streaming.accuracy.ExpectedAccuracy;
import org.catalogtagger.streaming.accuracy.SampledTags;
import org.catalogtagger.streaming.accuracy.TagOutcome;
import org.catalogtagger.streaming.accuracy.WindowAccuracy;
import org.catalogtagger.streaming.events.ModelBaseline;
import org.junit.jupiter.api.Test;

class ExpectAccuracyTest {
    private static final List<ClassAccuracy> CLASSES =
            List.of(new ClassAccuracy("Ties", 100, 190, 90), new ClassAccuracy("Shirts", 200, 110, 100));
    private static final Map<String, Row> WRONG =
            Map.of("Ties", new Row(Map.of("Shirts", 10L)), "Shirts", new Row(Map.of("Ties", 100L)));

    private static TwoInputStreamOperatorTestHarness<WindowAccuracy, ModelBaseline, WindowAccuracy> harness(
            boolean waits) throws Exception {
        TwoInputStreamOperatorTestHarness<WindowAccuracy, ModelBaseline, WindowAccuracy> harness =
                new TwoInputStreamOperatorTestHarness<>(new ExpectAccuracy(waits));
        harness.open();
        return harness;
    }

    private static StreamRecord<WindowAccuracy> window(String model, int number) {
        AccuracyCounter counter = new AccuracyCounter();
        // Of a tag or two nothing is certain.
        for (int i = 0; i < 1000; i++) {
            counter.countTagged(new TagOutcome(model, "", 10, 0.9f, List.of("Ties"), 0.8f, 200, false));
        }
        long end = 100L * (number + 1);
        return new StreamRecord<>(
                WindowAccuracy.of(new Window(end - 100, end), 0, model, "", counter.counts()), end - 1);
    }

    private static StreamRecord<ModelBaseline> test(String model) {
        return new StreamRecord<>(new ModelBaseline(model, CLASSES, WRONG, List.of(), List.of()));
    }

    private static Expectation byTest(StreamRecord<WindowAccuracy> window) {
        return new ExpectedAccuracy(CLASSES, WRONG).of(window.getValue().counts());
    }

    private static List<StreamRecord<? extends WindowAccuracy>> emitted(
            TwoInputStreamOperatorTestHarness<WindowAccuracy, ModelBaseline, WindowAccuracy> harness) {
        return new ArrayList<>(harness.extractOutputStreamRecords());
    }

    @Test
    void aWindowIsJudgedByTheTestOfItsModel() throws Exception {
        try (var harness = harness(false)) {
            harness.processElement1(window("v1", 0));
            harness.processElement2(test("v1"));
            harness.processElement1(window("v1", 1));
            harness.processElement1(window("v2", 2));
            List<StreamRecord<? extends WindowAccuracy>> emitted = emitted(harness);
            assertThat(emitted)
                    .extracting(record -> record.getValue().expected())
                    .containsExactly(
                            window("v1", 0).getValue().expected(),
                            byTest(window("v1", 1)),
                            window("v2", 2).getValue().expected());
            assertThat(emitted).extracting(StreamRecord::getTimestamp).containsExactly(99L, 199L, 299L);
            assertThat(emitted.get(1).getValue().expected().isBounded()).isTrue();
            assertThat(emitted.get(2).getValue().expected().isBounded()).isFalse();
        }
    }

    @Test
    void inABatchWindowsWaitUntilTheirTestIsKnownOrNoneWillCome() throws Exception {
        try (var harness = harness(true)) {
            harness.processElement1(window("v1", 0));
            harness.processElement1(window("v2", 1));
            assertThat(emitted(harness)).isEmpty();
            harness.processElement2(test("v1"));
            assertThat(emitted(harness))
                    .extracting(record -> record.getValue().expected())
                    .containsExactly(byTest(window("v1", 0)));
            harness.endInput2();
            harness.processElement1(window("v3", 2));
            assertThat(emitted(harness))
                    .extracting(record -> record.getValue().modelVersion())
                    .containsExactly("v1", "v2", "v3");
            assertThat(emitted(harness)).extracting(StreamRecord::getTimestamp).containsExactly(99L, 199L, 299L);
        }
    }

    /** One model tags on while many run in its shadow, one after the other. */
    @Test
    void ofManyModelsThoseWithWindowsAreKept() throws Exception {
        try (var harness = harness(false)) {
            harness.processElement2(test("live"));
            for (int i = 0; i < 3 * ExpectAccuracy.MODELS; i++) {
                harness.processElement2(test("shadow" + i));
                harness.processElement1(window("live", i));
            }
            assertThat(emitted(harness))
                    .allMatch(record -> record.getValue().expected().isBounded());
        }
    }

    @Test
    void labelsAloneChangeNothingOfWhatIsExpectedAndTagsDo() throws Exception {
        try (var harness = harness(false)) {
            harness.processElement2(test("v1"));
            StreamRecord<WindowAccuracy> first = window("v1", 0);
            harness.processElement1(first.copy(first.getValue()));
            AccuracyCounter counter = new AccuracyCounter();
            counter.add(first.getValue().counts());
            TagOutcome tag = new TagOutcome("v1", "", 10, 0.9f, List.of("Ties"), 0.8f, 200, false);
            counter.countLabelled(tag, "Shirts", SampledTags.NOT_DECLARED, 0, 1);
            Window window = first.getValue().window();
            harness.processElement1(new StreamRecord<>(WindowAccuracy.of(window, 1, "v1", "", counter.counts()), 99));
            counter.countTagged(new TagOutcome("v1", "", 10, 0.9f, List.of("Shirts"), 0.8f, 200, false));
            harness.processElement1(new StreamRecord<>(WindowAccuracy.of(window, 2, "v1", "", counter.counts()), 99));
            List<Expectation> expected = emitted(harness).stream()
                    .map(record -> record.getValue().expected())
                    .toList();
            assertThat(expected.get(1)).isEqualTo(expected.get(0));
            assertThat(expected.get(2)).isNotEqualTo(expected.get(0));
            assertThat(emitted(harness).get(1).getValue().metrics().support()).isOne();
        }
    }

    @Test
    void aTestWithoutImagesIsNone() throws Exception {
        try (var harness = harness(false)) {
            harness.processElement2(new StreamRecord<>(new ModelBaseline(
                    "v1", List.of(new ClassAccuracy("Ties", 0, 0, 0)), Map.of(), List.of(), List.of())));
            harness.processElement1(window("v1", 0));
            assertThat(emitted(harness).get(0).getValue().expected().isBounded())
                    .isFalse();
        }
    }
}
